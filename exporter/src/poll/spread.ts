import { deviceHash } from '../model/device-hash';

/**
 * Where in its interval a device has its turn, in ms: the same after every restart and on every process, so that the
 * distance between two samples stays the interval.
 */
export function phaseOf(id: string, intervalMs: number): number {
  return Math.floor((deviceHash(id) / 2 ** 32) * intervalMs);
}

/** The first time at or after `now` that is in phase, or `shift` (0 … 1) of an interval past it. */
export function firstDue(id: string, intervalMs: number, now: number, shift = 0): number {
  const phase = phaseOf(id, intervalMs) + shift * intervalMs;
  return now + ((((phase - now) % intervalMs) + intervalMs) % intervalMs);
}

/** Pace of first polls: a fleet that has just become known is asked at most so many devices a second. */
const FIRST_POLLS_PER_S = 200;

/**
 * When a device that has just become known has its first turn: soon, in the order of the phases, because a person may
 * be waiting for it. From the second turn on it is in phase.
 */
export function earlyDue(id: string, intervalMs: number, now: number, devices: number): number {
  const window = Math.min(intervalMs, Math.max(1000, (devices * 1000) / FIRST_POLLS_PER_S));
  return now + Math.floor((phaseOf(id, intervalMs) / intervalMs) * window);
}
