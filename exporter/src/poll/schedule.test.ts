import { DueHeap } from './due-heap';
import { type PollJob, PollSchedule, type ScheduleClock, type ScheduleOptions } from './schedule';
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
const fleet = (count: number, intervalMs = INTERVAL): PollJob[] =>
  Array.from({ length: count }, (_, i) => ({ id: `device-${i}`, intervalMs }));

function harness(options: Partial<ScheduleOptions> & Pick<ScheduleOptions, 'run'>) {
  const clock = new ManualClock();
  const lags: number[] = [];
  const schedule = new PollSchedule({
    concurrency: 50,
    deadlineMs: 30_000,
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
      run: async (id) => {
        times.set(id, [...(times.get(id) ?? []), clock.now()]);
      },
    });
    schedule.set(fleet(100));
    const start = clock.now();
    await clock.advance(4 * INTERVAL);
    for (const { id } of fleet(100)) {
      const [first, ...later] = times.get(id)!;
      expect(first! - start).toBeLessThanOrEqual(1000);
      expect(later[0]! - first!).toBeGreaterThanOrEqual(INTERVAL / 2);
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
      run: async (id, signal) => {
        if (id === 'device-0') {
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
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
      run: async (_id, signal) => {
        active += 1;
        most = Math.max(most, active);
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
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
      deadlineMs: 600_000,
      run: () => {
        starts += 1;
        return new Promise((resolve) => (finish = resolve));
      },
    });
    schedule.set(fleet(1));
    await clock.advance(3 * INTERVAL);
    expect(starts).toBe(1);
    expect(schedule.counters.skipped).toBe(2);
    finish();
    await settle();
    await clock.advance(INTERVAL);
    expect(starts).toBe(2);
    finish();
    await schedule.stop();
  });

  test('a run that rejects keeps its turn', async () => {
    let starts = 0;
    const { clock, schedule } = harness({
      run: async () => {
        starts += 1;
        throw new Error('not reported by the run');
      },
    });
    schedule.set(fleet(1));
    await clock.advance(2 * INTERVAL);
    expect(starts).toBe(2);
    await schedule.stop();
  });

  test('after a block of the process every device is polled once, not once per missed turn, and the lag is told', async () => {
    const starts: string[] = [];
    const { clock, schedule, lags } = harness({ run: async (id) => void starts.push(id) });
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
      run: (id, signal) => {
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
    schedule.set([
      { id: 'device-1', intervalMs: INTERVAL },
      { id: 'new', intervalMs: 10_000 },
    ]);
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
    schedule.set([{ id: 'a', intervalMs: INTERVAL }]);
    schedule.set([{ id: 'a', intervalMs: 10_000 }]);
    await clock.advance(INTERVAL);
    expect(starts).toBe(6);
    await schedule.stop();
  });

  test('stop leaves no timer and no poll', async () => {
    const { clock, schedule } = harness({
      run: (_id, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    });
    schedule.set(fleet(20));
    await clock.advance(INTERVAL / 2);
    await schedule.stop();
    expect([schedule.inFlight, clock.pending]).toEqual([0, 0]);
    schedule.set(fleet(20));
    expect(clock.pending).toBe(0);
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
