import { WalkLimits } from './walk-limits';

const DAY = 86_400_000;

describe('what one agent cannot do in walks', () => {
  let now = 0;
  let limits: WalkLimits;
  beforeEach(() => {
    now = 5;
    limits = new WalkLimits(() => now);
  });
  const fail = (times: number) => {
    for (let i = 0; i < times; i += 1) {
      limits.bulkFailed();
    }
  };

  test('nothing is known at first: all is tried', () => {
    expect([limits.hasBulk, limits.bulkProven, limits.bulkDoubted, limits.columns]).toEqual([
      true,
      false,
      false,
      Number.POSITIVE_INFINITY,
    ]);
  });

  test.each([
    [0, true],
    [1, true],
    [2, true],
    [3, false],
  ])('after %i failures GETBULK is there: %s', (times, hasBulk) => {
    fail(times);
    expect([limits.hasBulk, limits.bulkDoubted]).toEqual([hasBulk, times > 0]);
  });

  test('an answer between the failures clears them', () => {
    fail(2);
    limits.bulkSucceeded();
    expect([limits.bulkProven, limits.bulkDoubted]).toEqual([true, false]);
    fail(2);
    expect([limits.hasBulk, limits.bulkProven]).toEqual([true, false]);
  });

  test('GETBULK is tried once after a day, and then given up for another', () => {
    fail(3);
    now += DAY - 1;
    expect(limits.hasBulk).toBe(false);
    now += 1;
    expect([limits.hasBulk, limits.bulkDoubted]).toEqual([true, true]);
    fail(1);
    now += DAY - 1;
    expect(limits.hasBulk).toBe(false);
    now += 1;
    limits.bulkSucceeded();
    now += 9 * DAY;
    expect([limits.hasBulk, limits.bulkProven]).toEqual([true, true]);
  });

  test('one column a request for a day', () => {
    limits.columnsFailed();
    expect(limits.columns).toBe(1);
    now += DAY;
    expect(limits.columns).toBe(Number.POSITIVE_INFINITY);
  });
});
