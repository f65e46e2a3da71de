import type { SimulatedDevice } from './device';
import { buildOf, deviceLoad, diskUsed, memoryUsed, processorTemperature } from './body';
import { diskBytes, HOST_SYSTEM, memoryBytes, processorTables, storageTable, type DeviceMib } from './host-mib';
import { between } from './hash';
import { counter32, gauge32, integer, text } from './mib-value';
import { uptime } from './system-mib';

/** UCD-SNMP-MIB. */
const UCD = '1.3.6.1.4.1.2021';

const kilobytes = (bytes: number) => integer(Math.floor(bytes / 1024));
/** Linux fills what is left with its caches: they count as used until someone needs the room. */
const free = (d: SimulatedDevice) => memoryBytes(d) - memoryUsed(d);
const buffers = (d: SimulatedDevice) => free(d) * 0.1;
const cached = (d: SimulatedDevice) => free(d) * 0.6;
const available = (d: SimulatedDevice) => free(d) - buffers(d) - cached(d);

/** Ticks of 10 ms since the start, over all cores. The mean load of the past stands in for its course. */
const ticks = (share: (d: SimulatedDevice) => number) => (d: SimulatedDevice) =>
  counter32(Math.floor(uptime(d) * 100 * buildOf(d).cores * share(d)));
const usual = (d: SimulatedDevice) => between(d.seed, 7_200, 0.05, 0.4);

const LOADS = [
  { name: 'Load-1', seconds: 60 },
  { name: 'Load-5', seconds: 300 },
  { name: 'Load-15', seconds: 900 },
] as const;
const load = (d: SimulatedDevice, row: number) => deviceLoad(d, LOADS[row]!.seconds) * buildOf(d).cores;

/** net-snmp on Linux. */
export function linux(device: SimulatedDevice): DeviceMib {
  return {
    scalars: {
      ...HOST_SYSTEM,
      // memTotalSwap, memAvailSwap, memTotalReal, memAvailReal, memTotalFree, memBuffer, memCached
      [`${UCD}.4.3`]: () => integer(0),
      [`${UCD}.4.4`]: () => integer(0),
      [`${UCD}.4.5`]: (d) => kilobytes(memoryBytes(d)),
      [`${UCD}.4.6`]: (d) => kilobytes(available(d)),
      [`${UCD}.4.11`]: (d) => kilobytes(available(d)),
      [`${UCD}.4.14`]: (d) => kilobytes(buffers(d)),
      [`${UCD}.4.15`]: (d) => kilobytes(cached(d)),
      // ssCpuUser, ssCpuSystem, ssCpuIdle; then ssCpuRawUser, RawSystem, RawIdle, RawWait
      [`${UCD}.11.9`]: (d) => integer(Math.round(70 * deviceLoad(d, 60))),
      [`${UCD}.11.10`]: (d) => integer(Math.round(30 * deviceLoad(d, 60))),
      [`${UCD}.11.11`]: (d) => integer(Math.round(100 * (1 - deviceLoad(d, 60)))),
      [`${UCD}.11.50`]: ticks((d) => 0.7 * usual(d)),
      [`${UCD}.11.52`]: ticks((d) => 0.28 * usual(d)),
      [`${UCD}.11.53`]: ticks((d) => 1 - usual(d)),
      [`${UCD}.11.54`]: ticks((d) => 0.02 * usual(d)),
    },
    tables: [
      ...processorTables(device, 196_608, 'GenuineIntel: Intel(R) Xeon(R) CPU'),
      storageTable([
        {
          index: 1,
          type: 'ram',
          name: 'Physical memory',
          unit: 1024,
          bytes: memoryBytes,
          used: (d) => memoryBytes(d) - available(d),
        },
        { index: 6, type: 'other', name: 'Memory buffers', unit: 1024, bytes: memoryBytes, used: buffers },
        { index: 7, type: 'other', name: 'Cached memory', unit: 1024, bytes: cached, used: cached },
        { index: 31, type: 'disk', name: '/', unit: 4096, bytes: diskBytes, used: diskUsed },
      ]),
      {
        // laTable: laNames, laLoad, laLoadInt
        entry: `${UCD}.10.1`,
        rows: [[1], [2], [3]],
        columns: {
          2: (_, row) => text(LOADS[row]!.name),
          3: (d, row) => text(load(d, row).toFixed(2)),
          5: (d, row) => integer(Math.round(100 * load(d, row))),
        },
      },
      {
        // LM-SENSORS-MIB::lmTempSensorsTable in thousandths of a degree
        entry: `${UCD}.13.16.2.1`,
        rows: [[1]],
        columns: {
          1: () => integer(1),
          2: () => text('coretemp-isa-0000:Package id 0'),
          3: (d) => gauge32(Math.round(1000 * processorTemperature(d))),
        },
      },
    ],
  };
}
