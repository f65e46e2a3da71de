import { DueHeap } from './due-heap';
import { type PollJob, PollSchedule, type ScheduleClock, type ScheduleOptions, type Turn } from './schedule';
import { firstDue, phaseOf } from './spread';

/** A clock that moves when told to and runs what falls due on the way, in order. */
class ManualClock implements ScheduleClock {
  private time = 1_000_000;
  private timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.time;
  }
  setTimeout(callback: () => void, ms: number): unknown {
    const timer = { at: this.time + ms, callback };
    this.timers.push(timer);
    return timer;
  }
  clearTimeout(timer: unknown): void {
    this.timers = this.timers.filter((one) => one !== timer);
  }
  get pending(): number {
    return this.timers.length;
  }
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      const next = this.timers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) {
        break;
      }
      this.timers = this.timers.filter((one) => one !== next);
      this.time = Math.max(this.time, next.at);
      next.callback();
      await settle();
    }
    this.time = end;
  }
  /** The event loop was busy: time passes, nothing runs. */
  block(ms: number): void {
    this.time += ms;
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i += 1) {
    await Promise.resolve();
  }
}

const INTERVAL = 60_000;
const DEADLINE = 30_000;
const job = (id: string, intervalMs = INTERVAL, kind = 'interfaces', deadlineMs = DEADLINE): PollJob => ({
  id,
  kind,
  intervalMs,
  deadlineMs,
});
const fleet = (count: number, intervalMs = INTERVAL, deadlineMs = DEADLINE): PollJob[] =>
  Array.from({ length: count }, (_, i) => job(`device-${i}`, intervalMs, 'interfaces', deadlineMs));
const untilGivenUp = ({ signal }: Turn) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));

function harness(options: Partial<ScheduleOptions> & Pick<ScheduleOptions, 'run'>) {
  const clock = new ManualClock();
  const lags: number[] = [];
  const schedule = new PollSchedule({
    concurrency: 50,
    onLag: (lag) => lags.push(lag),
    clock,
    ...options,
  });
  return { clock, lags, schedule };
}

