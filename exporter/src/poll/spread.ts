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
