import { FRESH_INTERVALS, interfaceState, isFresh, type State } from '../model/state';
import type { PingVerdict } from './damping';

/** A state and the Unix time in ms at which the facts say that it began. */
export interface Verdict {
  state: State;
  sinceMs: number;
}

export interface DeviceFacts {
  now: number;
  enabled: boolean;
  pingIntervalMs: number;
  snmpIntervalMs: number;
  /** What the damped rounds say; null before the first. */
  ping: PingVerdict | null;
  /** Unix ms at which the newest round was decided, answered or not; null before the first. */
  lastRoundAt: number | null;
  /** Unix ms of the newest SNMP answer; null before the first. */
  lastSnmpAt: number | null;
  /** True when the newest SNMP poll was answered. */
  snmpAnswering: boolean;
}

/**
 * State of a device. Ping decides while its rounds are fresh; a device that has answered SNMP since its ping went down
 * merely drops echoes and is up. Without a fresh round only a fresh SNMP answer makes a device up; nothing makes it
 * down, because silence of the collector is no news of the device.
 */
export function judgeDevice(facts: DeviceFacts): Verdict {
  const { now, ping, lastRoundAt, lastSnmpAt } = facts;
  if (!facts.enabled) {
    return { state: 'disabled', sinceMs: now };
  }
  const roundFresh = lastRoundAt !== null && isFresh(now - lastRoundAt, facts.pingIntervalMs);
  const snmpFresh = lastSnmpAt !== null && isFresh(now - lastSnmpAt, facts.snmpIntervalMs);
  if (roundFresh && ping?.state === 'up') {
    return { state: 'up', sinceMs: ping.sinceMs };
  }
  if (roundFresh && ping?.state === 'down') {
    if (snmpFresh && facts.snmpAnswering && lastSnmpAt > ping.sinceMs) {
      return { state: 'up', sinceMs: lastSnmpAt };
    }
    return { state: 'down', sinceMs: Math.max(ping.sinceMs, lastSnmpAt ?? 0) };
  }
  if (snmpFresh) {
    return { state: 'up', sinceMs: lastSnmpAt };
  }
  const ends = [
    ...(lastRoundAt === null ? [] : [lastRoundAt + FRESH_INTERVALS * facts.pingIntervalMs]),
    ...(lastSnmpAt === null ? [] : [lastSnmpAt + FRESH_INTERVALS * facts.snmpIntervalMs]),
  ];
  return { state: 'unknown', sinceMs: ends.length === 0 ? now : Math.min(now, Math.max(...ends)) };
}

export interface InterfaceFacts {
  now: number;
  /** False: no values are collected of it. */
  monitored: boolean;
  device: Verdict;
  snmpIntervalMs: number;
  /** Unix ms of the newest SNMP answer that had this interface; null before the first. */
  polledAt: number | null;
  adminStatus: number | undefined;
  operStatus: number | undefined;
}

/** State of an interface: what its device said last, as long as that is fresh and the device was not lost since. */
export function judgeInterface(facts: InterfaceFacts): Verdict {
  const { now, device, polledAt } = facts;
  if (device.state === 'disabled' || !facts.monitored) {
    return { state: 'disabled', sinceMs: device.state === 'disabled' ? device.sinceMs : now };
  }
  if (device.state === 'down' && (polledAt === null || polledAt <= device.sinceMs)) {
    return { state: 'unknown', sinceMs: device.sinceMs };
  }
  if (polledAt === null) {
    return { state: 'unknown', sinceMs: now };
  }
  if (!isFresh(now - polledAt, facts.snmpIntervalMs)) {
    return { state: 'unknown', sinceMs: polledAt + FRESH_INTERVALS * facts.snmpIntervalMs };
  }
  return { state: interfaceState(facts.adminStatus, facts.operStatus), sinceMs: polledAt };
}

/** A state with the moment since when it holds. */
export interface Held extends Verdict {
  /** Its beginning was seen, by this process or by the one before. */
  exact: boolean;
  /** Nothing but `unknown` went before it in this process: it may have begun before. */
  first: boolean;
}

/**
 * The state that is held after a verdict. It began when the verdict says, but not before the state that it follows.
 * What comes out of `unknown` began unseen, so its beginning is approximate; so is the very first state. An operator
 * who disables something is always seen.
 */
export function holdState(held: Held | null, verdict: Verdict, now: number): Held {
  if (held?.state === verdict.state) {
    return held;
  }
  const sinceMs = Math.min(now, Math.max(verdict.sinceMs, held?.sinceMs ?? 0));
  const seen = held !== null && (held.state !== 'unknown' || verdict.state === 'disabled');
  const first = held === null || (held.first && held.state === 'unknown');
  return { state: verdict.state, sinceMs, exact: seen, first };
}

/** The last state that was known before this process began; times in Unix ms. */
export interface PastState extends Verdict {
  exact: boolean;
  /** A state that is seen again until then is taken to have lasted meanwhile. */
  holdsUntilMs: number;
}

/** Of a device and of its interfaces, by ifName. */
export interface PastDevice {
  state?: PastState;
  interfaces: ReadonlyMap<string, PastState>;
}

/**
 * A first state that is the last one from before the start goes on: it began when that began. After too long a gap it
 * does not, because what is told as approximate must hold at least since then.
 */
export function continueState(held: Held, past: PastState | undefined): Held {
  if (!past || !held.first || held.state !== past.state || held.sinceMs > past.holdsUntilMs) {
    return held;
  }
  return { ...held, sinceMs: Math.min(past.sinceMs, held.sinceMs), exact: past.exact, first: false };
}