describe('poll schedule', () => {
  test('every device soon, then once per interval at its own phase', async () => {
    const times = new Map<string, number[]>();
    const { clock, schedule } = harness({
      run: async ({ id }) => {
        times.set(id, [...(times.get(id) ?? []), clock.now()]);
      },
    });
    schedule.set(fleet(100));
    const start = clock.now();
    await clock.advance(4 * INTERVAL);
    for (const { id } of fleet(100)) {
      const [first, ...later] = times.get(id)!;
      expect(first! - start).toBeLessThanOrEqual(1000);
      expect(later[0]! - first!).toBeGreaterThanOrEqual(1000);
      // A change right after the first poll is seen as soon as one at any other time.
      expect(later[0]! - first!).toBeLessThanOrEqual(INTERVAL + 1000);
      expect(later.length).toBeGreaterThanOrEqual(3);
      expect(later.map((time) => time % INTERVAL)).toEqual(Array(later.length).fill(phaseOf(id, INTERVAL)));
    }
    await schedule.stop();
  });

  test('polls are spread over the interval', () => {
    const tenths = new Array<number>(10).fill(0);
    for (const { id } of fleet(1000)) {
      tenths[Math.floor((phaseOf(id, INTERVAL) / INTERVAL) * 10)]! += 1;
    }
    expect(Math.min(...tenths)).toBeGreaterThan(70);
    expect(Math.max(...tenths)).toBeLessThan(130);
  });

  test('one silent device of a hundred delays no other', async () => {
    const done = new Map<string, number>();
    const { clock, schedule, lags } = harness({
      concurrency: 1,
      run: async ({ id }, turn) => {
        if (id === 'device-0') {
          await untilGivenUp(turn);
          return;
        }
        done.set(id, (done.get(id) ?? 0) + 1);
      },
    });
    schedule.set(fleet(100));
    // Past the first turns, which come early; then exactly two of each.
    await clock.advance(INTERVAL * 1.5);
    done.clear();
    await clock.advance(INTERVAL * 2);
    expect([...done.values()]).toEqual(Array(99).fill(2));
    // The silent one holds the only slot for its first second.
    expect(Math.max(...lags)).toBeLessThanOrEqual(1200);
    expect(schedule.counters.overdue).toBeGreaterThanOrEqual(1);
    await schedule.stop();
  });

  test('never more at once than the slots, never more than all together', async () => {
    let active = 0;
    let most = 0;
    const { clock, schedule } = harness({
      concurrency: 3,
      mostRunning: 5,
      run: async (_job, turn) => {
        active += 1;
        most = Math.max(most, active);
        await untilGivenUp(turn);
        active -= 1;
      },
    });
    schedule.set(fleet(40, 5_000));
    await clock.advance(900);
    expect(schedule.holdingSlots).toBeLessThanOrEqual(3);
    await clock.advance(20_000);
    expect(most).toBe(5);
    expect(schedule.inFlight).toBe(5);
    await schedule.stop();
    expect(active).toBe(0);
  });

  test('a poll that outlasts the interval is not joined by a second one', async () => {
    let starts = 0;
    let finish = () => {};
    const { clock, schedule } = harness({
      run: () => {
        starts += 1;
        return new Promise((resolve) => (finish = resolve));
      },
    });
    schedule.set(fleet(1, INTERVAL, 600_000));
    await clock.advance(3 * INTERVAL);
    expect(starts).toBe(1);
    finish();
    await settle();
    // The turns in phase of three intervals; the next one after them is kept.
    expect(schedule.counters.skipped).toBe(3);
    await clock.advance(INTERVAL);
    expect(starts).toBe(2);
    finish();
    await schedule.stop();
  });

  test('a run that rejects is told of and keeps its turn', async () => {
    let starts = 0;
    const errors: string[] = [];
    const { clock, schedule } = harness({
      onError: ({ id, kind }, error) => errors.push(`${kind} of ${id}: ${String(error)}`),
      run: async () => {
        starts += 1;
        throw new Error('not reported by the run');
      },
    });
    schedule.set(fleet(1));
    await clock.advance(2 * INTERVAL);
    expect(starts).toBe(3);
    expect(errors).toEqual(Array(3).fill('interfaces of device-0: Error: not reported by the run'));
    await schedule.stop();
  });

  test('a job of another edition has its next turn soon, and then its phase again', async () => {
    const times: number[] = [];
    const { clock, schedule } = harness({ run: async () => void times.push(clock.now()) });
    schedule.set([{ ...job('device-0'), edition: 0 }]);
    await clock.advance(2.5 * INTERVAL);
    const changed = clock.now();
    times.length = 0;
    schedule.set([{ ...job('device-0'), edition: 1 }]);
    schedule.set([{ ...job('device-0'), edition: 1 }]);
    await clock.advance(2 * INTERVAL);
    expect(times[0]! - changed).toBeLessThanOrEqual(1000);
    expect(times.slice(1).map((time) => time % INTERVAL)).toEqual(Array(2).fill(phaseOf('device-0', INTERVAL)));
    await schedule.stop();
  });

  test('after a block of the process every device is polled once, not once per missed turn, and the lag is told', async () => {
    const starts: string[] = [];
    const { clock, schedule, lags } = harness({ run: async ({ id }) => void starts.push(id) });
    schedule.set(fleet(10));
    await clock.advance(INTERVAL);
    starts.length = 0;
    lags.length = 0;
    clock.block(5 * INTERVAL);
    await clock.advance(1);
    expect([...starts].sort()).toEqual(
      fleet(10)
        .map(({ id }) => id)
        .sort()
    );
    expect(Math.min(...lags)).toBeGreaterThan(4 * INTERVAL - 1);
    await clock.advance(INTERVAL);
    expect(starts).toHaveLength(20);
    await schedule.stop();
  });

  test('the fleet changes at any moment', async () => {
    const starts: string[] = [];
    const aborted: string[] = [];
    const { clock, schedule } = harness({
      run: ({ id }, { signal }) => {
        starts.push(id);
        return new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            aborted.push(id);
            resolve();
          })
        );
      },
    });
    schedule.set(fleet(2));
    await clock.advance(INTERVAL);
    expect([...starts].sort()).toEqual(['device-0', 'device-1']);
    schedule.set([job('device-1'), job('new', 10_000)]);
    await settle();
    expect(aborted).toContain('device-0');
    starts.length = 0;
    await clock.advance(INTERVAL);
    expect(starts).not.toContain('device-0');
    expect(starts).toContain('device-1');
    expect(starts).toContain('new');
    await schedule.stop();
  });

  test('a new interval takes the place of the old one', async () => {
    let starts = 0;
    const { clock, schedule } = harness({ run: async () => void (starts += 1) });
    schedule.set([job('a')]);
    schedule.set([job('a', 10_000)]);
    await clock.advance(INTERVAL);
    expect(starts).toBe(6);
    await schedule.stop();
  });

  test('stop leaves no timer and no poll', async () => {
    const { clock, schedule } = harness({
      run: (_job, turn) => untilGivenUp(turn),
    });
    schedule.set(fleet(20));
    await clock.advance(INTERVAL / 2);
    await schedule.stop();
    expect([schedule.inFlight, clock.pending]).toEqual([0, 0]);
    schedule.set(fleet(20));
    expect(clock.pending).toBe(0);
  });
});

