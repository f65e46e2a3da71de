import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FAMILIES } from './families';
import { IDENTITY_LABELS, isTimestamped } from './line';
import { OwnMetrics } from './own';
import { SeriesStore } from './store';

/** Rows of the reference: name -> what it says of it. */
function documented(): Map<string, { type: string; labels: string[]; time: string }> {
  const text = readFileSync(path.join(__dirname, '../../../docs/metrics.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\w+) \| ([^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]+) \|$/gm)];
  return new Map(
    rows.map(([, name, type, labels, , time]) => [
      name!,
      { type: type!, labels: [...labels!.matchAll(/`(\w+)`/g)].map((m) => m[1]!), time: time!.trim() },
    ])
  );
}

const own = new OwnMetrics({
  version: '0',
  store: new SeriesStore(),
  countByState: () => ({ up: 0, down: 0, unknown: 0, disabled: 0 }),
});
afterAll(() => own.stop());

function existing(): Map<string, { type: string; labels: string[]; time: string }> {
  const families = FAMILIES.map((f): [string, { type: string; labels: string[]; time: string }] => [
    f.name,
    { type: f.type, labels: [...f.labels], time: isTimestamped(f) ? 'poll' : 'scrape' },
  ]);
  const metrics = own.registry.getMetricsAsArray() as unknown as { name: string; type: string; labelNames: string[] }[];
  return new Map([
    ...families,
    ...metrics.map((m): [string, { type: string; labels: string[]; time: string }] => [
      m.name,
      // `le` is what a histogram has by nature.
      { type: m.type, labels: m.labelNames.filter((l) => l !== 'le'), time: 'scrape' },
    ]),
  ]);
}

it('lists every metric that exists, with its type, labels and time, and none that does not', () => {
  const inCode = existing();
  const inDocs = documented();
  expect([...inCode.keys()].filter((name) => !inDocs.has(name))).toEqual([]);
  expect([...inDocs.keys()].filter((name) => !inCode.has(name))).toEqual([]);
  expect(Object.fromEntries(inDocs)).toEqual(Object.fromEntries(inCode));
});

it('names the labels of identity', () => {
  const text = readFileSync(path.join(__dirname, '../../../docs/metrics.md'), 'utf8');
  for (const label of IDENTITY_LABELS) {
    expect(text).toContain(`\`${label}\``);
  }
});
