import type { Database } from '../../exporter/src/inventory/database';
import { migrate } from '../../exporter/src/inventory/migrate';
import { fillInventory } from './inventory-fleet';

/** Tables that operations of the API write. */
export const TABLES = [
  'sites',
  'devices',
  'device_interfaces',
  'interface_changes',
  'providers',
  'discovery_runs',
  'network_scans',
  'discovery_candidates',
  'audit_log',
] as const;

/** A migrated inventory with something in every table, so that every operation has something to answer with. */
export async function fillEveryTable(db: Database): Promise<void> {
  await migrate(db);
  await fillInventory(db, { devices: 10, interfaces: 60 });
  await db.script(`
    insert into interface_changes (interface_id, changed_at, field, old_value, new_value)
      select id, now(), 'if_alias', 'before', 'after' from device_interfaces;
    insert into providers (name, display_name, aliases, origin) values ('village-net', 'Village Net', '{vnet}', 'operator')
      on conflict do nothing;
    insert into discovery_runs (kind, owner, started_at, finished_at, devices, succeeded, failed, failed_by_reason)
      values ('full', 'one', now(), now(), 10, 9, 1, '{"timeout": 1}');
    insert into network_scans (network, requested_by, owner, lease_until, state, started_at, finished_at, addresses, asked)
      values ('10.9.0.0/24', 'alice', 'one', now(), 'done', now(), now(), 254, 254);
    insert into discovery_candidates (address, auth, sys_name, vendor, scan_id)
      select '10.9.0.' || n, 'branch', 'sw-' || n, 'cisco', 1 from generate_series(1, 6) n;
    insert into audit_log (actor, role, action, entity, entity_id, before, after)
      values ('alice', 'editor', 'update', 'device', 'dev-00001', '{"notes": ""}', '{"notes": "x"}');
  `);
}

/** How many rows each table has, and a digest of what stands in them. */
export async function contents(db: Database): Promise<Record<string, string>> {
  const rows = await Promise.all(
    TABLES.map((table) =>
      db.query<{ n: number; digest: string }>(
        `select count(*) as n, coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as digest from ${table} t`
      )
    )
  );
  return Object.fromEntries(TABLES.map((table, i) => [table, `${rows[i]![0]!.n} ${rows[i]![0]!.digest}`]));
}

/** Values of path parameters that stand in the filled inventory; where none is named it is a number. */
const PARAMS: Readonly<Record<string, string>> = {
  '/devices/{id}': '/devices/dev-00001',
  '/providers/{name}': '/providers/village-net',
  '/bundles/{name}': '/bundles/demo_small',
};

/** The path of an operation with parameters that exist. */
export const knownAddress = (route: string): string =>
  Object.entries(PARAMS)
    .reduce((all, [shape, address]) => all.replace(shape, address), route)
    .replace(/\{\w+\}/g, '1');
