import { parseDuration } from './duration';

it.each([
  ['300ms', 300],
  ['10s', 10_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['2d', 172_800_000],
  ['10', undefined],
  ['', undefined],
  ['10 s', undefined],
  ['-1s', undefined],
  ['s', undefined],
])('parseDuration(%j) is %p', (text, expected) => expect(parseDuration(text)).toBe(expected));
