import type { SnmpModule } from './snmp-module';

/** How often a module is asked: with the interfaces, or at the slow interval. */
export const MODULE_TIERS = ['standard', 'slow'] as const;
export type ModuleTier = (typeof MODULE_TIERS)[number];

/** What is asked of one kind of device, and what its answers mean. Nothing changes it after it is loaded. */
export interface DeviceProfile {
  name: string;
  /** As in the fingerprint, lower case; empty where the vendor could not be told. */
  vendor: string;
  modules: readonly { module: SnmpModule; tier: ModuleTier }[];
  normalised: NormalisedValues;
}

/** Where the values come from that every device has in common. Alternatives stand in order: the first that gives a value counts. */
export interface NormalisedValues {
  /** Percent; each alternative is one number for the device. */
  cpu: readonly Source[];
  memory: readonly MemorySource[];
  /** Each alternative is a list of sensors that are all taken. */
  temperature: readonly (readonly SensorSource[])[];
  /** Clocks that run true on this kind of device; the one that shows most counts. */
  uptime: readonly UptimeClock[];
}

/** The families of the module `snmp_engine` that a device's age can be read from. */
export const UPTIME_CLOCKS = {
  sys_uptime: 'snmp_sys_uptime_seconds',
  engine_time: 'snmp_engine_time_seconds',
  hr_system_uptime: 'snmp_hr_system_uptime_seconds',
} as const;
export type UptimeClock = keyof typeof UPTIME_CLOCKS;

export const AGGREGATES = ['mean', 'max', 'sum'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** Rows of one family, chosen by their labels. */
export interface Source {
  metric: string;
  /** Label -> pattern that must be found in it. */
  where: ReadonlyMap<string, RegExp>;
  /** Label -> pattern that must not be found in it. */
  unless: ReadonlyMap<string, RegExp>;
  /** Values with which the device says that it does not know. */
  absent: readonly number[];
  /** What the row of another family with the same labels must say for this row to count. */
  status: RowStatus | null;
  /** Is multiplied by the row of this family with the same labels: allocation units, for example. */
  times: string | null;
  /** Labels that hold SensorDataScale and SensorDataPrecision (RFC 3433 section 4) of the row. */
  scaled: { scale: string; precision: string } | null;
  /** Multiplies last: 0.01 where percent of a size are meant. */
  scale: number;
  /** The value is what is left of 100. */
  remainder: boolean;
  /** How several rows become one number. */
  aggregate: Aggregate;
}

export interface RowStatus {
  metric: string;
  /** One of these; null where `isnt` tells it. */
  is: readonly number[] | null;
  isnt: readonly number[];
}

export interface SensorSource extends Source {
  /** Labels that name the sensor, best first. A row of which all are empty is left out: nobody knows what it measures. */
  names: readonly string[];
  /** The name, where there is only one such sensor. */
  sensor: string | null;
  /** Label that tells sensors of the same name apart. */
  id: string | null;
}

/** Two of used, free and total in bytes: the rest follows. What is empty is not told. */
export interface MemorySource {
  used: readonly Summand[];
  free: readonly Summand[];
  total: readonly Summand[];
}

export interface Summand extends Source {
  subtract: boolean;
  /** Absent counts as nothing instead of making the whole sum unknown. */
  optional: boolean;
}
