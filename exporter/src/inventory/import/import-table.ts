import type { Caller } from '../../model/caller';
import type { Database, Queryable } from '../database';
import { lockForWriting } from '../revision';
import { upkeep } from '../upkeep';
import type { RowFinding } from './finding';
import { flatMapInTurns } from './in-turns';
import { matchRows, type MatchedRow, type Tell } from './match-rows';
import { planImport, type Change, type Plan } from './plan-import';
import { readCsv } from './read-csv';
import type { UnknownColumns } from './read-header';
import { readJson } from './read-json';
import { readNetbox } from './read-netbox';
import { RowReader, type RowWords } from './read-row';
import type { Sheet } from './sheet';
import type { DeviceIdentityRow, SitePlace, StoredDevice } from './stored-device';
import { writeImport } from './write-import';

export const IMPORT_FORMATS = ['csv', 'json', 'netbox'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** Whether one wrong row keeps the others out. */
export const IMPORT_MODES = ['all-or-nothing', 'good-rows'] as const;
export type ImportMode = (typeof IMPORT_MODES)[number];

export interface ImportRequest {
  /** Without byte order mark. */
  text: string;
  format: ImportFormat;
  mode: ImportMode;
  dryRun: boolean;
  unknown: UnknownColumns;
  /** Credential of new devices whose row names none: a name under auths:, auto, or null. */
  newAuth: string | null;
  /** Names under auths:. */
  authNames: readonly string[];
}

export type ImportPhase = 'reading' | 'writing';
export type Progress = (phase: ImportPhase, done: number, total: number) => void;

/** What an import did, or would do. */
export interface ImportReport {
  dry_run: boolean;
  mode: ImportMode;
  format: ImportFormat;
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  /** Rows with errors. */
  failed: number;
  /** Names. */
  sites_created: string[];
  /** The first of them, by line. */
  errors: RowFinding[];
  errors_total: number;
  warnings: RowFinding[];
  /** The first of them, by line. */
  changes: Pick<Change, 'line' | 'action' | 'id' | 'before' | 'after'>[];
}

export const MOST_ERRORS_TOLD = 1000;
export const MOST_CHANGES_TOLD = 100;
const MOST_WARNINGS_TOLD = 100;
const IDS_AT_ONCE = 5000;
/** From here on the tables are others than the planner of an embedded database believes. */
const MANY_CREATED = 500;

/**
 * Takes over a table of devices: creates and changes what its rows name, in one transaction. Wrong rows are in the
 * report; with `all-or-nothing` one of them is enough and nothing is written.
 *
 * @throws UnreadableTable when the text is no table of devices
 */
export async function importTable(
  db: Database,
  caller: Caller,
  request: ImportRequest,
  progress: Progress = () => undefined
): Promise<ImportReport> {
  const errors: RowFinding[] = [];
  const { rows, total, reader } = await readTable(request, (finding) => errors.push(finding), progress);
  const tell: Tell = (row, column, value, rule) => errors.push(reader.finding(row, column, value, rule));
  const done = await db.transaction(async (tx) => {
    if (!request.dryRun) {
      await lockForWriting(tx);
    }
    const plan = await planRows(tx, rows, request, tell);
    const report = reportOf(request, total, plan, errors);
    if (!request.dryRun && !isRefused(report)) {
      const { errors: _, warnings: __, changes: ___, dry_run: ____, ...summary } = report;
      await writeImport(tx, caller, plan, summary, (done, total) => progress('writing', done, total));
    }
    return report;
  });
  if (!request.dryRun && !isRefused(done) && done.created >= MANY_CREATED) {
    // Lists should not wait for the next full run; what was imported stands, whatever becomes of this.
    await upkeep(db).catch(() => undefined);
  }
  return done;
}

/** Whether rows were wrong and nothing is written because of them. */
export const isRefused = ({ mode, failed }: Pick<ImportReport, 'mode' | 'failed'>): boolean =>
  mode === 'all-or-nothing' && failed > 0;

/** What the right rows say. The texts of the table are not kept: they may be many. */
async function readTable(request: ImportRequest, tell: (finding: RowFinding) => void, progress: Progress) {
  const { rows: texts, ...head } = await readSheet(request);
  const reader = new RowReader(head, tell);
  const rows = await flatMapInTurns(
    texts,
    (row) => reader.read(row),
    (done) => progress('reading', done, texts.length)
  );
  return { rows, total: texts.length, reader };
}

async function readSheet({ text, format, unknown }: ImportRequest): Promise<Sheet> {
  switch (format) {
    case 'csv':
      return readCsv(text, unknown);
    case 'json':
      return readJson(text, unknown);
    case 'netbox':
      return readNetbox(text);
  }
}

async function planRows(tx: Queryable, rows: readonly RowWords[], request: ImportRequest, tell: Tell): Promise<Plan> {
  const identities = await tx.query<DeviceIdentityRow>(
    'select id, name, address, snmp_port, removed_at is not null as removed from devices'
  );
  const matched = matchRows(rows, identities, tell);
  const sites = await tx.query<SitePlace & { name: string }>('select name, region, latitude, longitude from sites');
  return planImport(
    matched,
    {
      identities,
      stored: await storedDevices(tx, matched),
      sites: new Map(sites.map((site) => [site.name, site])),
      authNames: request.authNames,
      newAuth: request.newAuth,
    },
    tell
  );
}

async function storedDevices(tx: Queryable, matched: readonly MatchedRow[]): Promise<Map<string, StoredDevice>> {
  const ids = matched.flatMap(({ known }) => (known ? [known.id] : []));
  const stored = new Map<string, StoredDevice>();
  for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
    const some = await tx.query<StoredDevice>(
      `select d.id, d.name, d.address, d.snmp_port, coalesce(s.name, '') as site, d.region_override as region, d.type,
              d.role, d.auth, d.ping, d.enabled, d.tier, d.vendor_override as vendor, d.model_override as model,
              d.latitude, d.longitude, d.tags, d.notes, d.origin, d.removed_at is not null as removed
         from devices d left join sites s on s.id = d.site_id
        where d.id = any ($1::text[])`,
      [ids.slice(at, at + IDS_AT_ONCE)]
    );
    for (const device of some) {
      stored.set(device.id, device);
    }
  }
  return stored;
}

function reportOf(request: ImportRequest, rows: number, plan: Plan, errors: readonly RowFinding[]): ImportReport {
  const failed = rows - plan.changes.length - plan.unchanged;
  const { dryRun, mode, format } = request;
  const base = { dry_run: dryRun, mode, format, rows, failed };
  const refused = isRefused(base);
  const changes = refused ? [] : plan.changes;
  const byLine = <T extends { line: number }>(some: readonly T[]) => [...some].sort((a, b) => a.line - b.line);
  return {
    ...base,
    created: changes.filter(({ action }) => action === 'create').length,
    updated: changes.filter(({ action }) => action === 'update').length,
    unchanged: refused ? 0 : plan.unchanged,
    sites_created: refused ? [] : plan.sites.map(({ name }) => name),
    errors: byLine(errors).slice(0, MOST_ERRORS_TOLD),
    errors_total: errors.length,
    warnings: byLine(plan.warnings).slice(0, MOST_WARNINGS_TOLD),
    changes: byLine(changes)
      .slice(0, MOST_CHANGES_TOLD)
      .map(({ line, action, id, before, after }) => ({ line, action, id, before, after })),
  };
}
