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
  select f.*, s.id as site_id
    from jsonb_to_recordset($1::jsonb) as f (
      id text, name text, address text, snmp_port int, site text, region_override text, type text, role text,
      auth text, vendor_override text, model_override text, latitude float8, longitude float8, ping boolean,
      enabled boolean, tier text, tags text[], notes text)
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
         -- What the file left behind is people's own from now on.
         origin = case when d.removed_at is null then d.origin else 'api' end,
         removed_at = null, updated_at = now(),
         -- What answered at another address, or was tried for another word, says nothing here.
         auth_found = case
           when (d.address, d.snmp_port, d.auth) is distinct from (f.address, f.snmp_port, f.auth) then null
           else d.auth_found end,
         next_discovery_at = case
           when (d.address, d.snmp_port, d.auth, d.enabled, d.removed_at)
                is distinct from (f.address, f.snmp_port, f.auth, f.enabled, null::timestamptz) then '-infinity'
           else d.next_discovery_at end
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
      await tx.query(statement, [JSON.stringify(some.map(({ id, state }) => ({ ...state, id })))]);
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
  before,
  after,
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
