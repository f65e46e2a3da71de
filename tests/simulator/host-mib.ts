import type { Value } from './ber-writer';
import { buildOf, coreLoad } from './body';
import type { SimulatedDevice } from './device';
import { dateAndTime, integer, oid, text, timeTicks } from './mib-value';
import { uptime } from './system-mib';

export type Scalars = Readonly<Record<string, (device: SimulatedDevice) => Value>>;

export interface Table {
  /** Dotted, without the column. */
  entry: string;
  /** Index parts in ascending order. */
  rows: readonly (readonly number[])[];
  /** `row`: position in `rows`. */
  columns: Readonly<Record<number, (device: SimulatedDevice, row: number) => Value>>;
}

/** What agents of one kind answer about the device itself. */
export interface DeviceMib {
  /** By the object without its instance `.0`. */
  scalars: Scalars;
  tables: readonly Table[];
}

/** A row of HOST-RESOURCES-MIB::hrStorageTable (RFC 2790). */
export interface Storage {
  index: number;
  type: 'ram' | 'other' | 'disk';
  name: string;
  unit: number;
  bytes: (device: SimulatedDevice) => number;
  used: (device: SimulatedDevice) => number;
}

/** hrStorageTypes: hrStorageRam, hrStorageOther, hrStorageFixedDisk. */
const STORAGE_TYPES = { ram: 2, other: 1, disk: 4 } as const;

export function storageTable(rows: readonly Storage[]): Table {
  const of = (row: number) => rows[row] as Storage;
  const units = (bytes: number, { unit }: Storage) => integer(Math.floor(bytes / unit));
  return {
    entry: '1.3.6.1.2.1.25.2.3.1',
    rows: rows.map(({ index }) => [index]),
    columns: {
      1: (_, row) => integer(of(row).index),
      2: (_, row) => oid(`1.3.6.1.2.1.25.2.1.${STORAGE_TYPES[of(row).type]}`),
      3: (_, row) => text(of(row).name),
      4: (_, row) => integer(of(row).unit),
      5: (d, row) => units(of(row).bytes(d), of(row)),
      6: (d, row) => units(of(row).used(d), of(row)),
    },
  };
}

export const memoryBytes = (device: SimulatedDevice) => buildOf(device).memoryBytes;
export const diskBytes = (device: SimulatedDevice) => buildOf(device).diskBytes;
/** Seconds that a device needs until its agent starts. */
const BOOT_SECONDS = 12;

/** HOST-RESOURCES-MIB::hrSystem (RFC 2790): hrSystemUptime, hrSystemDate. */
export const HOST_SYSTEM: Scalars = {
  '1.3.6.1.2.1.25.1.1': (d) => timeTicks(uptime(d) + BOOT_SECONDS),
  '1.3.6.1.2.1.25.1.2': (d) => dateAndTime(d.now + d.clockSkew),
};

/** HOST-RESOURCES-MIB (RFC 2790): hrDeviceType, hrDeviceDescr and hrProcessorLoad of each core. */
export function processorTables(device: SimulatedDevice, firstIndex: number, name: string): Table[] {
  const rows = Array.from({ length: buildOf(device).cores }, (_, core) => [firstIndex + core]);
  return [
    {
      entry: '1.3.6.1.2.1.25.3.2.1',
      rows,
      columns: { 2: () => oid('1.3.6.1.2.1.25.3.1.3'), 3: () => text(name) },
    },
    {
      entry: '1.3.6.1.2.1.25.3.3.1',
      rows,
      columns: { 1: () => oid('0.0'), 2: (d, core) => integer(Math.round(100 * coreLoad(d, core))) },
    },
  ];
}
