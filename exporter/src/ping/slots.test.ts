import { slotOf } from './slots';

it('is the same for ever: a device keeps its turn over restarts and releases', () => {
  expect(['core-1', 'edge-1', '10.0.0.5', ''].map((id) => slotOf(id, 500))).toEqual([288, 333, 118, 423]);
});

it.each([
  ['numbered names', (i: number) => `branch-${i}`],
  ['addresses', (i: number) => `10.${i >> 8}.${i & 255}.1`],
  ['long ids with a common head', (i: number) => `0190c6a0-0000-7000-8000-${String(i).padStart(12, '0')}`],
])('spreads %s evenly', (_name, id) => {
  const slots = 100;
  const counts = new Uint32Array(slots);
  for (let i = 0; i < 10_000; i++) {
    const slot = slotOf(id(i), slots);
    counts[slot] = counts[slot]! + 1;
  }
  // 100 expected in each, standard deviation 10.
  expect(Math.min(...counts)).toBeGreaterThan(55);
  expect(Math.max(...counts)).toBeLessThan(150);
});
