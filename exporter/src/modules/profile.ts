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
  uptime: readonly UptimeClock[];
}

export const UPTIME_CLOCKS = ['sys_uptime', 'engine_time', 'hr_system_uptime'] as const;
export type UptimeClock = (typeof UPTIME_CLOCKS)[number];

/** Values of one family, chosen by their labels and brought to a base unit. */
export interface Source {
  metric: string;
  /** Label -> pattern that must be found in it. */
  where: ReadonlyMap<string, RegExp>;
  /** Label -> pattern that must not be found in it. */
  unless: ReadonlyMap<string, RegExp>;
  /** Values with which the box says that it does not know. */
  absent: readonly number[];
  /** Counts only where the row of this family, with the same labels, has one of these values. */
  status: { metric: string; values: readonly number[] } | null;
  /** Is multiplied by the row of this family with the same labels: allocation units, for example. */
  times: string | null;
  /** Labels that hold SensorDataScale (RFC 3433) and the decimal places of the value. */
  scaleLabel: string | null;
  precisionLabel: string | null;
  /** The value is what is left of 100. */
  remainder: boolean;
  /** How several rows become one number. */
  aggregate: Aggregate;
}

export const AGGREGATES = ['mean', 'max', 'sum'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export interface SensorSource extends Source {
  /** Labels that name the sensor, best first; where all are empty the row has no known place and is left out. */
  sensorLabels: readonly string[];
  /** Name of a sensor that there is one of. */
  sensor: string | null;
}

/** Two of the three parts, from which the rest follows. Bytes but for `usedPercent`. */
export interface MemorySource {
  used: readonly Summand[];
  free: readonly Summand[];
  total: readonly Summand[];
  /** Percent of `total`. */
  usedPercent: Source | null;
}

export interface Summand extends Source {
  subtract: boolean;
  /** Absent counts as nothing instead of making the whole sum unknown. */
  optional: boolean;
}
