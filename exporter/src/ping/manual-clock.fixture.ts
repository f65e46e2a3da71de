import type { PingClock } from './rounds';

/** A clock for tests: time passes only when told, and timers fire in order as it does. */
export class ManualClock implements PingClock {
  private now = 1_000_000;
  private nextId = 1;
  private readonly pending = new Map<number, { at: number; callback: () => void }>();

  unixMs(): number {
    return 1_700_000_000_000 + this.now;
  }

  monotonicMs(): number {
    return this.now;
  }

  setTimeout(callback: () => void, ms: number): unknown {
    const id = this.nextId++;
    this.pending.set(id, { at: this.now + ms, callback });
    return id;
  }

  clearTimeout(timer: unknown): void {
    this.pending.delete(timer as number);
  }

  /** Timers that are set. */
  get timers(): number {
    return this.pending.size;
  }

  /** Time passes without any timer firing, as in a blocked event loop. */
  block(ms: number): void {
    this.now += ms;
  }

  advance(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const [id, timer] = [...this.pending].sort((a, b) => a[1].at - b[1].at)[0] ?? [];
      if (id === undefined || timer === undefined || timer.at > end) {
        break;
      }
      this.pending.delete(id);
      this.now = Math.max(this.now, timer.at);
      timer.callback();
    }
    this.now = end;
  }

  /** Advances step by step and lets promises settle after each. */
  async run(ms: number, stepMs = 10): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.advance(Math.min(stepMs, left));
      await new Promise((settled) => setImmediate(settled));
    }
  }
}
