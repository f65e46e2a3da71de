const MINUTE = 60_000;
/** After the first failure; doubled with each further one, up to the refresh interval. */
const FIRST_RETRY_MS = 5 * MINUTE;

/**
 * When a device that answered at `now` is refreshed next: on a grid of the interval, so that devices become due
 * together and a run means something; at least half an interval from now. Unix ms, as all times here.
 */
export function nextRefresh(now: number, refreshMs: number): number {
  const next = Math.floor(now / refreshMs) * refreshMs + refreshMs;
  return next - now < refreshMs / 2 ? next + refreshMs : next;
}

/** When a device that failed `failures` times in a row is asked again, on a grid of a minute. */
export function nextRetry(now: number, failures: number, refreshMs: number): number {
  const wait = Math.min(FIRST_RETRY_MS * 2 ** Math.min(Math.max(failures - 1, 0), 20), refreshMs);
  return Math.ceil((now + wait) / MINUTE) * MINUTE;
}

/** The next time that the clock on the wall (zone of this process) shows `timeOfDay`, "HH:MM". */
export function nextFullWalk(now: number, timeOfDay: string): number {
  const [hours = 0, minutes = 0] = timeOfDay.split(':').map(Number);
  const at = new Date(now);
  at.setHours(hours, minutes, 0, 0);
  if (at.getTime() <= now) {
    // By the calendar, not by 24 hours: a day with a change of clocks is shorter or longer.
    at.setDate(at.getDate() + 1);
    at.setHours(hours, minutes, 0, 0);
  }
  return at.getTime();
}
