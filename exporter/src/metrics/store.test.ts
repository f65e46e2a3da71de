import { Writable } from 'node:stream';
import { BUCKETS, bucketOf } from './bucket';
import { EVERYTHING, writeExposition, type Scope } from './exposition';
import type { Family } from './families';
import { SeriesStore } from './store';

const GAUGE: Family = { name: 'g', type: 'gauge', help: 'A gauge.', part: 'ping', labels: ['x'] };
const COUNTER: Family = {
  name: 'c',
  type: 'counter',
  help: 'Back\\slash\nand line.',
  part: 'interfaces',
  labels: ['x'],
};
const FAMILIES = [GAUGE, COUNTER];

const labels = (device: string, x: string) => ({ device_id: device, device_ip: '10.0.0.1', device_name: device, x });

async function text(store: SeriesStore, scope: Scope = EVERYTHING): Promise<string> {
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  await writeExposition(store, FAMILIES, scope, sink);
  return Buffer.concat(chunks).toString().replaceAll(/ +/g, ' ').replaceAll(' \n', '\n');
}

const G_HEAD = '# HELP g A gauge.\n# TYPE g gauge\n';
const line = (device: string, x: string, rest: string) =>
  `g{device_id="${device}",device_ip="10.0.0.1",device_name="${device}",x="${x}"} ${rest}\n`;

describe('a series', () => {
  const store = new SeriesStore(FAMILIES);
  const series = store.add('g', 'd1', labels('d1', 'a'));

  it('is hidden, with its header, until it is set', async () => {
    expect(await text(store)).toBe('');
    expect(store.value(series)).toBeUndefined();
    expect(store.counts()).toContainEqual({ family: 'g', visible: 0, hidden: 1 });
  });

  it('shows the newest value', async () => {
    store.set(series, 123.5);
    store.set(series, 7);
    expect(await text(store)).toBe(G_HEAD + line('d1', 'a', '7'));
    expect(store.value(series)).toBe(7);
    expect(store.counts()).toContainEqual({ family: 'g', visible: 1, hidden: 0 });
  });

  it('vanishes when hidden and comes back with the same value', async () => {
    store.hide(series);
    store.hide(series);
    expect(await text(store)).toBe('');
    store.set(series, 7);
    expect(await text(store)).toBe(G_HEAD + line('d1', 'a', '7'));
  });

  it.each([NaN, Infinity, -Infinity])('set to %d is hidden and counted', async (value) => {
    const before = store.dropped().find((d) => d.family === 'g')!.count;
    store.set(series, 1);
    store.set(series, value);
    expect(await text(store)).toBe('');
    expect(store.dropped()).toContainEqual({ family: 'g', count: before + 1 });
  });

  it('is gone when removed, and its handle with it', async () => {
    store.set(series, 1);
    store.remove(series);
    expect(await text(store)).toBe('');
    expect(() => store.set(series, 1)).toThrow(`setting series ${series}: it was removed`);
    expect(() => store.remove(series)).toThrow(`removing series ${series}: it was removed already`);
    expect(store.add('g', 'd1', labels('d1', 'a'))).toEqual(expect.any(Number));
  });
});

describe('a counter with the time of its poll', () => {
  const store = new SeriesStore(FAMILIES);
  const series = store.add('c', 'd1', labels('d1', 'a'));
  const C_LINE = 'c{device_id="d1",device_ip="10.0.0.1",device_name="d1",x="a"}';

  it.each([
    [2 ** 64, 1_763_707_920_123.7, '18446744073709552000 1763707920123'],
    [2 ** 64, 1_763_707_980_123, '18446744073709552000 1763707980123'],
    [0, 5, '0 5'],
  ])('writes %d at %d', async (value, at, expected) => {
    store.set(series, value, at);
    expect(await text(store)).toBe(`# HELP c Back\\\\slash\\nand line.\n# TYPE c counter\n${C_LINE} ${expected}\n`);
  });

  it('has its own time beside counters of the same and of another poll', async () => {
    const many = new SeriesStore(FAMILIES);
    const times = [1_763_707_920_123, 1_763_707_920_123, 7, 7, 1_763_707_920_123];
    times.forEach((at, i) => many.set(many.add('c', 'd1', labels('d1', String(i))), i, at));
    const written = (await text(many)).match(/\} .*/g);
    expect(written).toEqual(times.map((at, i) => `} ${i} ${at}`));
  });

  it.each([NaN, -1, 1e13])('drops a value with the impossible time %d', (at) => {
    store.set(series, 1, at);
    expect(store.value(series)).toBeUndefined();
  });

  it('refuses a value without a time, and a time where the family has none', () => {
    expect(() => store.set(series, 1)).toThrow(/of c: this family needs the time of the poll/);
    const gauge = store.add('g', 'd1', labels('d1', 'a'));
    expect(() => store.set(gauge, 1, 1000)).toThrow(/of g: this family carries no timestamps/);
  });
});

