import type { PingRound } from '../model/snapshot';

/** What damped rounds say of a device. */
export interface PingVerdict {
  /** unknown: too few rounds to tell. */
  state: 'up' | 'down' | 'unknown';
  /** Unix ms of the first round of the run that made the state. */
  sinceMs: number;
}

/** Turns single rounds into a state that does not flap. One per device. */
export interface Damping {
  observe(round: PingRound): PingVerdict;
}
