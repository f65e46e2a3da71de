import type { Due } from './due-heap';

export interface PollJob<Kind extends string = string> {
  /** Device id: its jobs share one lane, in which one poll is under way at a time. */
  id: string;
  /** What is polled of the device. */
  kind: Kind;
  intervalMs: number;
  /** Longest time for one poll. */
  deadlineMs: number;
  /** Part of the interval, 0 … 1, by which it comes after the phase of its device. */
  shift?: number;
  /** Another one: there is something new to ask, so its next turn comes soon. */
  edition?: number;
}

/** A job with its next turn. */
export interface Entry<Kind extends string = string> extends Due {
  job: PollJob<Kind>;
  /** Before its first turn, which comes sooner than its phase. */
  early: boolean;
  /** An entry that was replaced stays where it is until its turn comes. */
  current: boolean;
  /** It was due while another job of its device was under way. */
  waited: boolean;
}

/** A poll under way. */
export interface Running<Kind extends string = string> {
  entry: Entry<Kind>;
  startedAt: number;
  /** It takes long and holds no slot any more. */
  aside: boolean;
  abort: AbortController;
}

/** One device: what is under way, and what is due and waits for it. */
export class Lane<Kind extends string = string> {
  running: Running<Kind> | null = null;
  private waiting: Entry<Kind>[] = [];

  get idle(): boolean {
    return this.running === null && this.waiting.length === 0;
  }

  wait(entry: Entry<Kind>): void {
    entry.waited = true;
    this.waiting.push(entry);
  }

  /**
   * The most urgent of those that wait, which then waits no more: the one whose turn after this one comes first. So a
   * short interval goes before a long one, and a long one is never put off for good.
   */
  take(): Entry<Kind> | undefined {
    this.waiting = this.waiting.filter((entry) => entry.current);
    const first = this.waiting.reduce<Entry<Kind> | undefined>(
      (best, entry) => (best === undefined || isMoreUrgent(entry, best) ? entry : best),
      undefined
    );
    this.waiting = this.waiting.filter((entry) => entry !== first);
    return first;
  }

  /** True when something waits that should go before what is under way. */
  get isWanted(): boolean {
    const { running } = this;
    return running !== null && this.waiting.some((entry) => entry.current && isMoreUrgent(entry, running.entry));
  }
}

function isMoreUrgent(a: Entry, b: Entry): boolean {
  return a.dueAt + a.job.intervalMs < b.dueAt + b.job.intervalMs;
}