describe('jobs of one device', () => {
  const FAST = 5_000;
  const SLOW = 300_000;
  /** A device with three jobs; `takes` says how long each of them needs. */
  function laneHarness(takes: Record<string, number>) {
    const log: string[] = [];
    let underWay = 0;
    let most = 0;
    const harnessed = harness({
      run: async ({ kind }, { signal }) => {
        underWay += 1;
        most = Math.max(most, underWay);
        log.push(kind);
        await new Promise<void>((resolve) => {
          harnessed.clock.setTimeout(resolve, takes[kind] ?? 0);
          signal.addEventListener('abort', () => resolve());
        });
        underWay -= 1;
      },
    });
    harnessed.schedule.set([job('a', FAST, 'fast'), job('a', INTERVAL, 'all'), job('a', SLOW, 'slow')]);
    const times = (kind: string) => log.filter((one) => one === kind).length;
    return { ...harnessed, log, times, most: () => most };
  }

  test('never run at once, and each keeps its own interval', async () => {
    const { clock, schedule, times, most } = laneHarness({ fast: 100, all: 1500, slow: 3000 });
    await clock.advance(SLOW);
    for (const kind of ['fast', 'all', 'slow']) {
      expect(times(kind)).toBeGreaterThanOrEqual(1);
    }
    const before = ['fast', 'all', 'slow'].map(times);
    await clock.advance(2 * SLOW);
    expect(['fast', 'all', 'slow'].map((kind, i) => times(kind) - before[i]!)).toEqual([120, 10, 2]);
    expect(most()).toBe(1);
    expect(schedule.counters.skipped).toBe(0);
    await schedule.stop();
  });

  test('one that needs longer than its interval leaves the others their turns', async () => {
    const { clock, schedule, times, most } = laneHarness({ fast: 7000, all: 100, slow: 100 });
    await clock.advance(SLOW);
    const before = ['fast', 'all', 'slow'].map(times);
    await clock.advance(2 * SLOW);
    const [fast, all, slow] = ['fast', 'all', 'slow'].map((kind, i) => times(kind) - before[i]!);
    expect([all, slow]).toEqual([10, 2]);
    expect(fast).toBeGreaterThan(50);
    expect(most()).toBe(1);
    expect(schedule.counters.skipped).toBeGreaterThan(50);
    await schedule.stop();
  });

  test('of those that wait the most urgent goes first', async () => {
    const log: string[] = [];
    const { clock, schedule } = harness({
      run: async ({ kind }) => {
        log.push(kind);
        await new Promise<void>((resolve) => void clock.setTimeout(resolve, kind === 'slow' ? 20_000 : 10));
      },
    });
    // In their first interval after the first turns, all three wait for the slow one at some time.
    schedule.set([job('a', SLOW, 'slow')]);
    await clock.advance(1000);
    schedule.set([job('a', SLOW, 'slow'), job('a', INTERVAL, 'all'), job('a', FAST, 'fast')]);
    await clock.advance(1500);
    expect(log).toEqual(['slow']);
    expect(schedule.queued).toBe(2);
    await clock.advance(18_000);
    expect(log.slice(0, 3)).toEqual(['slow', 'fast', 'all']);
    expect(schedule.queued).toBe(0);
    await schedule.stop();
  });

  test('a long one gives way where it can, and goes on after it', async () => {
    const log: string[] = [];
    let steps = 0;
    const { clock, schedule } = harness({
      run: async ({ kind }, { isWanted }) => {
        if (kind === 'fast') {
          log.push('fast');
          return;
        }
        while (steps < 20) {
          steps += 1;
          log.push('step');
          await new Promise<void>((resolve) => void clock.setTimeout(resolve, 1000));
          if (isWanted()) {
            return 'unfinished';
          }
        }
      },
    });
    schedule.set([job('a', FAST, 'fast'), job('a', SLOW, 'slow')]);
    await clock.advance(30_000);
    expect(log.filter((one) => one === 'step')).toHaveLength(20);
    expect(log.filter((one) => one === 'fast').length).toBeGreaterThanOrEqual(6);
    // Never more steps in a row than one fast interval has room for.
    expect(
      Math.max(
        ...log
          .join(' ')
          .split('fast')
          .map((run) => run.split('step').length - 1)
      )
    ).toBeLessThanOrEqual(6);
    expect(schedule.counters.skipped).toBe(0);
    await schedule.stop();
  });

  test('one may come at another time of the interval than the others', async () => {
    const times: Record<string, number[]> = { all: [], modules: [] };
    const { clock, schedule } = harness({ run: async ({ kind }) => void times[kind]!.push(clock.now()) });
    schedule.set([job('a', INTERVAL, 'all'), { ...job('a', INTERVAL, 'modules'), shift: 0.25 }]);
    await clock.advance(4 * INTERVAL);
    const [all, modules] = [times['all']!, times['modules']!];
    expect(modules[0]! - all[0]!).toBe(250);
    expect(modules.at(-1)! % INTERVAL).toBe((phaseOf('a', INTERVAL) + INTERVAL / 4) % INTERVAL);
    expect(all.at(-1)! % INTERVAL).toBe(phaseOf('a', INTERVAL));
    await schedule.stop();
  });

  test('waiting is not lag', async () => {
    const { clock, schedule, lags } = laneHarness({ fast: 10, all: 4000, slow: 10 });
    await clock.advance(2 * INTERVAL);
    expect(Math.max(...lags)).toBe(0);
    await schedule.stop();
  });

  test('each has its own deadline', async () => {
    const ended: string[] = [];
    const { clock, schedule } = harness({
      run: async ({ kind }, turn) => {
        await untilGivenUp(turn);
        ended.push(`${kind} ${clock.now()}`);
      },
    });
    const start = clock.now();
    schedule.set([job('a', SLOW, 'slow', 60_000), job('b', FAST, 'fast', FAST)]);
    await clock.advance(7_000);
    expect(ended.map((one) => one.split(' ')[0])).toContain('fast');
    expect(ended.map((one) => one.split(' ')[0])).not.toContain('slow');
    await clock.advance(55_000);
    const slow = ended.find((one) => one.startsWith('slow'))!;
    expect(Number(slow.split(' ')[1]) - start).toBeGreaterThanOrEqual(60_000);
    await schedule.stop();
  });

  test('one that goes is given up, the others stay', async () => {
    const aborted: string[] = [];
    const { clock, schedule } = harness({
      run: async ({ kind }, turn) => {
        await untilGivenUp(turn);
        aborted.push(kind);
      },
    });
    schedule.set([job('a', SLOW, 'slow')]);
    await clock.advance(1000);
    schedule.set([job('a', INTERVAL, 'all')]);
    await settle();
    expect(aborted).toEqual(['slow']);
    await clock.advance(1000);
    expect(schedule.inFlight).toBe(1);
    await schedule.stop();
    expect(aborted).toEqual(['slow', 'all']);
  });
});

describe('phases', () => {
  test.each([0, 1, 12_345, 1_700_000_000_123])('the first turn after %d is in phase and within one interval', (now) => {
    const due = firstDue('device-7', INTERVAL, now);
    expect(due % INTERVAL).toBe(phaseOf('device-7', INTERVAL));
    expect(due - now).toBeGreaterThanOrEqual(0);
    expect(due - now).toBeLessThan(INTERVAL);
  });
});

describe('heap', () => {
  test('gives entries back in the order of their time', () => {
    const heap = new DueHeap<{ dueAt: number }>();
    const times = Array.from({ length: 500 }, (_, i) => (i * 7919) % 503);
    times.forEach((dueAt) => heap.push({ dueAt }));
    const popped = Array.from({ length: 500 }, () => heap.pop()!.dueAt);
    expect(popped).toEqual([...times].sort((a, b) => a - b));
    expect([heap.pop(), heap.peek(), heap.size]).toEqual([undefined, undefined, 0]);
  });
});
