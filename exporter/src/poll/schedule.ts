import { DueHeap, type Due } from './due-heap';
import { earlyDue, firstDue } from './spread';

export interface PollJob {
  /** Device id. */
  id: string;
  intervalMs: number;
}

export interface ScheduleClock {
  /** Unix time in ms; phases within the interval count from it. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

export interface ScheduleOptions {
  /**
   * Runs one poll. `signal` aborts at the deadline; the run must settle soon after, for the device has no next turn
   * before. A rejection is the run's own affair: it must report it.
   */
  run(id: string, signal: AbortSignal): Promise<void>;
  /** Polls that may be active at once; one that has waited for `graceMs` waits on the side and counts no more. */
  concurrency: number;
  graceMs?: number;
  /** Polls at once, waiting ones included. */
  mostRunning?: number;
  deadlineMs: number;
  /** How late a poll started, in ms. */
  onLag?(lagMs: number): void;
  /** A turn was left out because the poll before was still running. */
  onSkipped?(): void;
  clock?: ScheduleClock;
}

export interface ScheduleCounters {
  started: number;
  /** Turns left out because the poll before was still running. */
  skipped: number;
  /** Polls that reached the deadline. */
  overdue: number;
}

interface Entry extends Due {
  job: PollJob;
  /** Before its first turn, which comes sooner than its phase. */
  early: boolean;
  /** An entry that was replaced stays in the heap until its turn comes. */
  current: boolean;
}

interface Running {
  startedAt: number;
  waiting: boolean;
  abort: AbortController;
}

const DEFAULT_GRACE_MS = 1000;
const DEFAULT_MOST_RUNNING = 5000;
/** How precisely deadlines and the grace period are kept. */
const SWEEP_MS = 200;

const systemClock: ScheduleClock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/**
 * Gives every device its turn once per interval, spread evenly and always at the same phase. A device that does not
 * answer costs the others nothing: it neither keeps a slot nor gets a second poll beside the first.
 */
export class PollSchedule {
  readonly counters: ScheduleCounters = { started: 0, skipped: 0, overdue: 0 };
  private readonly heap = new DueHeap<Entry>();
  private readonly entries = new Map<string, Entry>();
  private readonly running = new Map<string, Running>();
  private readonly settling = new Set<Promise<void>>();
  private active = 0;
  private timer: unknown = null;
  private sweeper: unknown = null;
  private stopped = false;
  private readonly clock: ScheduleClock;

  constructor(private readonly options: ScheduleOptions) {
    this.clock = options.clock ?? systemClock;
  }

  /** Polls under way. */
  get inFlight(): number {
    return this.running.size;
  }

  /** Polls under way that hold a slot. */
  get holdingSlots(): number {
    return this.active;
  }

  /** Replaces the fleet. Devices that stay keep their turn; polls of devices that go are given up. */
  set(jobs: readonly PollJob[]): void {
    if (this.stopped) {
      return;
    }
    const wanted = new Map(jobs.map((job) => [job.id, job]));
    for (const [id, entry] of this.entries) {
      const job = wanted.get(id);
      if (job?.intervalMs === entry.job.intervalMs) {
        continue;
      }
      entry.current = false;
      this.entries.delete(id);
      if (!job) {
        this.running.get(id)?.abort.abort();
      }
    }
    const now = this.clock.now();
    for (const job of wanted.values()) {
      if (!this.entries.has(job.id)) {
        const dueAt = earlyDue(job.id, job.intervalMs, now, wanted.size);
        const entry: Entry = { job, dueAt, early: true, current: true };
        this.entries.set(job.id, entry);
        this.heap.push(entry);
      }
    }
    this.wake();
  }

  /** Ends the schedule; resolves when no poll is under way any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.clock.clearTimeout(this.timer);
    this.entries.clear();
    this.heap.clear();
    for (const { abort } of this.running.values()) {
      abort.abort();
    }
    await Promise.all(this.settling);
    this.clock.clearTimeout(this.sweeper);
    this.sweeper = null;
  }

  private wake(): void {
    this.clock.clearTimeout(this.timer);
    this.timer = null;
    const next = this.heap.peek();
    if (this.stopped || !next || this.full()) {
      return;
    }
    this.timer = this.clock.setTimeout(() => this.startDue(), Math.max(0, next.dueAt - this.clock.now()));
  }

  private full(): boolean {
    return (
      this.active >= this.options.concurrency || this.running.size >= (this.options.mostRunning ?? DEFAULT_MOST_RUNNING)
    );
  }

  private startDue(): void {
    const now = this.clock.now();
    for (let next = this.heap.peek(); next && next.dueAt <= now && !this.full(); next = this.heap.peek()) {
      this.heap.pop();
      if (!next.current) {
        continue;
      }
      this.start(next, now);
      next.dueAt = nextDue(next, now);
      next.early = false;
      this.heap.push(next);
    }
    this.wake();
  }

  private start(entry: Entry, now: number): void {
    const { id } = entry.job;
    if (this.running.has(id)) {
      this.counters.skipped += 1;
      this.options.onSkipped?.();
      return;
    }
    this.counters.started += 1;
    this.options.onLag?.(now - entry.dueAt);
    const run: Running = { startedAt: now, waiting: false, abort: new AbortController() };
    this.running.set(id, run);
    this.active += 1;
    const settled = this.options
      .run(id, run.abort.signal)
      .catch(() => undefined)
      .then(() => {
        this.settling.delete(settled);
        this.settle(id, run);
      });
    this.settling.add(settled);
    this.sweepSoon();
  }

  private settle(id: string, run: Running): void {
    this.running.delete(id);
    if (!run.waiting) {
      this.releaseSlot();
    } else if (this.timer === null) {
      this.wake();
    }
  }

  private releaseSlot(): void {
    const wasFull = this.full();
    this.active -= 1;
    if (wasFull || this.timer === null) {
      this.wake();
    }
  }

  private sweepSoon(): void {
    if (this.sweeper === null) {
      this.sweeper = this.clock.setTimeout(() => this.sweep(), SWEEP_MS);
    }
  }

  private sweep(): void {
    this.sweeper = null;
    const now = this.clock.now();
    for (const run of this.running.values()) {
      const age = now - run.startedAt;
      if (!run.waiting && age >= (this.options.graceMs ?? DEFAULT_GRACE_MS)) {
        run.waiting = true;
        this.releaseSlot();
      }
      if (age >= this.options.deadlineMs && !run.abort.signal.aborted) {
        this.counters.overdue += 1;
        run.abort.abort();
      }
    }
    if (this.running.size > 0) {
      this.sweepSoon();
    }
  }
}

function nextDue({ job: { id, intervalMs }, dueAt, early }: Entry, now: number): number {
  if (early) {
    return firstDue(id, intervalMs, now + intervalMs / 2);
  }
  // A turn that was missed altogether is not made up for: the next one is the next in phase.
  const behind = Math.floor((now - dueAt) / intervalMs);
  return dueAt + (behind + 1) * intervalMs;
}
