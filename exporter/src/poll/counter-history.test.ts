import type { InterfaceValues } from '../model/snapshot';
import { CounterHistory, withoutCounters } from './counter-history';
import { modeOf, type Width } from './interface-columns';
import type { DecodedRow } from './interface-values';

const MINUTE = 60_000;
const GIGABIT = 1e9;
/** Octets of a gigabit line in a minute. */
const FULL_MINUTE = (GIGABIT / 8) * 60;

interface Poll {
  octets?: number;
  errors?: number;
  mark?: number;
  width?: Width;
  broken?: boolean;
  speed?: number;
  /** Minutes since the poll before; one when not given. */
  after?: number;
}

/** At which polls (by number) the counters were published. */
function published(polls: readonly Poll[]): number[] {
  const history = new CounterHistory();
  let at = 1_700_000_000_000;
  return polls.flatMap(({ octets, errors, mark, width = 'hc', broken = false, speed = GIGABIT, after = 1 }, i) => {
    at += after * MINUTE;
    const values: InterfaceValues = { ifName: 'wan', speed: speed || undefined, inOctets: octets, inErrors: errors };
    const learnt = modeOf(width, width, 'high', 'ifName', 'asked');
    const decoded: DecodedRow = { check: 'same', values, learnt, mark, fromOctets: 0 };
    return history.admit(decoded, at, broken) ? [i] : [];
  });
}

const steady = (count: number, from: Poll): Poll[] =>
  Array.from({ length: count }, (_, i) => ({ ...from, octets: from.octets! + i * 1000, broken: false }));
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Before the break polls 0, 1, 2; what follows begins with poll 3. */
const after = (first: Poll, before: Poll = { octets: 5e12, mark: 0 }) =>
  published([...steady(3, before), first, ...steady(12, { ...before, ...first, octets: (first.octets ?? 0) + 1000 })]);

/** Polls 3 to 9 are within five minutes of poll 2, or near enough for VictoriaMetrics. */
const HELD = [...numbers(0, 2), ...numbers(10, 15)];
const ALL = numbers(0, 15);

describe('what follows a break', () => {
  test.each<[string, number[], Poll, Poll?]>([
    ['no break', ALL, { octets: 5e12 + 4000, mark: 0 }],
    ['restart: counters from zero', ALL, { octets: 7, mark: 0, broken: true }],
    ['restart of the agent alone: counters go on', ALL, { octets: 5e12 + FULL_MINUTE, mark: 0, broken: true }],
    ['restart: higher than the line can carry', HELD, { octets: 9e12, mark: 0, broken: true }],
    ['restart, speed not known: higher', HELD, { octets: 5e12 + 4000, mark: 0, broken: true, speed: 0 }],
    ['restart, speed not known: lower', ALL, { octets: 7, mark: 0, broken: true, speed: 0 }],
    ['marked: lower is a reset', ALL, { octets: 7, mark: 100 }],
    ['marked: higher, even by a little', HELD, { octets: 5e12 + 4000, mark: 100 }],
    [
      'marked: octets lower, errors higher',
      HELD,
      { octets: 7, errors: 5, mark: 100 },
      { octets: 5e12, errors: 0, mark: 0 },
    ],
    ['a mark that is missing is none', ALL, { octets: 5e12 + 4000 }],
    ['64 to 32 bits: lower is no reset', HELD, { octets: 4e9, mark: 0, width: 'c32' }],
    ['32 to 64 bits', HELD, { octets: 5e12, mark: 0, width: 'hc' }, { octets: 4e9, mark: 0, width: 'c32' }],
    ['undecided at zero to 32 bits', ALL, { octets: 9, width: 'c32' }, { octets: 0, width: 'both' }],
    ['an outage as long as the window', ALL, { octets: 9e12, mark: 100, broken: true, after: 8 }],
  ])('%s', (_name, expected, first, before: Poll | undefined = undefined) => {
    expect(after(first, before)).toEqual(expected);
  });

  test('a second break while held back does not begin the time anew', () => {
    const polls = [...steady(3, { octets: 1e12, mark: 0 }), { octets: 2e12, mark: 1 }, { octets: 3e12, mark: 1 }];
    expect(published([...polls, { octets: 4e12, mark: 2 }, ...steady(8, { octets: 5e12, mark: 2 })])).toEqual([
      ...numbers(0, 2),
      ...numbers(10, 13),
    ]);
  });

  test('a mark that moves at every poll marks nothing', () => {
    const polls = Array.from({ length: 12 }, (_, i) => ({ octets: 1000 * i, mark: 100 * i }));
    expect(published(polls)).toEqual([0, ...numbers(3, 11)]);
  });

  test('counters that were missing once are compared with those before', () => {
    const polls = [...steady(3, { octets: 1e12 }), {}, { octets: 9e12, broken: true }, { octets: 9e12 }];
    expect(published(polls)).toEqual([0, 1, 2, 3]);
  });

  test('polls of five minutes are held back for longer', () => {
    const polls = [
      ...steady(3, { octets: 1e12, mark: 0, after: 5 }),
      ...steady(6, { octets: 2e12, mark: 1, after: 5 }),
    ];
    // 5 min window, 6.25 min for the sample before it, 1 min: 12.25 min, that is the third poll after the last.
    expect(published(polls)).toEqual([0, 1, 2, 5, 6, 7, 8]);
  });
});

test('what is held back is counters, not states', () => {
  const values: InterfaceValues = {
    ifName: 'wan',
    adminStatus: 1,
    operStatus: 2,
    speed: 1e9,
    inOctets: 1,
    inErrors: 2,
    counterBits: 64,
  };
  expect(withoutCounters(values)).toEqual({ ifName: 'wan', adminStatus: 1, operStatus: 2, speed: 1e9 });
});
