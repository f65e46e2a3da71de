import type { Device, Site } from '../model/device';
import { DatabaseError, sqlState, type Database, type Queryable } from './database';
import { lockForWriting } from './revision';

export interface ImportResult {
  added: number;
  updated: number;
  /** Devices that left the file. */
  removed: number;
}

/**
 * Makes the inventory's devices of origin "file" equal to those of the file: adds, updates what differs, and takes out
 * what left. A device that left keeps its row, its interfaces and the operators' words until it comes back. Devices
 * that came through the API stay; an id of theirs in the file becomes the file's. Rejects with DatabaseError when a
 * name or address of the file belongs to a device of the API.
 */
export async function importFileDevices(
  db: Database,
  file: { devices: readonly Device[]; sites: readonly Site[] }
): Promise<ImportResult> {
  try {
    return await db.transaction(async (tx) => {
      await lockForWriting(tx);
      await importSites(tx, file);
      const removed = await removeAbsent(tx, file.devices);
      const { added, updated } = await upsert(tx, file.devices);
      await dropUnusedSites(tx, file);
      await refuseTaken(tx);
      return { added, updated, removed };
    });
  } catch (err) {
    // exclusion_violation at commit, when refuseTaken lost a race.
    if (sqlState(err) === '23P01') {
      throw new DatabaseError(
        'the devices of the file were not taken over: a name or address belongs to another device',
        {
          cause: err,
        }
      );
    }
    throw err;
  }
}

/** Sites of the file, and those that only its devices name (with the region that the first of them says). */
async function importSites(tx: Queryable, file: { devices: readonly Device[]; sites: readonly Site[] }): Promise<void> {
  const sites = new Map(file.sites.map((site) => [site.name, site]));
  for (const { site, region } of file.devices) {
    const known = sites.get(site);
    if (site !== '' && (!known || (known.region === '' && region !== '' && !file.sites.includes(known)))) {
      sites.set(site, { name: site, region, latitude: null, longitude: null });
    }
  }
  const rows = JSON.stringify([...sites.values()]);
  await tx.query(
    `insert into sites (name, region, latitude, longitude, origin)
     select name, region, latitude, longitude, 'file'
       from jsonb_to_recordset($1::jsonb) as f (name text, region text, latitude float8, longitude float8)
      where not exists (select 1 from sites s where s.name = f.name)`,
    [rows]
  );
  await tx.query(
    `update sites s
        set region = f.region, latitude = f.latitude, longitude = f.longitude, origin = 'file', updated_at = now()
       from jsonb_to_recordset($1::jsonb) as f (name text, region text, latitude float8, longitude float8)
      where s.name = f.name
        and (s.region, s.latitude, s.longitude, s.origin) is distinct from (f.region, f.latitude, f.longitude, 'file')`,
    [rows]
  );
}

async function removeAbsent(tx: Queryable, devices: readonly Device[]): Promise<number> {
  const gone = await tx.query(
    `update devices set removed_at = now(), updated_at = now(), lease_owner = null, lease_until = null
      where origin = 'file' and removed_at is null and not (id = any ($1::text[]))
      returning id`,
    [devices.map((d) => d.id)]
  );
  return gone.length;
}

/** Sites that came from a file, left it, and have no device any more, not even one that left. */
async function dropUnusedSites(
  tx: Queryable,
  file: { devices: readonly Device[]; sites: readonly Site[] }
): Promise<void> {
  const named = [...file.sites.map((s) => s.name), ...file.devices.map((d) => d.site)];
  await tx.query(
    `delete from sites s
      where origin = 'file' and not (s.name = any ($1::text[]))
        and not exists (select 1 from devices d where d.site_id = s.id)`,
    [named]
  );
}

const FILE_ROWS = `
  select f.id, f.name, f.address, f.snmp_port, s.id as site_id,
         case when f.region = coalesce(s.region, '') then null else f.region end as region_override,
         f.type, f.role, f.auth, f.ping, f.enabled, coalesce(f.tier, 'standard') as tier
    from jsonb_to_recordset($1::jsonb) as f (
      id text, name text, address text, snmp_port int, site text, region text, type text, role text, auth text,
      ping boolean, enabled boolean, tier text)
    left join sites s on s.name = f.site`;

async function upsert(tx: Queryable, devices: readonly Device[]): Promise<{ added: number; updated: number }> {
  const rows = JSON.stringify(devices.map((d) => ({ ...d, snmp_port: d.snmpPort })));
  const updated = await tx.query(
    `update devices d
        set name = f.name, address = f.address, snmp_port = f.snmp_port, site_id = f.site_id,
            region_override = f.region_override, type = f.type, role = f.role, auth = f.auth, ping = f.ping,
            enabled = f.enabled, tier = f.tier, origin = 'file', removed_at = null, updated_at = now(),
            -- Another agent may answer there, or another credential open more: look at once.
            next_discovery_at = case
              when (d.address, d.snmp_port, d.auth, d.enabled, d.removed_at)
                   is distinct from (f.address, f.snmp_port, f.auth, f.enabled, null::timestamptz) then '-infinity'
              else d.next_discovery_at end
       from (${FILE_ROWS}) f
      where d.id = f.id
        and (d.name, d.address, d.snmp_port, d.site_id, d.region_override, d.type, d.role, d.auth, d.ping, d.enabled,
             d.tier, d.origin, d.removed_at)
            is distinct from
            (f.name, f.address, f.snmp_port, f.site_id, f.region_override, f.type, f.role, f.auth, f.ping, f.enabled,
             f.tier, 'file', null::timestamptz)
      returning d.id`,
    [rows]
  );
  const added = await tx.query(
    `insert into devices (id, name, address, snmp_port, site_id, region_override, type, role, auth, ping, enabled, tier, origin)
     select f.*, 'file' from (${FILE_ROWS}) f
      where not exists (select 1 from devices d where d.id = f.id)
     returning id`,
    [rows]
  );
  return { added: added.length, updated: updated.length };
}

async function refuseTaken(tx: Queryable): Promise<void> {
  const [taken] = await tx.query<{ file: string; api: string; what: string; value: string }>(
    `select f.id as file, a.id as api,
            case when f.name = a.name then 'name' else 'address' end as what,
            case when f.name = a.name then f.name else f.address || ' port ' || f.snmp_port end as value
       from devices f
       join devices a on a.origin = 'api' and a.removed_at is null
        and (a.name = f.name or (a.address = f.address and a.snmp_port = f.snmp_port))
      where f.origin = 'file' and f.removed_at is null
      order by f.id limit 1`
  );
  if (taken) {
    throw new DatabaseError(
      `device ${taken.file} of the file has the ${taken.what} ${taken.value}, which belongs to device ${taken.api} of the API; give one of them another ${taken.what}, or the one in the file the id ${taken.api}`
    );
  }
}
