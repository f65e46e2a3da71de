import { execFileSync } from 'node:child_process';
import path from 'node:path';

const DUE_TIMES = path.resolve(__dirname, '../../exporter/src/discovery/due-times.ts');

/** nextFullWalk in a process of another zone: a running one keeps its own. */
function nextFullWalks(zone: string, times: readonly string[]): string[] {
  const program = `
    const { nextFullWalk } = require(${JSON.stringify(DUE_TIMES)});
    const next = (at) => new Date(nextFullWalk(Date.parse(at), '02:30')).toISOString();
    console.log(JSON.stringify(${JSON.stringify(times)}.map(next)));`;
  const env = { ...process.env, TZ: zone };
  return JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', '-e', program], { env, encoding: 'utf8' }));
}

it('the full walk is once a day at 02:30 by the clock on the wall, also where it is changed', () => {
  const walks: [now: string, next: string][] = [
    ['2026-06-01T12:00:00.000Z', '2026-06-02T00:30:00.000Z'],
    // On 29 March 02:00 becomes 03:00: there is no 02:30, and an hour later is better than a day without.
    ['2026-03-28T12:00:00.000Z', '2026-03-29T01:30:00.000Z'],
    ['2026-03-29T01:30:00.000Z', '2026-03-30T00:30:00.000Z'],
    // On 25 October 03:00 becomes 02:00: the first of two is taken.
    ['2026-10-24T12:00:00.000Z', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z'],
    ['2026-10-25T01:30:00.000Z', '2026-10-26T01:30:00.000Z'],
  ];
  const next = nextFullWalks(
    'Europe/Berlin',
    walks.map(([now]) => now)
  );
  expect(walks.map(([now], i) => [now, next[i]])).toEqual(walks);
}, 30_000);
