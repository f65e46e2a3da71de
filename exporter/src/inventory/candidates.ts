import type { Caller } from '../model/caller';
import type { Fingerprint } from '../model/fingerprint';
import { writeAudit } from './audit';
import type { Database, Queryable } from './database';
import { Conditions, orderBy, type Page, type PageRequest } from './list-query';

export const CANDIDATE_STATES = ['pending', 'approved', 'dismissed'] as const;
export type CandidateState = (typeof CANDIDATE_STATES)[number];

/** An address that answered a scan. */
export interface FoundAddress extends Fingerprint {
  /** IP literal, IPv6 as in RFC 5952. */
  address: string;
  /** Name under `auths:` of the credential that answered; null: none did, but somebody is there. */
  auth: string | null;
  sysName: string;
  sysDescr: string;
  sysObjectID: string;
}

/** A candidate as the API shows it. */
export interface CandidateRow {
  id: number;
  address: string;
  snmp_port: number;
  auth: string | null;
  sys_name: string;
  sys_descr: string;
  sys_object_id: string;
  vendor: string;
  model: string;
  os_version: string;
  scan_id: number | null;
  found_at: Date;
  last_seen: Date;
  state: CandidateState;
  decided_by: string | null;
  decided_at: Date | null;
  device_id: string | null;
}

const COLUMNS = `id, address, snmp_port, auth, sys_name, sys_descr, sys_object_id, vendor, model, os_version, scan_id,
  found_at, last_seen, state, decided_by, decided_at, device_id`;

/** What its SNMP agent said. */
const AGENT_WORDS = ['sys_name', 'sys_descr', 'sys_object_id', 'vendor', 'model', 'os_version'] as const;

/**
 * Remembers what a scan found. Who is known already is seen again: what was dismissed stays so, and what its SNMP agent
 * said stays when it only answers pings now. An address whose device is gone, or asked elsewhere now, is pending anew.
 */
export async function saveFound(
  tx: Queryable,
  scan: { id: number; port: number },
  found: readonly FoundAddress[]
): Promise<void> {
  if (found.length === 0) {
    return;
  }
  await tx.query(
    `insert into discovery_candidates as c
       (address, snmp_port, auth, sys_name, sys_descr, sys_object_id, vendor, model, os_version, scan_id)
     select f.address, $2, f.auth, f."sysName", f."sysDescr", f."sysObjectID", f.vendor, f.model, f."osVersion", $3
       from jsonb_to_recordset($1::jsonb) as f (
         address text, auth text, "sysName" text, "sysDescr" text, "sysObjectID" text, vendor text, model text,
         "osVersion" text)
      -- Became a device while it was being asked.
      where not exists (select 1 from devices d
                         where d.removed_at is null and d.address = f.address and d.snmp_port = $2)
     on conflict (address, snmp_port) do update
       set auth = coalesce(excluded.auth, c.auth),
           ${AGENT_WORDS.map((word) => `${word} = case when excluded.auth is null then c.${word} else excluded.${word} end,`).join(' ')}
           scan_id = excluded.scan_id,
           last_seen = now(),
           state = case when c.state = 'approved' then 'pending' else c.state end,
           decided_by = case when c.state = 'approved' then null else c.decided_by end,
           decided_at = case when c.state = 'approved' then null else c.decided_at end,
           device_id = case when c.state = 'approved' then null else c.device_id end`,
    [JSON.stringify(found), scan.port, scan.id]
  );
}

export const CANDIDATE_SORTS = ['address', 'name', 'vendor', 'found_at', 'last_seen', 'id'] as const;
export type CandidateSort = (typeof CANDIDATE_SORTS)[number];

const ORDER: Record<CandidateSort, string> = {
  // As people expect them: 10.0.0.9 before 10.0.0.10.
  address: 'address::inet',
  name: 'lower(sys_name)',
  vendor: 'vendor',
  found_at: 'found_at',
  last_seen: 'last_seen',
  id: 'id',
};

export interface CandidateFilters {
  /** Part of address, sysName, sysDescr, vendor or model. */
  q?: string | undefined;
  state?: CandidateState | undefined;
  /** CIDR. */
  network?: string | undefined;
  scanId?: number | undefined;
  vendor?: string | undefined;
  /** False: nobody knows the credential. */
  snmp?: boolean | undefined;
}

export async function listCandidates(
  db: Queryable,
  filters: CandidateFilters,
  page: PageRequest<CandidateSort>
): Promise<Page<CandidateRow>> {
  const c = new Conditions()
    .search(['address', 'sys_name', 'sys_descr', 'vendor', 'model'], filters.q)
    .add('state = ?', filters.state)
    .add('address::inet <<= ?::cidr', filters.network)
    .add('scan_id = ?', filters.scanId)
    .add('vendor = ?', filters.vendor)
    .flag('auth is not null', filters.snmp);
  const n = c.params.length;
  const items = await db.query<CandidateRow>(
    `select ${COLUMNS} from discovery_candidates where ${c.where}
      order by ${orderBy(page.sort, ORDER, ['address::inet', 'id'])}
      limit $${n + 1} offset $${n + 2}`,
    [...c.params, page.limit, page.offset]
  );
  const [count] = await db.query<{ total: number }>(
    `select count(*) as total from discovery_candidates where ${c.where}`,
    c.params
  );
  return { total: count?.total ?? 0, items };
}

export async function getCandidate(db: Queryable, id: number): Promise<CandidateRow | undefined> {
  return (await db.query<CandidateRow>(`select ${COLUMNS} from discovery_candidates where id = $1`, [id]))[0];
}

/** The candidates of these ids, by id, held until the transaction ends so that nobody else decides them meanwhile. */
export function lockCandidates(tx: Queryable, ids: readonly number[]): Promise<CandidateRow[]> {
  return tx.query<CandidateRow>(
    `select ${COLUMNS} from discovery_candidates where id = any ($1::bigint[]) order by id for update`,
    [ids]
  );
}

/** A candidate became a device; in the transaction that makes it. */
export async function markApproved(
  tx: Queryable,
  candidate: CandidateRow,
  deviceId: string,
  caller: Caller
): Promise<void> {
  await tx.query(
    `update discovery_candidates set state = 'approved', decided_by = $2, decided_at = now(), device_id = $3
      where id = $1`,
    [candidate.id, caller.name, deviceId]
  );
  await writeAudit(tx, caller, [
    {
      action: 'approve',
      entity: 'candidate',
      entityId: String(candidate.id),
      before: { state: candidate.state },
      after: { state: 'approved', device_id: deviceId },
    },
  ]);
}

/** Keeps it out of the pending ones for good. An approved one stays what it is; undefined: there is no such candidate. */
export function dismissCandidate(db: Database, id: number, caller: Caller): Promise<CandidateRow | undefined> {
  return db.transaction(async (tx) => {
    const [candidate] = await lockCandidates(tx, [id]);
    if (candidate?.state !== 'pending') {
      return candidate;
    }
    await tx.query(
      "update discovery_candidates set state = 'dismissed', decided_by = $2, decided_at = now() where id = $1",
      [id, caller.name]
    );
    await writeAudit(tx, caller, [
      {
        action: 'dismiss',
        entity: 'candidate',
        entityId: String(id),
        before: { state: 'pending' },
        after: { state: 'dismissed' },
      },
    ]);
    return getCandidate(tx, id);
  });
}
