import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const WINDOW_MS = 30_000;

/** Seconds by which the event loop was late. */
export interface Lag {
  p50: number;
  p99: number;
  max: number;
}

/**
 * How late the event loop is, over the last 30 to 60 s: the window that is complete and the one that is running,
 * whichever is worse. Scraping resets nothing, so any number of scrapers see the same.
 */
export class EventLoopLag {
  private readonly histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private readonly timer: NodeJS.Timeout;
  private last: Lag = { p50: 0, p99: 0, max: 0 };

  constructor() {
    this.histogram.enable();
    this.timer = setInterval(() => {
      this.last = this.running();
      this.histogram.reset();
    }, WINDOW_MS);
    this.timer.unref();
  }

  read(): Lag {
    const now = this.running();
    const { last } = this;
    return { p50: Math.max(last.p50, now.p50), p99: Math.max(last.p99, now.p99), max: Math.max(last.max, now.max) };
  }

  stop(): void {
    clearInterval(this.timer);
    this.histogram.disable();
  }

  private running(): Lag {
    // The histogram holds the time from one tick of its timer to the next, so a loop that is never late shows the
    // timer's own period.
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS) / 1000;
    const { histogram } = this;
    if (histogram.count === 0) {
      return { p50: 0, p99: 0, max: 0 };
    }
    return { p50: late(histogram.percentile(50)), p99: late(histogram.percentile(99)), max: late(histogram.max) };
  }
}
