import type { Fleet, Observation } from './entities';

/**
 * The same fleet when no fresh answer backs it any more: nothing is known now, and what was known last is history.
 * @param at Unix seconds of the last good answer
 */
export function fadeFleet(fleet: Fleet, at: number): Fleet {
  return { devices: fleet.devices.map((d) => fade(d, at)), uplinks: fleet.uplinks.map((u) => fade(u, at)) };
}

export function fade<T extends Observation>(seen: T, at: number): T {
  if (seen.lastSeen !== null) {
    return seen;
  }
  return { ...seen, state: 'unknown', since: null, approximate: false, lastSeen: at, lastState: seen.state };
}
