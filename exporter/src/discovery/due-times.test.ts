import { nextFullWalk, nextRefresh, nextRetry } from './due-times';

const at = (text: string) => Date.parse(`2026-06-01T${text}Z`);
const HOUR = 3_600_000;

it.each([
  ['10:00:00', '11:00:00'],
  ['10:20:00', '11:00:00'],
  ['10:30:00', '11:00:00'],
  ['10:30:01', '12:00:00'],
  ['10:59:59', '12:00:00'],
])('a device that answered at %s is refreshed at %s', (now, next) => {
  expect(nextRefresh(at(now), HOUR)).toBe(at(next));
});

it.each([
  [1, '10:00:10', '10:06:00'],
  [2, '10:00:00', '10:10:00'],
  [3, '10:00:00', '10:20:00'],
  [4, '10:00:00', '10:40:00'],
  [5, '10:00:00', '11:00:00'],
  [5000, '10:00:00', '11:00:00'],
])('after %d failures in a row, at %s, it is asked again at %s', (failures, now, next) => {
  expect(nextRetry(at(now), failures, HOUR)).toBe(at(next));
});

it.each([
  [new Date(2026, 5, 1, 1, 0), new Date(2026, 5, 1, 2, 30)],
  [new Date(2026, 5, 1, 2, 30), new Date(2026, 5, 2, 2, 30)],
  [new Date(2026, 11, 31, 23, 0), new Date(2027, 0, 1, 2, 30)],
])('the full walk after %s is at %s', (now, next) => {
  expect(nextFullWalk(now.getTime(), '02:30')).toBe(next.getTime());
});
