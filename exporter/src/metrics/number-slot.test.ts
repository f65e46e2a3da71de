import { VALUE_WIDTH, writeNumber } from './number-slot';

/** A slot between two fences, first filled with the longest number there is. */
function slot(...values: number[]): string {
  const buffer = Buffer.from(`} ${' '.repeat(VALUE_WIDTH)}\n`);
  for (const value of values) {
    writeNumber(buffer, buffer.length - 1, value);
  }
  const text = buffer.toString('latin1');
  expect(text).toHaveLength(VALUE_WIDTH + 3);
  expect(text).toMatch(/^} +[^ ]+\n$/);
  return text.slice(2, -1).trim();
}

it.each([
  0,
  7,
  10,
  999_999_999,
  1_000_000_000,
  1_000_000_001,
  4_294_967_295,
  1e15,
  Number.MAX_SAFE_INTEGER,
  2 ** 60,
  2 ** 64,
  1e21,
  -1,
  -12.5,
  0.001,
  0.01,
  0.1,
  0.5,
  12.345,
  12.34,
  999.999,
  0.0001,
  1 / 3,
  123456789.123,
  5e-324,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  -1.7976931348623157e308,
  1_763_707_920.123,
])('writes %d so that it reads back as the same number', (value) => {
  expect(Number(slot(value))).toBe(value);
  expect(slot(-Number.MAX_VALUE, value)).toBe(slot(value));
  expect(slot(value, -Number.MAX_VALUE)).toBe(String(-Number.MAX_VALUE));
});

it('writes minus zero as 0', () => expect(slot(-0)).toBe('0'));

it('reads back thousands of numbers of every size', () => {
  let seed = 42;
  const random = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  for (let i = 0; i < 20_000; i++) {
    const size = 10 ** Math.floor(random() * 18);
    const value =
      i % 3 === 0 ? random() * size : i % 3 === 1 ? Math.floor(random() * size) : Math.round(random() * 1e6) / 1000;
    expect(Number(slot(value))).toBe(value);
  }
});
