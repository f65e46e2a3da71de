/** FNV-1a over the UTF-16 code units, finished so that ids which differ in the last digit land far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/**
 * Where in its interval a device has its turn, in ms: the same after every restart and on every process, so that the
 * distance between two samples stays the interval.
 */
export function phaseOf(id: string, intervalMs: number): number {
  return Math.floor((hash(id) / 2 ** 32) * intervalMs);
}

/** The first time at or after `now` that is in phase. */
export function firstDue(id: string, intervalMs: number, now: number): number {
  const phase = phaseOf(id, intervalMs);
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
