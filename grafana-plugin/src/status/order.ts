import type { SiteStatus } from './sites';
import { SITE_STATES, type SiteState } from './state';

const RANK = Object.fromEntries(SITE_STATES.map((state, rank) => [state, rank])) as Record<SiteState, number>;
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/**
 * Down first, then degraded, unknown, up, disabled. Among faults the newest first; among the rest those with a device
 * that is down, then by name.
 */
export function bySeverity(a: SiteStatus, b: SiteStatus): number {
  const rank = RANK[a.state] - RANK[b.state];
  if (rank !== 0) {
    return rank;
  }
  if (a.state === 'down' || a.state === 'degraded') {
    const newest = (b.since ?? -Infinity) - (a.since ?? -Infinity);
    if (newest !== 0 && !Number.isNaN(newest)) {
      return newest;
    }
  }
  const faulty = Number(b.devicesByState.down > 0) - Number(a.devicesByState.down > 0);
  return faulty || collator.compare(a.name, b.name) || collator.compare(a.region, b.region);
}

/** Whether somebody should look at the site. */
export function isProblem(site: SiteStatus): boolean {
  return site.state === 'down' || site.state === 'degraded' || site.state === 'unknown' || site.devicesByState.down > 0;
}
