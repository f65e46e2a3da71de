import { bucketOf } from '../metrics/bucket';
import { deviceHash, inShard } from '../model/device-hash';
import { phaseOf } from './spread';

const ids = Array.from({ length: 4000 }, (_, i) => `router-${i}`);

describe('hash of a device', () => {
  // Values of the first release: they must never change.
  test.each([
    ['', 0xab3e7c0b],
    ['core-1', 0xd9d819f0],
    ['router-000017', 0xbb576535],
  ])('%j is what it always was', (id, expected) => {
    expect(deviceHash(id)).toBe(expected);
  });
});

describe('shards of exporters', () => {
  test.each([1, 2, 3, 7, 16, 256])('every device belongs to exactly one of %d, and each has its share', (count) => {
    const shards = Array.from({ length: count }, (_, index) => ids.filter((id) => inShard(id, { index, count })));
    // Together they are all, and nobody is in two.
    const known = new Set(ids);
    const all = shards.flat();
    expect([all.length, new Set(all).size, all.every((id) => known.has(id))]).toEqual([ids.length, ids.length, true]);
    const sizes = shards.map((shard) => shard.length);
    const fair = ids.length / count;
    expect(Math.max(...sizes)).toBeLessThan(fair + 5 * Math.sqrt(fair) + 1);
    expect(Math.min(...sizes)).toBeGreaterThan(fair - 5 * Math.sqrt(fair) - 1);
  });

  test('the devices of one exporter still fill every slice of its page and every tenth of its interval', () => {
    const mine = ids.filter((id) => inShard(id, { index: 1, count: 4 }));
    const slices = [0, 1, 2, 3].map((slice) => mine.filter((id) => bucketOf(id) % 4 === slice).length);
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => mine.filter((id) => Math.floor(phaseOf(id, 60_000) / 6000) === tenth).length
    );
    expect(Math.min(...slices)).toBeGreaterThan(mine.length / 4 / 1.2);
    expect(Math.min(...tenths)).toBeGreaterThan(mine.length / 10 / 1.4);
  });
});
