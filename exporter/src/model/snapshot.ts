import type { Sample } from './sample';
import type { SnmpReason } from './snmp-reason';

/** One decided round of echoes to one device. */
export interface PingRound {
  /** Unix time in ms at which the round was decided. */
  decidedAt: number;
  sent: number;
  /** Round-trip times in ms of the echoes that were answered in time; empty when none was. */
  rttsMs: number[];
  /** What the system said when echoes could not be sent (no route, no permission, name not resolved). */
  error?: string;
}

/** Values of one interface at one poll; a column that the agent does not have is undefined, never 0. */
export interface InterfaceValues {
  ifName: string;
  adminStatus?: number;
  operStatus?: number;
  /** bit/s */
  speed?: number;
  inOctets?: number;
  outOctets?: number;
  inUcastPkts?: number;
  outUcastPkts?: number;
  inErrors?: number;
  outErrors?: number;
  inDiscards?: number;
  outDiscards?: number;
  /** Width of the octet counters that were read: 64 (ifHC…) or 32. */
  counterBits?: number;
}

/** Which interfaces of a device a poll asks for: every monitored one, or the uplinks and critical ones among them. */
export type PollScope = 'all' | 'fast';

/** What one SNMP poll of one device brought; replaced as a whole. */
export interface InterfaceSnapshot {
  /** What was asked for, `all` when not given: what lies outside and is not in `interfaces` may still be there. */
  scope?: PollScope;
  /** Unix time in ms of the answer: the explicit timestamp of the counters. */
  polledAt: number;
  /** sysUpTime in hundredths of a second (RFC 3418), when it was answered. */
  sysUpTime?: number;
  interfaces: InterfaceValues[];
  /** Interfaces whose counters broke off before this poll and are held back until no rate spans the break. */
  discontinuities?: number;
  /** Counters that the agent sent as text or octets instead of numbers. */
  fromOctets?: number;
}

/** How the last poll of a device ended. */
export interface PollResult {
  reason: SnmpReason;
  /** For people: what was asked of whom and what came back. Never a secret. */
  detail: string;
  durationMs: number;
  snapshot?: InterfaceSnapshot;
  /** Interfaces are others than known, or may be after a restart or a change of the table: the device is worth a walk. */
  renumbered?: boolean;
}

/** What one module gave. */
export interface ModuleReading {
  module: string;
  /** Unix time in ms of the answers: the explicit timestamp of its counters. */
  polledAt: number;
  samples: readonly Sample[];
}

/** What the modules of one tier gave at one poll of one device; replaced as a whole. */
export interface ModuleSnapshot {
  tier: 'standard' | 'slow';
  /** Unix time in ms at which the last answer came. */
  polledAt: number;
  /** Lower case; empty where the vendor could not be told. */
  vendor: string;
  /** Values that every kind of device has in common, `device_*`. */
  normalised: readonly Sample[];
  readings: readonly ModuleReading[];
}

/** A module that gave nothing, or not all. */
export interface ModuleError {
  module: string;
  reason: Exclude<SnmpReason, 'ok'>;
}

/** How the last poll of a device's modules ended. */
export interface ModulePollResult {
  /** `ok` also where single modules failed. */
  reason: SnmpReason;
  /** For people: what was asked of whom and what came back. Never a secret. */
  detail: string;
  durationMs: number;
  snapshot?: ModuleSnapshot;
  errors: readonly ModuleError[];
}
