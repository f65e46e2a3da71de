import { DueHeap } from './due-heap';
import { Lane, type Entry, type PollJob, type Running } from './lane';
import { earlyDue, firstDue } from './spread';

export type { PollJob };

export interface ScheduleClock {
  /** Unix time in ms; phases within the interval count from it. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** What a poll knows of its turn. */
export interface Turn {
  /** Aborts at the deadline. */
  signal: AbortSignal;
  /** True when a job of the same device waits that is more urgent: end with 'unfinished' where that is possible. */
  isWanted(): boolean;
}

export interface ScheduleOptions<Kind extends string = string> {
  /**
   * Runs one poll. It must settle soon after the signal, for the device has no next turn before. `unfinished` gives way
   * to a more urgent job of the device and comes again right after it.
   */
  run(job: PollJob<Kind>, turn: Turn): Promise<void | 'unfinished'>;
  /** A run that rejected: it should not, and keeps its turns all the same. */
  onError?(job: PollJob<Kind>, error: unknown): void;
  /** Polls that may be active at once; one that has waited for `graceMs` waits on the side and counts no more. */
  concurrency: number;
  graceMs?: number;
  /** Polls at once, waiting ones included. */
  mostRunning?: number;
  /** How late a poll started, in ms; not told of those that waited for another one of their device. */
  onLag?(lagMs: number): void;
  /** Turns were left out, because the poll before or another one of the device took too long. */
  onSkipped?(turns: number): void;
  clock?: ScheduleClock;
}

export interface ScheduleCounters {
  started: number;
  /** Turns left out. */
  skipped: number;
  /** Polls that reached the deadline. */
  overdue: number;
}

const DEFAULT_GRACE_MS = 1000;
const DEFAULT_MOST_RUNNING = 5000;
/** How precisely deadlines and the grace period are kept. */
const SWEEP_MS = 200;

/** Between the first turn of a device and its second. */
const LEAST_PAUSE_MS = 1000;

/** What a whole shift is at the first turns, which come close together. */
const SHIFT_OF_FIRST_MS = 1000;

const systemClock: ScheduleClock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/**
 * Gives every job its turn once per interval, spread evenly over the devices and always at the same phase. Jobs of one
 * device wait for each other. A device that does not answer costs the others nothing: it neither keeps a slot nor gets a
 * second poll beside the first.
 */
export class PollSchedule<Kind extends string = string> {
  readonly counters: ScheduleCounters = { started: 0, skipped: 0, overdue: 0 };
  private readonly heap = new DueHeap<Entry<Kind>>();
  private readonly entries = new Map<string, Entry<Kind>>();
  private readonly lanes = new Map<string, Lane<Kind>>();
  private readonly running = new Set<Running<Kind>>();
  private readonly settling = new Set<Promise<void>>();
  private active = 0;
  private timer: unknown = null;
  private sweeper: unknown = null;
  private stopped = false;
  private readonly clock: ScheduleClock;

