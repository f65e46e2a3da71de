import { alignedRows } from './aligned-rows';

/** What the sidecar says about one row. */
export interface TableFinding {
  line: number;
  column_number?: number;
  message: string;
}

/** As `POST /api/v1/devices/import` answers, as far as it is shown. */
export interface ShownReport {
  dry_run: boolean;
  mode: string;
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
  sites_created: string[];
  errors: TableFinding[];
  errors_total: number;
  warnings: TableFinding[];
}

const SITES_NAMED = 5;

/** `file:line:column: message`, as editors and terminals find the place; the column is that of the table. */
export const findingLines = (file: string, findings: readonly TableFinding[], total = findings.length): string[] => [
  ...findings.map(
    ({ line, column_number, message }) =>
      `${file}:${line}:${column_number === undefined ? '' : `${column_number}:`} ${message}`
  ),
  ...(total > findings.length ? [`${file}: and ${total - findings.length} more`] : []),
];

/** What was done with how many rows, as lines of a terminal. */
export function summaryLines(file: string, report: ShownReport): string[] {
  const { dry_run, mode, rows, failed, sites_created: sites } = report;
  const named = `${sites.slice(0, SITES_NAMED).join(', ')}${sites.length > SITES_NAMED ? ', …' : ''}`;
  const counts: [string, number, string][] = [
    ['created', report.created, ''],
    ['updated', report.updated, ''],
    ['unchanged', report.unchanged, ''],
    ['wrong', failed, ''],
    ['new sites', sites.length, named],
  ];
  const width = Math.max(...counts.map(([, n]) => String(n).length));
  const outcome =
    failed > 0 && mode === 'all-or-nothing'
      ? 'nothing was written, because rows are wrong (--mode good-rows takes the others)'
      : dry_run
        ? 'dry run, nothing was written'
        : 'done';
  return [
    `${file}: ${rows} ${rows === 1 ? 'row' : 'rows'}, ${outcome}`,
    ...alignedRows(counts.map(([name, n, what]) => [`  ${name}`, String(n).padStart(width), what])),
  ];
}
