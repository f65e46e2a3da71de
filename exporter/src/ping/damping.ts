import type { PingRound } from '../model/snapshot';
import { afterRound, beginObservation, type ReachState } from './state';

/** The damped state of one device, round by round. */
export class PingDamping {
  private reach: ReachState | undefined;

  /** @param failedRounds failed rounds in a row that make a device down */
  constructor(private readonly failedRounds: number) {}

  observe(round: PingRound): { state: ReachState['state']; sinceMs: number } {
    this.reach = afterRound(this.reach ?? beginObservation(round.decidedAt), round, this.failedRounds);
    return { state: this.reach.state, sinceMs: this.reach.since };
  }
}