describe('labels', () => {
  it.each([
    ['a"b', 'a\\"b'],
    ['a\\b', 'a\\\\b'],
    ['a\nb', 'a\\nb'],
    ['\\"\n', '\\\\\\"\\n'],
    ['თბილისი', 'თბილისი'],
    ['half \ud83d', 'half \ufffd'],
    ['', ''],
  ])('%j is written as %j', async (value, expected) => {
    const store = new SeriesStore(FAMILIES);
    store.set(store.add('g', 'd1', labels('d1', value)), 1);
    expect(await text(store)).toBe(G_HEAD + line('d1', expected, '1'));
  });

  it('of two series of a family must differ', () => {
    const store = new SeriesStore(FAMILIES);
    store.add('g', 'd1', labels('d1', 'a'));
    expect(() => store.add('g', 'd2', labels('d1', 'a'))).toThrow(
      'adding g{device_id="d1",device_ip="10.0.0.1",device_name="d1",x="a"} for device d2: device d1 has the series ' +
        'g{device_id="d1",device_ip="10.0.0.1",device_name="d1",x="a"} already; the labels of two series must differ'
    );
  });

  it.each([
    [{ device_id: 'd', device_ip: '1', device_name: 'n' }, 'series of g for device d: label x is missing'],
    [
      { ...labels('d', 'a'), y: '' },
      'series of g for device d: it has no label y; its labels are device_id, device_ip, device_name, x',
    ],
  ])('%j are refused', (wrong, message) => {
    expect(() => new SeriesStore(FAMILIES).add('g', 'd', wrong)).toThrow(message);
  });

  it('of an unknown family are refused', () => {
    expect(() => new SeriesStore(FAMILIES).add('nope', 'd', labels('d', 'a'))).toThrow(
      'there is no metric family nope'
    );
  });
});

describe('a fleet that changes', () => {
  it.each([
    ['many devices', 40, 6, () => ''],
    ['one with pages of many blocks', 1, 400, () => ''],
    ['one with lines of any length', 2, 60, (n: number) => 'x'.repeat(n % 9 === 0 ? 9000 : (n * 37) % 1500)],
    ['one with lines beyond a slab', 1, 4, (n: number) => 'x'.repeat(n * 600_000)],
  ])('of %s serves after any sequence of changes what a plain map would', async (_fleet, devices, each, filler) => {
    const store = new SeriesStore(FAMILIES);
    const expected = new Map<string, { id: number; value: number | undefined; device: string }>();
    let seed = 7;
    const random = (n: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * n);
    };
    const steps = each === 4 ? 100 : 20_000;
    for (let step = 0; step < steps; step++) {
      const device = `d${random(devices)}`;
      const n = random(each);
      const key = `${device}/${n}${filler(n)}`;
      const known = expected.get(key);
      const what = random(100);
      if (random(each * 20) === 0) {
        store.removeDevice(device);
        [...expected].filter(([, e]) => e.device === device).forEach(([k]) => expected.delete(k));
      } else if (!known) {
        expected.set(key, { id: store.add('g', device, labels(device, key)), value: undefined, device });
      } else if (what < 20) {
        store.remove(known.id);
        expected.delete(key);
      } else if (what < 40) {
        store.hide(known.id);
        known.value = undefined;
      } else {
        known.value = random(1_000_000) / (random(2) ? 1 : 7);
        store.set(known.id, known.value);
      }
    }
    const wanted = [...expected].filter(([, e]) => e.value !== undefined);
    expect(wanted.length).toBeGreaterThan((devices * each) / 8);
    const served = (await text(store)).split('\n').filter((l) => l !== '' && !l.startsWith('#'));
    expect(served.sort()).toEqual(wanted.map(([k, e]) => line(e.device, k, String(e.value)).trim()).sort());
    expect(store.counts()[0]).toEqual({ family: 'g', visible: wanted.length, hidden: expected.size - wanted.length });
  });
});

describe('shards', () => {
  const store = new SeriesStore(FAMILIES);
  const devices = Array.from({ length: 3000 }, (_, i) => `device-${i}`);
  for (const device of devices) {
    store.set(store.add('g', device, labels(device, '')), 1);
  }
  const lines = (t: string) => t.split('\n').filter((l) => l.startsWith('g{'));

  it.each([1, 2, 3, 7, 16, 255, 256])('of %d together are everything, and no device is in two', async (of) => {
    const union: string[] = [];
    for (let index = 0; index < of; index++) {
      union.push(...lines(await text(store, { parts: EVERYTHING.parts, shard: { index, of } })));
    }
    expect(union.sort()).toEqual(lines(await text(store)).sort());
  });

  it('are even, and a device stays in its bucket for ever', () => {
    const sizes = new Array<number>(BUCKETS).fill(0);
    devices.forEach((d) => sizes[bucketOf(d)]!++);
    expect(Math.max(...sizes)).toBeLessThan(30);
    expect(['core-1', 'a', '', 'თბილისი'].map(bucketOf)).toEqual([240, 179, 11, 251]);
  });
});

