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

/**
 * Lets packets go one after another, evenly, at most `rate` a second. Who waits is served in the order of asking; time
 * in which nobody asked is not made up for by a burst.
 */
export class Pace {
  private readonly gapMs: number;
  private freeAtMs = Number.NEGATIVE_INFINITY;

  /** @param rate packets a second */
  constructor(
    rate: number,
    private readonly clock: PaceClock = systemPaceClock
  ) {
    this.gapMs = 1000 / rate;
  }

  /** Resolves when `packets` may be sent. Rejects when the signal aborts, before or meanwhile. */
  async take(packets: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = this.clock.nowMs();
    const mine = Math.max(this.freeAtMs, now);
    this.freeAtMs = mine + packets * this.gapMs;
    if (mine > now) {
      await this.clock.sleep(mine - now, signal);
    }
  }
}
