import type { SimulatedDevice } from './device';
import { diskBytes, HOST_SYSTEM, memoryBytes, processorTables, storageTable, type DeviceMib } from './host-mib';
import { diskUsed, memoryUsed, processorTemperature, roomTemperature, supplyVolts } from './body';
import { between, hashNumber } from './hash';
import { gauge32, integer, text } from './mib-value';

/** MIKROTIK-MIB. */
const MTXR = '1.3.6.1.4.1.14988.1.1';

const tenths = (value: number) => integer(Math.round(10 * value));
const board = (d: SimulatedDevice) => d.promise.model || 'CHR';
const version = (d: SimulatedDevice) => d.promise.osVersion || '7.15.3';
const serial = (d: SimulatedDevice) => hashNumber(d.seed, 7_000).toString(16).toUpperCase().padStart(8, '0');
/** Hosts behind the device that have a lease. */
const leases = (d: SimulatedDevice) => Math.round(between(d.seed, 7_100, 8, 90));
const connections = (d: SimulatedDevice) => leases(d) * (30 + (hashNumber(d.seed, Math.floor(d.now / 10)) % 12));

/** Rows of mtxrGaugeTable; unit 1 °C in whole degrees, 3 tenths of a volt. */
const GAUGES: readonly { index: number; name: string; unit: number; read: (d: SimulatedDevice) => number }[] = [
  { index: 13, name: 'voltage', unit: 3, read: (d) => 10 * supplyVolts(d) },
  { index: 14, name: 'temperature', unit: 1, read: (d) => roomTemperature(d) + 9 },
  { index: 17, name: 'cpu-temperature', unit: 1, read: processorTemperature },
];

export function mikrotik(device: SimulatedDevice): DeviceMib {
  return {
    scalars: {
      ...HOST_SYSTEM,
      // mtxrHlVoltage, mtxrHlTemperature, mtxrHlProcessorTemperature
      [`${MTXR}.3.8`]: (d) => tenths(supplyVolts(d)),
      [`${MTXR}.3.10`]: (d) => tenths(roomTemperature(d) + 9),
      [`${MTXR}.3.11`]: (d) => tenths(processorTemperature(d)),
      // mtxrLicLevel, mtxrLicVersion, mtxrDHCPLeaseCount
      [`${MTXR}.4.3`]: () => integer(5),
      [`${MTXR}.4.4`]: (d) => text(version(d)),
      [`${MTXR}.6.1`]: (d) => gauge32(leases(d)),
      // mtxrSerialNumber, mtxrFirmwareVersion, mtxrFirmwareUpgradeVersion, mtxrDisplayName, mtxrBoardName
      [`${MTXR}.7.3`]: (d) => text(serial(d)),
      [`${MTXR}.7.4`]: (d) => text(version(d)),
      [`${MTXR}.7.7`]: (d) => text(version(d)),
      [`${MTXR}.7.8`]: (d) => text(board(d)),
      [`${MTXR}.7.9`]: (d) => text(board(d)),
      // mtxrCtTotalEntries
      [`${MTXR}.22.1.1`]: (d) => gauge32(connections(d)),
    },
    tables: [
      ...processorTables(device, 1, ''),
      storageTable([
        { index: 65_536, type: 'ram', name: 'main memory', unit: 1024, bytes: memoryBytes, used: memoryUsed },
        { index: 131_072, type: 'disk', name: 'system disk', unit: 1024, bytes: diskBytes, used: diskUsed },
      ]),
      {
        entry: `${MTXR}.3.100.1`,
        rows: GAUGES.map(({ index }) => [index]),
        columns: {
          2: (_, row) => text(GAUGES[row]!.name),
          3: (d, row) => integer(Math.round(GAUGES[row]!.read(d))),
          4: (_, row) => integer(GAUGES[row]!.unit),
        },
      },
    ],
  };
}
