import { setImmediate } from 'node:timers/promises';
import type { Caller } from '../../model/caller';
import { writeAudit, type AuditEntry } from '../audit';
import type { Queryable } from '../database';
import type { Change, Plan } from './plan-import';
import type { NewSite } from './plan-sites';

/** Rows of one statement: few enough that an embedded database lets others in between. */
const ROWS_AT_ONCE = 1000;

const COLUMNS = `name, address, snmp_port, region_override, type, role, auth, vendor_override, model_override,
  latitude, longitude, ping, enabled, tier, tags, notes`;

const ROWS = `
  select f.id, f.name, f.address, f.snmp_port, s.id as site_id, f.region as region_override, f.type, f.role, f.auth,
         f.vendor as vendor_override, f.model as model_override, f.latitude, f.longitude, f.ping, f.enabled, f.tier,
         f.tags, f.notes, f.look
    from jsonb_to_recordset($1::jsonb) as f (
      id text, name text, address text, snmp_port int, site text, region text, type text, role text, auth text,
      vendor text, model text, latitude float8, longitude float8, ping boolean, enabled boolean, tier text,
      tags text[], notes text, look boolean)
    left join sites s on s.name = f.site`;

const INSERT = `
  insert into devices (id, ${COLUMNS}, site_id, origin)
  select id, ${COLUMNS}, site_id, 'api' from (${ROWS}) f`;

const UPDATE = `
  update devices d
     set name = f.name, address = f.address, snmp_port = f.snmp_port, site_id = f.site_id,
         region_override = f.region_override, type = f.type, role = f.role, auth = f.auth,
         vendor_override = f.vendor_override, model_override = f.model_override, latitude = f.latitude,
         longitude = f.longitude, ping = f.ping, enabled = f.enabled, tier = f.tier, tags = f.tags, notes = f.notes,
         updated_at = now(),
         -- What comes back is people's own, whoever brought it once.
         origin = case when d.removed_at is null then d.origin else 'api' end,
         bundle = case when d.removed_at is null then d.bundle end,
         removed_at = null,
         auth_found = case when d.removed_at is null and d.auth is not distinct from f.auth then d.auth_found end,
         -- Another agent may answer there, or another credential open more: look at once.
         next_discovery_at = case when f.look then '-infinity' else d.next_discovery_at end,
         next_full_walk_at = case when f.look then '-infinity' else d.next_full_walk_at end,
         rediscover = d.rediscover or (f.look and d.lease_owner is not null)
    from (${ROWS}) f
   where d.id = f.id`;

/** Writes what was planned, with who did it; inside the transaction that planned it. Writes nothing for nothing. */
export async function writeImport(
  tx: Queryable,
  caller: Caller,
  plan: Plan,
  summary: Readonly<Record<string, unknown>>,
  progress: (done: number, total: number) => void
): Promise<void> {
  const { changes, sites } = plan;
  if (changes.length === 0 && sites.length === 0) {
    return;
  }
  await writeAudit(tx, caller, [
    { action: 'import', entity: 'device', entityId: '*', before: null, after: summary },
    ...(await createSites(tx, sites)),
  ]);
  let done = 0;
  for (const statement of [INSERT, UPDATE]) {
    const of = changes.filter((change) => isNewRow(change) === (statement === INSERT));
    for (let at = 0; at < of.length; at += ROWS_AT_ONCE) {
      const some = of.slice(at, at + ROWS_AT_ONCE);
      await tx.query(statement, [JSON.stringify(some.map(({ id, words, look }) => ({ ...words, id, look })))]);
      await writeAudit(tx, caller, some.map(entry));
      done += some.length;
      progress(done, changes.length);
      await setImmediate();
    }
  }
}

const isNewRow = ({ action, returns }: Change) => action === 'create' && !returns;

const entry = ({ action, id, before, after }: Change): AuditEntry => ({
  action,
  entity: 'device',
  entityId: id,
  before: before && { ...before },
  after: { ...after },
});

async function createSites(tx: Queryable, sites: readonly NewSite[]): Promise<AuditEntry[]> {
  const created = await tx.query<{ id: number } & NewSite>(
    `insert into sites (name, region, latitude, longitude, origin)
     select name, region, latitude, longitude, 'api'
       from jsonb_to_recordset($1::jsonb) as f (name text, region text, latitude float8, longitude float8)
     returning id, name, region, latitude, longitude`,
    [JSON.stringify(sites)]
  );
  return created.map(({ id, ...after }) => ({
    action: 'create',
    entity: 'site',
    entityId: String(id),
    before: null,
    after: { ...after },
  }));
}
