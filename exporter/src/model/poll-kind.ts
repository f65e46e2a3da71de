import type { Device } from './device';
import { isUplinkOrCritical, type Interface } from './interface';

/** What is polled of a device, each at an interval of its own. */
export const POLL_KINDS = ['interfaces', 'interfaces_fast', 'modules', 'modules_slow'] as const;
export type PollKind = (typeof POLL_KINDS)[number];

/** Intervals of SNMP polls in ms. */
export interface PollIntervals {
  /** Of uplinks and critical interfaces; null: they are polled with the others. */
  fastMs: number | null;
  standardMs: number;
  slowMs: number;
}

export type DeviceIntervals = Record<Exclude<PollKind, 'interfaces_fast'>, number> & { interfaces_fast: number | null };

/**
 * How often each kind of poll comes to a device, in ms; null where it does not. A device of the slow tier is polled at
 * the slow interval for everything.
 */
export function intervalsOf(
  device: Pick<Device, 'tier'>,
  interfaces: readonly Interface[],
  { fastMs, standardMs, slowMs }: PollIntervals
): DeviceIntervals {
  const slow = device.tier === 'slow';
  const allMs = slow ? slowMs : standardMs;
  const hasFast = !slow && interfaces.some((one) => one.monitored && isUplinkOrCritical(one));
  return { interfaces: allMs, interfaces_fast: hasFast ? fastMs : null, modules: allMs, modules_slow: slowMs };
}
