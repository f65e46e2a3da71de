import type { Response } from 'express';
import { z } from 'zod';
import { UnreadableTable, type RowFinding } from '../../inventory/import/finding';
import {
  IMPORT_FORMATS,
  IMPORT_MODES,
  importTable,
  isRefused,
  type ImportReport,
  type Progress,
} from '../../inventory/import/import-table';
import { AUTO_AUTH } from '../../model/snmp-auth';
import { flag, oneOf, text } from './input';
import type { ApiParts } from './parts';
import { ApiProblem, problemBody, type ProblemFinding } from './problem';
import { route, type ApiRoute } from './route';

/** Of a table: some 400,000 rows with every column. */
export const MAX_TABLE_BYTES = 64 * 1024 * 1024;
const JSON_TYPE = 'application/json';
const TYPES = ['text/csv', 'text/tab-separated-values', 'text/plain', JSON_TYPE];
const PROGRESS_TYPE = 'application/x-ndjson';
/** So many are told outside the report too. */
const FINDINGS_TOLD = 20;

const query = z.strictObject({
  format: oneOf(IMPORT_FORMATS)
    .optional()
    .meta({ description: 'Absent: json for application/json, else csv. netbox: as its /api/dcim/devices/ answers.' }),
  mode: oneOf(IMPORT_MODES)
    .default('all-or-nothing')
    .meta({ description: 'good-rows: wrong rows are left out, the others are taken over.' }),
  dry_run: flag.default(false).meta({ description: 'The same report, and nothing is written.' }),
  unknown: oneOf(['refuse', 'ignore'])
    .default('refuse')
    .meta({ description: 'What happens to columns of other names.' }),
  auth: text.optional().meta({
    description: 'Credential of new devices whose row names none: a name under auths:, or auto. Absent: pinged only.',
  }),
});

const count = z.int().min(0);
const finding = z.strictObject({
  line: count.meta({ description: 'Of a row of several lines its first.' }),
  column: z.string().optional(),
  column_number: count.optional(),
  value: z.string().optional().meta({ description: 'Shortened.' }),
  message: z.string().meta({ description: 'What was found and what would be right.' }),
});
const words = z.record(z.string(), z.unknown());
const reportAnswer = z
  .strictObject({
    dry_run: z.boolean(),
    mode: z.enum(IMPORT_MODES),
    format: z.enum(IMPORT_FORMATS),
    rows: count,
    created: count,
    updated: count,
    unchanged: count,
    failed: count.meta({ description: 'Rows that are wrong.' }),
    sites_created: z.array(z.string()),
    errors: z.array(finding).meta({ description: 'The first 1000, by line.' }),
    errors_total: count,
    warnings: z.array(finding).meta({ description: 'The first 100, by line.' }),
    changes: z
      .array(
        z.strictObject({
          line: count,
          action: z.enum(['create', 'update']),
          id: z.string(),
          before: words.nullable(),
          after: words,
        })
      )
      .meta({ description: 'The first 100, by line, with the fields that differ.' }),
  })
  .meta({ id: 'ImportReport' });

/** Tables of devices into the inventory. */
export const importRoutes = ({ db, authNames, discoverDue }: ApiParts): ApiRoute[] => [
  route({
    method: 'post',
    path: '/devices/import',
    role: 'editor',
    tag: 'import',
    operationId: 'importDevices',
    summary: 'Create and change devices by a table',
    description: `A row is about the device with its id, else with its name, else with its address and port; else it is a new one. What a row has no column for stays as it is. The same table again changes nothing. With "Accept: ${PROGRESS_TYPE}" the answer is a line of JSON for every step, {"progress": …}, and at last {"report": …} or {"problem": …}, always with status 200.`,
    query,
    text: { types: TYPES, maxBytes: MAX_TABLE_BYTES },
    answer: { status: 200, schema: reportAnswer, description: 'What was done or, in a dry run, would be.' },
    problems: ['unreadable_table', 'import_refused', 'unknown_auth'],
    async handle({ query: { format, mode, dry_run, unknown, auth }, body, caller, req, res }) {
      const known = authNames();
      if (auth !== undefined && auth !== AUTO_AUTH && !known.includes(auth)) {
        throw new ApiProblem(
          'unknown_auth',
          `There is no entry ${auth} under auths: in the configuration; known are ${[...known, AUTO_AUTH].join(', ')}.`
        );
      }
      const take = async (progress?: Progress) => {
        const report = await importTable(
          db,
          caller,
          {
            text: body as string,
            format: format ?? (req.is(JSON_TYPE) ? 'json' : 'csv'),
            mode,
            dryRun: dry_run,
            unknown,
            newAuth: auth ?? null,
            authNames: known,
          },
          progress
        ).catch((err: unknown) => {
          throw err instanceof UnreadableTable ? unreadable(err) : err;
        });
        if (!dry_run && isRefused(report)) {
          throw refused(report);
        }
        if (!dry_run) {
          discoverDue?.();
        }
        return report;
      };
      return req.accepts([JSON_TYPE, PROGRESS_TYPE]) === PROGRESS_TYPE ? await told(take, res) : await take();
    },
  }),
];

/** Answers with a line for every step. What is no problem of the client's breaks the answer off. */
async function told(take: (progress: Progress) => Promise<ImportReport>, res: Response): Promise<void> {
  res.type(PROGRESS_TYPE);
  const line = (value: object) => void res.write(`${JSON.stringify(value)}\n`);
  try {
    line({ report: await take((phase, done, total) => line({ progress: { phase, done, total } })) });
  } catch (err) {
    if (!(err instanceof ApiProblem)) {
      throw err;
    }
    line({ problem: problemBody(err) });
  }
  res.end();
}

const findings = (errors: readonly RowFinding[]): ProblemFinding[] =>
  errors.slice(0, FINDINGS_TOLD).map(({ line, column, message }) => ({
    detail: message,
    line,
    ...(column === undefined ? {} : { column }),
  }));

const unreadable = ({ message, findings: all }: UnreadableTable) =>
  new ApiProblem('unreadable_table', `${message}.`, findings(all), { members: { table_errors: all } });

function refused(report: ImportReport): ApiProblem {
  const { failed, rows, errors } = report;
  const first = errors[0] as RowFinding;
  return new ApiProblem(
    'import_refused',
    `${failed} of ${rows} rows are wrong, the first in line ${first.line}: ${first.message}. Correct them, or leave them out with mode=good-rows.`,
    findings(errors),
    { members: { report } }
  );
}
