import { uplinkKey, type Fleet, type Observation } from '../status/entities';
import { fade } from '../status/fade';

/** Seconds after which something unseen is forgotten, as long as anything else still answers: it was removed. */
const FORGET_AFTER = 24 * 3600;

/**
 * What this page has seen so far. A query forgets what has been silent longer than its lookback, and an emptied
 * database forgets everything; a wall board must not turn blank for that.
 */
export class FleetMemory {
  /** Unix seconds of the last sight, by identity. */
  private readonly seen = new Map<string, number>();
  private last: Fleet = { devices: [], uplinks: [] };

  /** What was added last, with what was missing from it. */
  get current(): Fleet {
    return this.last;
  }

  /**
   * @param fleet what the queries answered now
   * @param now Unix seconds
   * @returns the same, and everything seen before that is not among it, as not known
   */
  add(fleet: Fleet, now: number): Fleet {
    const anyLive = [...fleet.devices, ...fleet.uplinks].some((seen) => seen.lastSeen === null);
    this.last = {
      devices: this.merge(this.last.devices, fleet.devices, (device) => `d${device.id}`, now, anyLive),
      uplinks: this.merge(this.last.uplinks, fleet.uplinks, (uplink) => `u${uplinkKey(uplink)}`, now, anyLive),
    };
    return this.last;
  }

  private merge<T extends Observation>(
    before: T[],
    now: T[],
    keyOf: (seen: T) => string,
    at: number,
    anyLive: boolean
  ) {
    const present = new Set<string>();
    for (const seen of now) {
      const key = keyOf(seen);
      present.add(key);
      this.seen.set(key, seen.lastSeen ?? at);
    }
    const missing: T[] = [];
    for (const seen of before) {
      const key = keyOf(seen);
      if (present.has(key)) {
        continue;
      }
      const lastSeen = this.seen.get(key) ?? at;
      if (anyLive && at - lastSeen > FORGET_AFTER) {
        this.seen.delete(key);
      } else {
        missing.push(fade(seen, lastSeen));
      }
    }
    return [...now, ...missing];
  }
}