  constructor(private readonly options: ScheduleOptions<Kind>) {
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

  /** Polls that are due and not under way: they wait for a slot or for another one of their device. */
  get queued(): number {
    const now = this.clock.now();
    let due = 0;
    for (const entry of this.entries.values()) {
      due += entry.dueAt <= now ? 1 : 0;
    }
    for (const { entry } of this.running) {
      due -= entry.current && entry.dueAt <= now ? 1 : 0;
    }
    return due;
  }

  /** Replaces the fleet. Jobs that stay as they are keep their turn; polls of jobs that go are given up. */
  set(jobs: readonly PollJob<Kind>[]): void {
    if (this.stopped) {
      return;
    }
    const wanted = new Map(jobs.map((job) => [keyOf(job), job]));
    for (const [key, entry] of this.entries) {
      const job = wanted.get(key);
      if (job && sameTurns(job, entry.job)) {
        continue;
      }
      entry.current = false;
      this.entries.delete(key);
      const running = this.lanes.get(entry.job.id)?.running;
      if (!job && running?.entry.job.kind === entry.job.kind) {
        running.abort.abort();
      }
    }
    const now = this.clock.now();
    for (const [key, job] of wanted) {
      if (!this.entries.has(key)) {
        const dueAt = earlyDue(job.id, job.intervalMs, now, wanted.size) + (job.shift ?? 0) * SHIFT_OF_FIRST_MS;
        const entry: Entry<Kind> = { job, dueAt, early: true, current: true, waited: false };
        this.entries.set(key, entry);
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
    for (const { abort } of this.running) {
      abort.abort();
    }
    await Promise.all(this.settling);
    this.lanes.clear();
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
      const lane = this.laneOf(next.job.id);
      if (lane.running !== null) {
        lane.wait(next);
      } else if (next.current) {
        this.start(next, lane, now);
      } else {
        this.promote(next.job.id, lane);
      }
    }
    this.wake();
  }

  private laneOf(id: string): Lane<Kind> {
    let lane = this.lanes.get(id);
    if (!lane) {
      lane = new Lane();
      this.lanes.set(id, lane);
    }
    return lane;
  }

  /** The next of those that wait in a lane is due again. */
  private promote(id: string, lane: Lane<Kind>): void {
    const next = lane.take();
    if (next) {
      this.heap.push(next);
    } else if (lane.idle) {
      this.lanes.delete(id);
    }
  }

  private start(entry: Entry<Kind>, lane: Lane<Kind>, now: number): void {
    const { job } = entry;
    this.counters.started += 1;
    if (!entry.waited) {
      this.options.onLag?.(now - entry.dueAt);
    }
    const run: Running<Kind> = { entry, startedAt: now, aside: false, abort: new AbortController() };
    lane.running = run;
    this.running.add(run);
    this.active += 1;
    const turn: Turn = { signal: run.abort.signal, isWanted: () => lane.isWanted };
    const settled = this.options
      .run(job, turn)
      .catch((error: unknown) => this.options.onError?.(job, error))
      .then((outcome) => {
        this.settling.delete(settled);
        this.settle(run, lane, outcome === 'unfinished');
      });
    this.settling.add(settled);
    this.sweepSoon();
  }

  private settle(run: Running<Kind>, lane: Lane<Kind>, unfinished: boolean): void {
    const { entry } = run;
    this.running.delete(run);
    lane.running = null;
    if (this.stopped) {
      return;
    }
    if (entry.current) {
      if (unfinished) {
        lane.wait(entry);
      } else {
        this.plan(entry, run.startedAt);
      }
    }
    this.promote(entry.job.id, lane);
    if (!run.aside) {
      this.active -= 1;
    }
    this.wake();
  }

  /** A turn that was missed is not made up for: the next one is the next in phase. */
  private plan(entry: Entry<Kind>, startedAt: number): void {
    const { id, intervalMs, shift } = entry.job;
    const now = this.clock.now();
    // Into the phase, and no later than an interval from now: what changes meanwhile must not be seen later than later on.
    const soonest = startedAt + Math.min(LEAST_PAUSE_MS, intervalMs / 10);
    let dueAt = entry.early ? firstDue(id, intervalMs, soonest, shift) : entry.dueAt + intervalMs;
    if (dueAt <= now) {
      const missed = Math.floor((now - dueAt) / intervalMs) + 1;
      dueAt += missed * intervalMs;
      this.counters.skipped += missed;
      this.options.onSkipped?.(missed);
    }
    entry.dueAt = dueAt;
    entry.early = false;
    entry.waited = false;
    this.heap.push(entry);
  }

  private sweepSoon(): void {
    if (this.sweeper === null) {
      this.sweeper = this.clock.setTimeout(() => this.sweep(), SWEEP_MS);
    }
  }

  private sweep(): void {
    this.sweeper = null;
    const now = this.clock.now();
    let released = false;
    for (const run of this.running) {
      const age = now - run.startedAt;
      if (!run.aside && age >= (this.options.graceMs ?? DEFAULT_GRACE_MS)) {
        run.aside = true;
        this.active -= 1;
        released = true;
      }
      if (age >= run.entry.job.deadlineMs && !run.abort.signal.aborted) {
        this.counters.overdue += 1;
        run.abort.abort();
      }
    }
    if (released) {
      this.wake();
    }
    if (this.running.size > 0) {
      this.sweepSoon();
    }
  }
}

const sameTurns = (a: PollJob, b: PollJob) =>
  a.intervalMs === b.intervalMs && a.deadlineMs === b.deadlineMs && a.edition === b.edition;

const keyOf = ({ id, kind }: PollJob) => `${kind} ${id}`;
