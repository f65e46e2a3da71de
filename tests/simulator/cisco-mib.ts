import type { SimulatedDevice } from './device';
import { deviceLoad, memoryUsed, processorTemperature, roomTemperature } from './body';
import { memoryBytes, type DeviceMib } from './host-mib';
import { gauge32, integer, text } from './mib-value';

const percent = (d: SimulatedDevice, seconds: number) => gauge32(Math.round(100 * deviceLoad(d, seconds)));

/** CISCO-MEMORY-POOL-MIB: the memory of the processor, and a smaller one for packets. */
const IO_SHARE = 0.06;
const POOLS: readonly { name: string; used: (d: SimulatedDevice) => number; size: (d: SimulatedDevice) => number }[] = [
  { name: 'Processor', used: memoryUsed, size: (d) => memoryBytes(d) * (1 - IO_SHARE) },
  { name: 'I/O', used: (d) => memoryBytes(d) * IO_SHARE * 0.4, size: (d) => memoryBytes(d) * IO_SHARE },
];

/** CISCO-ENVMON-MIB: testpoints with the °C at which the device shuts down. */
const TESTPOINTS: readonly { name: string; shutdown: number; read: (d: SimulatedDevice) => number }[] = [
  { name: 'Temp: Inlet 1', shutdown: 60, read: roomTemperature },
  { name: 'Temp: CPU', shutdown: 96, read: processorTemperature },
];
const NORMAL = integer(1);

/** IOS and IOS-XE; they answer neither HOST-RESOURCES-MIB nor a clock. */
export function cisco(): DeviceMib {
  const free = (d: SimulatedDevice, row: number) => POOLS[row]!.size(d) - POOLS[row]!.used(d);
  return {
    scalars: {},
    tables: [
      {
        // CISCO-PROCESS-MIB::cpmCPUTotalTable: 5 s, 1 min and 5 min, deprecated (3-5) and as they are now (6-8)
        entry: '1.3.6.1.4.1.9.9.109.1.1.1.1',
        rows: [[1]],
        columns: {
          2: () => integer(0),
          3: (d) => percent(d, 0),
          4: (d) => percent(d, 60),
          5: (d) => percent(d, 300),
          6: (d) => percent(d, 0),
          7: (d) => percent(d, 60),
          8: (d) => percent(d, 300),
        },
      },
      {
        entry: '1.3.6.1.4.1.9.9.48.1.1.1',
        rows: [[1], [2]],
        columns: {
          2: (_, row) => text(POOLS[row]!.name),
          4: () => integer(1),
          5: (d, row) => gauge32(Math.floor(POOLS[row]!.used(d))),
          6: (d, row) => gauge32(Math.floor(free(d, row))),
          7: (d, row) => gauge32(Math.floor(0.8 * free(d, row))),
        },
      },
      {
        // ciscoEnvMonTemperatureStatusTable
        entry: '1.3.6.1.4.1.9.9.13.1.3.1',
        rows: [[1], [2]],
        columns: {
          2: (_, row) => text(TESTPOINTS[row]!.name),
          3: (d, row) => gauge32(Math.round(TESTPOINTS[row]!.read(d))),
          4: (_, row) => integer(TESTPOINTS[row]!.shutdown),
          6: () => NORMAL,
        },
      },
      // ciscoEnvMonFanStatusTable, ciscoEnvMonSupplyStatusTable
      {
        entry: '1.3.6.1.4.1.9.9.13.1.4.1',
        rows: [[1]],
        columns: { 2: () => text('Fan 1'), 3: () => NORMAL },
      },
      {
        entry: '1.3.6.1.4.1.9.9.13.1.5.1',
        rows: [[1]],
        columns: { 2: () => text('Power Supply 1'), 3: () => NORMAL },
      },
    ],
  };
}