describe('families that are known at run time', () => {
  const LOOSE: Family = { name: 'loose', type: 'gauge', help: 'Any labels.', part: 'device', labels: [], open: true };
  const identity = { device_id: 'd1', device_ip: '10.0.0.1', device_name: 'd1' };
  let store: SeriesStore;
  beforeEach(() => (store = new SeriesStore(FAMILIES)));
  const whole = async () => {
    const chunks: Buffer[] = [];
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        chunks.push(Buffer.from(chunk));
        done();
      },
    });
    await writeExposition(store, store.allFamilies(), EVERYTHING, sink);
    return Buffer.concat(chunks).toString().replaceAll(/ +/g, ' ').replaceAll(' \n', '\n');
  };

  it('are served after those that are always there, each series with labels of its own', async () => {
    expect(() => store.obtain('loose', 'd1', identity)).toThrow('there is no metric family loose');
    expect(store.define(LOOSE)).toBe(true);
    store.set(store.obtain('loose', 'd1', { ...identity, a: '1' }), 1);
    store.set(store.obtain('loose', 'd1', { b: '2', ...identity }), 2);
    expect(await whole()).toBe(
      '# HELP loose Any labels.\n# TYPE loose gauge\n' +
        'loose{device_id="d1",device_ip="10.0.0.1",device_name="d1",a="1"} 1\n' +
        'loose{device_id="d1",device_ip="10.0.0.1",device_name="d1",b="2"} 2\n'
    );
    expect(() => store.obtain('loose', 'd1', { a: '1' })).toThrow('label device_id is missing');
  });

  it('give the same series for the same labels', () => {
    store.define(LOOSE);
    const series = store.obtain('loose', 'd1', { ...identity, a: '1' });
    expect(store.obtain('loose', 'd1', { ...identity, a: '1' })).toBe(series);
    expect(store.obtain('loose', 'd1', { ...identity, a: '2' })).not.toBe(series);
    expect(store.countOf('d1')).toBe(2);
    store.remove(series);
    expect(store.countOf('d1')).toBe(1);
    expect(store.countOf('nobody')).toBe(0);
  });

  it('change their type only when they have no lines', async () => {
    const counter: Family = { ...LOOSE, type: 'counter', help: 'Counts.' };
    store.define(LOOSE);
    const series = store.obtain('loose', 'd1', identity);
    expect(store.define(counter)).toBe(false);
    store.remove(series);
    expect(store.define(counter)).toBe(true);
    store.set(store.obtain('loose', 'd1', identity), 5, 1_763_700_000_000);
    expect(await whole()).toBe(
      '# HELP loose Counts.\n# TYPE loose counter\nloose{device_id="d1",device_ip="10.0.0.1",device_name="d1"} 5 1763700000000\n'
    );
  });

  it('may stay while the other series of their device go', async () => {
    store.define(LOOSE);
    const kept = store.obtain('loose', 'd1', identity);
    store.set(kept, 5);
    store.set(store.add('g', 'd1', labels('d1', 'a')), 1);
    store.removeDevice('d1', (series) => series === kept);
    expect([store.countOf('d1'), store.value(kept)]).toEqual([1, 5]);
    store.set(store.add('g', 'd1', labels('d1', 'a')), 2);
    store.removeDevice('d1');
    expect([await whole(), store.countOf('d1')]).toEqual(['', 0]);
  });

  it('cost next to nothing without lines', () => {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 500; i++) {
      store.define({ ...LOOSE, name: `loose_${i}` });
    }
    // 256 pages each would be 30 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(8e6);
  });
});

it('serves the others in their order when one is removed, and takes more', async () => {
  const store = new SeriesStore(FAMILIES);
  const added = Array.from({ length: 50 }, (_, i) => store.add('g', 'd1', labels('d1', `x${i}`)));
  added.forEach((series, i) => store.set(series, i));
  const before = await text(store);
  store.remove(added[7]!);
  const after = before.replace(line('d1', 'x7', '7'), '');
  expect(await text(store)).toBe(after);
  store.set(store.add('g', 'd1', labels('d1', 'more')), 123_456_789);
  expect(await text(store)).toBe(after + line('d1', 'more', '123456789'));
});
