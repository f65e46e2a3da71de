import { SlotWheel } from './slot-wheel';
import { ManualClock } from './manual-clock.fixture';

let clock: ManualClock;
let seen: { at: number; entries: string[]; late: boolean }[];
let wheel: SlotWheel<string>;

beforeEach(() => {
  clock = new ManualClock();
  seen = [];
  wheel = new SlotWheel<string>({
    slots: 10,
    intervalMs: 1000,
    clock,
    onDue: (due, late) => seen.push({ at: clock.monotonicMs(), entries: [...due], late }),
  });
});

const begin = new ManualClock().monotonicMs();

it('hands out each entry once an interval, in its slot', () => {
  wheel.add(0, 'a');
  wheel.add(3, 'b');
  wheel.start();
  clock.advance(2500);
  expect(seen.map(({ at, entries }) => `${entries.join()} ${at - begin}`)).toEqual([
    'a 0',
    'b 300',
    'a 1000',
    'b 1300',
    'a 2000',
    'b 2300',
  ]);
  expect(seen.some(({ late }) => late)).toBe(false);
});

it('sets no timer without entries, nor after stop', () => {
  wheel.start();
  expect(clock.timers).toBe(0);
  wheel.add(5, 'a');
  expect(clock.timers).toBe(1);
  wheel.stop();
  expect(clock.timers).toBe(0);
  clock.advance(5000);
  expect(seen).toEqual([]);
});

it('does not take for late what is added to a wheel that stood empty', () => {
  wheel.start();
  clock.advance(60_050);
  wheel.add(0, 'a');
  wheel.add(9, 'b');
  clock.advance(1000);
  expect(seen.map(({ at, entries, late }) => `${entries.join()} ${at - begin} ${late}`)).toEqual([
    'a 60050 false',
    'b 60900 false',
    'a 61000 false',
  ]);
});

it('after a block hands out every missed slot once and says that they were late', () => {
  for (let slot = 0; slot < 10; slot++) {
    wheel.add(slot, `s${slot}`);
  }
  wheel.start();
  clock.advance(0);
  seen.length = 0;
  clock.block(500);
  clock.advance(0);
  expect(seen).toEqual([
    { at: begin + 500, entries: ['s1', 's2', 's3'], late: true },
    { at: begin + 500, entries: ['s4', 's5'], late: false },
  ]);
});

it('after a block of several turns hands out everything once', () => {
  for (let slot = 0; slot < 10; slot++) {
    wheel.add(slot, `s${slot}`);
  }
  wheel.start();
  clock.block(4730);
  clock.advance(0);
  const all = seen.flatMap(({ entries }) => entries);
  expect(all).toHaveLength(10);
  expect(new Set(all).size).toBe(10);
});

it('gives an entry one more turn halfway to its next', () => {
  wheel.add(2, 'a');
  wheel.start();
  clock.advance(250);
  wheel.once(2, 'a');
  clock.advance(2000);
  expect(seen.map(({ at }) => at - begin)).toEqual([200, 700, 1200, 2200]);
});

it('gives the additional turn at once when halfway is past', () => {
  wheel.add(2, 'a');
  wheel.start();
  clock.advance(950);
  wheel.once(2, 'a');
  clock.advance(300);
  expect(seen.map(({ at }) => at - begin)).toEqual([200, 950, 1200]);
});

it('forgets the additional turn of what was removed', () => {
  wheel.add(2, 'a');
  wheel.start();
  clock.advance(250);
  wheel.once(2, 'a');
  wheel.remove(2, 'a');
  clock.advance(5000);
  expect(seen).toHaveLength(1);
});
