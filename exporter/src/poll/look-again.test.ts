import { LookAgain } from './look-again';

const MINUTE = 60_000;

/** Minutes at which it was time, out of those at which it was asked. */
function dueAt(minutes: readonly number[], missing: (minute: number) => boolean): number[] {
  const again = new LookAgain();
  return minutes.filter((minute) => again.due(missing(minute), minute * MINUTE));
}
const days = (count: number) => Array.from({ length: count * 1440 }, (_, minute) => minute);

test.each<[string, (minute: number) => boolean, number[]]>([
  ['never missing', () => false, []],
  ['missing for less than ten minutes', (minute) => minute % 10 !== 0, []],
  ['there again in between: the time begins anew', (minute) => minute !== 5, [16, 36, 76, 156, 316, 636, 1276]],
  ['missing for good: ever more rarely', () => true, [10, 30, 70, 150, 310, 630, 1270]],
])('%s', (_name, missing, expected) => {
  expect(dueAt(days(1), missing)).toEqual(expected);
});

test('daily at last', () => {
  const due = dueAt(days(9), () => true);
  expect(due.slice(-3).map((minute, i, all) => (i === 0 ? 1440 : minute - all[i - 1]!))).toEqual([1440, 1440, 1440]);
});
