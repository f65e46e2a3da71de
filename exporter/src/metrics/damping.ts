import type { PingRound } from '../model/snapshot';
import { afterRound, beginObservation } from '../ping/state';

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

/** `failedRounds` failed rounds in a row make down, one reply makes up. `now` in Unix ms. */
export function beginDamping(failedRounds: number, now: number): Damping {
  let reach = beginObservation(now);
  let verdict: PingVerdict = { state: reach.state, sinceMs: reach.since };
  return {
    observe: (round) => {
      reach = afterRound(reach, round, failedRounds);
      if (verdict.state !== reach.state || verdict.sinceMs !== reach.since) {
        verdict = { state: reach.state, sinceMs: reach.since };
      }
      return verdict;
    },
  };
}
