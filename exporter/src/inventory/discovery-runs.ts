import type { Queryable } from './database';

/** One pass over the devices that were due. */
export interface RunResult {
  kind: 'full' | 'refresh' | 'manual';
  devices: number;
  succeeded: number;
  failed: number;
  /** Reason -> devices. */
  failedByReason: Record<string, number>;
  interfacesFound: number;
  interfacesAdded: number;
  interfacesChanged: number;
  interfacesRemoved: number;
}

export interface StoredRun extends RunResult {
  id: number;
  owner: string;
  startedAt: Date;
  /** Null while it runs, and for good when its sidecar was killed. */
  finishedAt: Date | null;
}

export async function startRun(
  db: Queryable,
  run: { kind: RunResult['kind']; owner: string; startedAt: number }
): Promise<number> {
  const rows = await db.query<{ id: number }>(
    'insert into discovery_runs (kind, owner, started_at) values ($1, $2, $3) returning id',
    [run.kind, run.owner, new Date(run.startedAt)]
  );
  return (rows[0] as { id: number }).id;
}

export async function finishRun(db: Queryable, id: number, finishedAt: number, r: RunResult): Promise<void> {
  await db.query(
    `update discovery_runs
        set finished_at = $2, devices = $3, succeeded = $4, failed = $5, failed_by_reason = $6::jsonb,
            interfaces_found = $7, interfaces_added = $8, interfaces_changed = $9, interfaces_removed = $10, kind = $11
      where id = $1`,
    [
      id,
      new Date(finishedAt),
      r.devices,
      r.succeeded,
      r.failed,
      JSON.stringify(r.failedByReason),
      r.interfacesFound,
      r.interfacesAdded,
      r.interfacesChanged,
      r.interfacesRemoved,
      r.kind,
    ]
  );
}

const COLUMNS = `id, kind, owner, started_at as "startedAt", finished_at as "finishedAt", devices, succeeded, failed,
  failed_by_reason as "failedByReason", interfaces_found as "interfacesFound", interfaces_added as "interfacesAdded",
  interfaces_changed as "interfacesChanged", interfaces_removed as "interfacesRemoved"`;

export const getRun = async (db: Queryable, id: number): Promise<StoredRun | undefined> =>
  (await db.query<StoredRun>(`select ${COLUMNS} from discovery_runs where id = $1`, [id]))[0];

/** Newest first. */
export async function listRuns(
  db: Queryable,
  page: { limit: number; offset: number }
): Promise<{ total: number; runs: StoredRun[] }> {
  const runs = await db.query<StoredRun>(
    `select ${COLUMNS} from discovery_runs order by started_at desc, id desc limit $1 offset $2`,
    [page.limit, page.offset]
  );
  const [count] = await db.query<{ total: number }>('select count(*) as total from discovery_runs');
  return { total: count?.total ?? 0, runs };
}
