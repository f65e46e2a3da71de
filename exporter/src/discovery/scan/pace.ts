import { setTimeout as wait } from 'node:timers/promises';

export interface PaceClock {
  /** Monotonic ms. */
  nowMs(): number;
  /** Rejects when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemPaceClock: PaceClock = {
  nowMs: () => performance.now(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }),
};

/** Timers fire a little late: so much of it is made up for, that the rate is reached. */
const LATE_MS = 20;

/**
 * Lets packets go one after another, evenly, at most `rate` a second. Who waits is served in the order of asking. Time in
 * which nobody asked, or in which the process could not go on, is not made up for by a burst.
 */
export class Pace {
  private readonly gapMs: number;
  private freeAtMs = Number.NEGATIVE_INFINITY;
  private last: Promise<unknown> = Promise.resolve();

  /** @param rate packets a second */
  constructor(
    rate: number,
    private readonly clock: PaceClock = systemPaceClock
  ) {
    this.gapMs = 1000 / rate;
  }

  /** Resolves when `packets` may be sent. Rejects when the signal aborts, before or meanwhile. */
  take(packets: number, signal: AbortSignal): Promise<void> {
    const turn = this.last.then(() => this.turn(packets, signal));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async turn(packets: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = this.clock.nowMs();
    const dueMs = Math.max(this.freeAtMs, now);
    if (dueMs > now) {
      await this.clock.sleep(dueMs - now, signal);
    }
    this.freeAtMs = Math.max(dueMs, this.clock.nowMs() - LATE_MS) + packets * this.gapMs;
  }
}
