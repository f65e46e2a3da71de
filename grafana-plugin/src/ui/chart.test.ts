import { gridOf, parseSpan } from '../pages/device/time-ranges';
import { niceMax, onGrid, pathOf } from './chart-scale';
import { sinceText } from './Since';
import { formatBitRate, formatMs } from './units';

it('keeps a gap a gap', () => {
  const values = onGrid({ labels: {}, times: [0, 10, 40, 60], values: [1, 2, null, 4] }, [0, 10, 20, 30, 40, 50, 60]);
  expect(values).toEqual([1, 2, null, null, null, null, 4]);
  expect(
    pathOf(
      values,
      (x) => x,
      (y) => y
    )
  ).toBe('M0.0,1.0L1.0,2.0M6.0,4.0h0.1');
});

it.each([
  [[], 1, 1],
  [[null, 3], 1, 5],
  [[99.5], 1, 100],
  [[0.4], 0.01, 0.5],
])('the axis for %j reaches %#', (values, least, max) => expect(niceMax(values, least)).toBeCloseTo(max));

it.each([
  [0, '0 bit/s'],
  [999, '999 bit/s'],
  [12_340_000, '12.3 Mbit/s'],
  [1e9, '1 Gbit/s'],
])('%d bit/s reads %s', (value, text) => expect(formatBitRate(value)).toBe(text));
it('keeps three figures of a round-trip time', () => expect(formatMs(0.4567)).toBe('0.46 ms'));

it('has a point on every step and ends on a whole one', () => {
  const grid = gridOf('1h', 1_700_000_007_000);
  expect(grid.times).toHaveLength(241);
  expect(grid.times.at(-1)).toBe(grid.range.to.valueOf());
  expect(1_700_000_007_000 - grid.times.at(-1)!).toBeLessThan(15_000);
});
it.each([[null], ['1y'], ['toString']])('the span %p is not offered', (text) => expect(parseSpan(text)).toBe('1h'));

it.each([
  [{ since: 808, approximate: false, lastSeen: null }, '3 min 12 s'],
  [{ since: 808, approximate: true, lastSeen: null }, '≥ 3 min 12 s'],
  [{ since: null, approximate: false, lastSeen: 940, lastState: 'up' as const }, 'no data for 1 min (was up)'],
  [{ since: null, approximate: false, lastSeen: null }, ''],
])('%j reads "%s"', (seen, text) => expect(sinceText(seen, 1_000_000)).toBe(text));
