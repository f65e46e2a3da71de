import { RequestSize } from './request-size';

/** Good polls until the size grows; at most so many. */
function untilGrown(size: RequestSize, most = 2000): number {
  for (let polls = 1; polls <= most; polls += 1) {
    if (size.answered()) {
      return polls;
    }
  }
  return Infinity;
}

/** Good polls before each of so many trials of an agent that never takes more than `limit`. */
function trials(limit: number, count: number): number[] {
  const size = new RequestSize();
  size.shrink(64);
  return Array.from({ length: count }, () => {
    let polls = 0;
    do {
      polls += untilGrown(size);
    } while (size.value <= limit);
    size.shrink(size.value);
    return polls;
  });
}

test('a size that nothing made smaller is the largest, and does not grow', () => {
  const size = new RequestSize();
  expect([size.value, untilGrown(size)]).toEqual([64, Infinity]);
});

test('one lost packet costs a few polls of smaller requests', () => {
  const size = new RequestSize();
  expect(size.shrink(54)).toBe(true);
  expect(size.value).toBe(27);
  expect([untilGrown(size), size.value]).toEqual([5, 54]);
  expect([untilGrown(size), size.value]).toEqual([5, 64]);
  expect(untilGrown(size)).toBe(Infinity);
});

test('an agent that cannot is tried ever more rarely, and never given up', () => {
  expect(trials(32, 9)).toEqual([5, 10, 20, 40, 80, 160, 320, 500, 500]);
});

test('a trial that fails by what the agent answered at once counts like one that was not answered', () => {
  const size = new RequestSize();
  size.limit(32);
  untilGrown(size);
  expect(size.limit(32)).toBe(true);
  expect([size.value, untilGrown(size)]).toEqual([32, 10]);
});

test('what fails again long after a size has proved good is news and no failed trial', () => {
  const size = new RequestSize();
  size.shrink(64);
  untilGrown(size);
  size.shrink(64);
  expect(untilGrown(size)).toBe(10);
  expect(untilGrown(size)).toBe(Infinity);
  size.shrink(64);
  expect(untilGrown(size)).toBe(5);
});

test('polls count anew after each failure', () => {
  const size = new RequestSize();
  size.shrink(64);
  for (let polls = 0; polls < 4; polls += 1) {
    expect(size.answered()).toBe(false);
  }
  size.shrink(32);
  expect([size.value, untilGrown(size)]).toEqual([16, 5]);
});

test('nothing is smaller than the least', () => {
  const size = new RequestSize();
  expect([size.shrink(8), size.value, size.shrink(4), size.limit(1), size.value]).toEqual([true, 4, false, false, 4]);
});
