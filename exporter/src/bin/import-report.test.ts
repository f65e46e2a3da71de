import { findingLines, summaryLines, type ShownReport } from './import-report';

const report = (more: Partial<ShownReport> = {}): ShownReport => ({
  dry_run: false,
  mode: 'all-or-nothing',
  rows: 1200,
  created: 1190,
  updated: 10,
  unchanged: 0,
  failed: 0,
  sites_created: ['HQ', 'გორი'],
  errors: [],
  errors_total: 0,
  warnings: [],
  ...more,
});

it('shows counts under each other', () => {
  expect(summaryLines('d.csv', report())).toEqual([
    'd.csv: 1200 rows, done',
    '  created    1190',
    '  updated      10',
    '  unchanged     0',
    '  wrong         0',
    '  new sites     2  HQ, გორი',
  ]);
});

it.each<[Partial<ShownReport>, string]>([
  [{ rows: 1 }, 'd.csv: 1 row, done'],
  [{ dry_run: true }, 'd.csv: 1200 rows, dry run, nothing was written'],
  [{ failed: 2 }, 'd.csv: 1200 rows, nothing was written, because rows are wrong (--mode good-rows takes the others)'],
  [{ failed: 2, mode: 'good-rows' }, 'd.csv: 1200 rows, done'],
])('says what came of it: %j', (more, line) => expect(summaryLines('d.csv', report(more))[0]).toBe(line));

it('names few sites', () => {
  const lines = summaryLines('d.csv', report({ sites_created: ['a', 'b', 'c', 'd', 'e', 'f'] }));
  expect(lines.at(-1)).toBe('  new sites     6  a, b, c, d, e, …');
});

it('points at places', () => {
  const findings = [
    { line: 2, column_number: 3, message: 'ip: is empty' },
    { line: 9, message: 'no object' },
  ];
  expect(findingLines('d.csv', findings, 12)).toEqual([
    'd.csv:2:3: ip: is empty',
    'd.csv:9: no object',
    'd.csv: and 10 more',
  ]);
});
