import type { Probe, ProbeAnswer, ProbeResult } from '../model/probe';
import { testProbe } from '../model/probe.fixture';
import { ManualClock } from '../ping/manual-clock.fixture';
import { ProbeSchedule } from './schedule';

const ANSWER: ProbeAnswer = { reason: null, detail: '', durationMs: 1 };
const TIMEOUT: ProbeAnswer = { reason: 'timeout', detail: 'x' };

let clock: ManualClock;
let asked: { name: string; atMs: number; signal: AbortSignal; give: (answer: ProbeAnswer) => void }[];
let results: [string, ProbeResult][];
let skipped: number;
let schedule: ProbeSchedule;
/** Answers at once unless told. */
let silent: boolean;

beforeEach(() => {
  clock = new ManualClock();
  asked = [];
  results = [];
  skipped = 0;
  silent = false;
  schedule = new ProbeSchedule({
    ask: (probe, signal) =>
      new Promise((give) => {
        asked.push({ name: probe.name, atMs: clock.monotonicMs(), signal, give });
        signal.addEventListener('abort', () => give(TIMEOUT));
        if (!silent) {
          give(ANSWER);
        }
      }),
    onResult: (name, result) => results.push([name, result]),
    onSkipped: () => skipped++,
    clock,
  });
});

const probe = (about: Partial<Probe> = {}) => testProbe({ intervalMs: 30_000, timeoutMs: 3000, ...about });

it('asks once within the first interval and then once an interval, without drift', async () => {
  schedule.setProbes([probe()]);
  await clock.run(120_000, 1000);
  expect(asked).toHaveLength(4);
  const gaps = asked.slice(1).map(({ atMs }, i) => atMs - asked[i]!.atMs);
  gaps.forEach((gap) => expect(gap).toBeCloseTo(30_000, 3));
  expect(results).toHaveLength(4);
  expect(results[0]).toEqual(['internet', { ...ANSWER, decidedAt: expect.any(Number) }]);
  const decided = results[0]![1].decidedAt - (clock.unixMs() - clock.monotonicMs()) - asked[0]!.atMs;
  expect(decided).toBeGreaterThanOrEqual(0);
  expect(decided).toBeLessThan(1000);
});

it('spreads probes over the interval by their names', async () => {
  schedule.setProbes(Array.from({ length: 50 }, (_, i) => probe({ name: `p${i}` })));
  await clock.run(30_000, 1000);
  expect(asked).toHaveLength(50);
  const thirds = [0, 1, 2].map((n) => asked.filter(({ atMs }) => Math.floor(((atMs - 1e6) / 30_000) * 3) === n).length);
  thirds.forEach((count) => expect(count).toBeGreaterThan(8));
});

it('gives up after the timeout', async () => {
  silent = true;
  schedule.setProbes([probe()]);
  await clock.run(33_500, 500);
  expect(asked[0]!.signal.aborted).toBe(true);
  expect(results).toEqual([['internet', expect.objectContaining(TIMEOUT)]]);
});

it('leaves out a turn while the one before is not over, and makes up for no lost one', async () => {
  schedule = new ProbeSchedule({
    ask: () => new Promise(() => asked.push({} as never)),
    onResult: () => undefined,
    onSkipped: () => skipped++,
    clock,
  });
  schedule.setProbes([probe()]);
  await clock.run(90_000, 1000);
  expect([asked.length, skipped]).toEqual([1, 2]);
  clock.block(300_000);
  await clock.run(100, 100);
  expect([asked.length, skipped]).toEqual([1, 3]);
});

it('keeps the turns of probes that stay, and reports nothing of what is gone or changed', async () => {
  silent = true;
  const stays = probe({ name: 'stays' });
  schedule.setProbes([stays, probe({ name: 'goes' }), probe({ name: 'changes' })]);
  while (asked.length < 3) {
    await clock.run(1000, 1000);
  }
  results = [];
  schedule.setProbes([{ ...stays }, probe({ name: 'changes', target: 'other' })]);
  const aborted = Object.fromEntries(asked.map(({ name, signal }) => [name, signal.aborted]));
  expect(aborted).toMatchObject({ goes: true, changes: true });
  await clock.run(33_000, 1000);
  expect(new Set(results.map(([name]) => name))).toEqual(new Set(['stays', 'changes']));
  expect(asked.filter(({ name }) => name === 'goes')).toHaveLength(1);
});

it('ends what is under way when it is stopped, reports nothing, and leaves no timer', async () => {
  silent = true;
  schedule.setProbes([probe()]);
  while (asked.length === 0) {
    await clock.run(100, 100);
  }
  schedule.stop();
  expect(asked[0]!.signal.aborted).toBe(true);
  await clock.run(60_000, 10_000);
  expect(results).toEqual([]);
  expect(clock.timers).toBe(0);
  schedule.setProbes([probe()]);
  expect(clock.timers).toBe(0);
});
