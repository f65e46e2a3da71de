import type { SnmpReason } from '../model/snmp-reason';

/** Silent polls in a row after which a device is only asked for a sign of life. */
const SILENT_AFTER = 5;
/** Longest pause after refused credentials: some agents lock a user out who keeps trying. */
const LONGEST_PAUSE_MS = 10 * 60_000;

export type NextPoll = 'full' | 'sign_of_life' | 'pause';

/**
 * How a device is polled after failures. A silent one costs one small request per interval and is polled in full with
 * its first answer; one that refuses the credentials is left alone for two, four, eight … intervals.
 */
export class Breaker {
  private silent = 0;
  private refused = 0;
  private pausedUntil = 0;

  next(now: number): NextPoll {
    if (now < this.pausedUntil) {
      return 'pause';
    }
    return this.silent >= SILENT_AFTER ? 'sign_of_life' : 'full';
  }

  note(reason: SnmpReason, now: number, intervalMs: number): void {
    const isSilent = reason === 'timeout' || reason === 'unreachable' || reason === 'tooslow';
    this.silent = isSilent ? this.silent + 1 : 0;
    if (reason !== 'auth') {
      this.refused = 0;
      this.pausedUntil = 0;
      return;
    }
    this.refused += 1;
    // Half an interval less, so that jitter does not make it one turn more.
    const pause = intervalMs * 2 ** Math.min(this.refused, 10) - intervalMs / 2;
    this.pausedUntil = now + Math.min(pause, LONGEST_PAUSE_MS);
  }

  /** New credentials or a new address: what happened before says nothing. */
  reset(): void {
    this.silent = 0;
    this.refused = 0;
    this.pausedUntil = 0;
  }
}
