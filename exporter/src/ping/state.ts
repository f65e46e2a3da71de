import type { PingRound } from '../model/snapshot';

/** Whether a device answers, damped, with since when. A device without any told round yet is `unknown`. */
export interface ReachState {
  state: 'up' | 'down' | 'unknown';
  /** Unix time in ms: of the first reply, of the first failed round of the run, or of the first round that told nothing. */
  since: number;
  /** False when the change itself was not seen: the state holds since then or longer. */
  exact: boolean;
  /** Failed rounds in a row so far, and when the first of them was decided. */
  failed: Run;
  /** Rounds in a row in which nothing could be sent. */
  silent: Run;
}

interface Run {
  rounds: number;
  since: number;
}

const NO_RUN: Run = { rounds: 0, since: 0 };

/** @param now Unix time in ms at which the device came under observation */
export function beginObservation(now: number): ReachState {
  return { state: 'unknown', since: now, exact: false, failed: NO_RUN, silent: NO_RUN };
}

/**
 * The state after one more decided round: one reply makes up, `failedRounds` failed rounds in a row make down. A round
 * in which nothing could be sent tells nothing about the device; as many of those in a row make unknown.
 * A change is exact only when the state before it was known.
 */
export function afterRound(before: ReachState, round: PingRound, failedRounds: number): ReachState {
  if (round.rttsMs.length > 0) {
    return settle(before, 'up', round.decidedAt, NO_RUN, NO_RUN);
  }
  if (round.sent === 0) {
    const silent = extend(before.silent, round.decidedAt);
    return silent.rounds >= failedRounds
      ? settle(before, 'unknown', silent.since, NO_RUN, silent)
      : { ...before, silent };
  }
  const failed = extend(before.failed, round.decidedAt);
  return failed.rounds >= failedRounds
    ? settle(before, 'down', failed.since, failed, NO_RUN)
    : { ...before, failed, silent: NO_RUN };
}

function extend(run: Run, at: number): Run {
  return run.rounds === 0 ? { rounds: 1, since: at } : { rounds: run.rounds + 1, since: run.since };
}

function settle(before: ReachState, state: ReachState['state'], since: number, failed: Run, silent: Run): ReachState {
  if (before.state === state) {
    // Nearly every round of nearly every device says the same as the one before.
    return before.failed === failed && before.silent === silent ? before : { ...before, failed, silent };
  }
  return { state, since, exact: before.state !== 'unknown', failed, silent };
}
