import type { Bundle, BundleDevice } from '../config/bundle';
import type { Caller } from '../model/caller';
import { writeAudit, type AuditEntry } from './audit';
import type { Database, Queryable } from './database';
import { lockForWriting } from './revision';

/** What is in the inventory of a bundle. */
export interface BundleState {
  name: string;
  devices: number;
  sites: number;
}

export interface LoadOptions {
  /** Loads it into an inventory in production too. */
  force: boolean;
  /** Why this is production, as far as the database does not know; undefined: it is not. */
  production?: string | undefined;
}

export interface LoadResult {
  /** Ids of devices and names of sites that were added; both empty: nothing was written. */
  devicesAdded: string[];
  sitesAdded: string[];
  /** Devices that were there from an earlier load, left as they were. */
  devicesKept: number;
}

/** A bundle that is not loaded: nothing was written. */
export class BundleRefused extends Error {
  override readonly name = 'BundleRefused';

  constructor(
    readonly reason: 'production' | 'taken',
    message: string,
    /** What is in the way, one a device; empty for `production`. */
    readonly findings: readonly string[] = []
  ) {
    super(message);
  }
}

/** Rows that a bundle brought and that nobody took over since: a device of the configuration file is the file's. */
export const OF_BUNDLE = `bundle = $1 and origin = 'api'`;

/** Every bundle of which something is in the inventory, by name. */
export const loadedBundles = (db: Queryable): Promise<BundleState[]> =>
  db.query<BundleState>(
    `select bundle as name, sum(devices) as devices, sum(sites) as sites
       from (select bundle, 1 as devices, 0 as sites from devices
              where bundle is not null and origin = 'api' and removed_at is null
             union all
             select bundle, 0, 1 from sites where bundle is not null and origin = 'api') of_bundles
      group by bundle order by bundle collate "C"`
  );

/**
 * Adds those devices of a bundle that are not in the inventory, and their sites. What is there of it already stays as it
 * is, so that a second load writes nothing. Interfaces are left to discovery: what a bundle promises of them is not known.
 *
 * @throws BundleRefused in production without force, and when an id, name or address belongs to another device
 */
export async function addBundle(
  db: Database,
  caller: Caller,
  bundle: Bundle,
  { force, production }: LoadOptions
): Promise<LoadResult> {
  return db.transaction(async (tx) => {
    await lockForWriting(tx);
    if (!force) {
      await refuseProduction(tx, bundle, production);
    }
    const { wanted, kept } = await missingDevices(tx, bundle);
    await refuseTaken(tx, bundle, wanted);
    const sitesAdded = await addSites(tx, bundle);
    const devicesAdded = wanted.length === 0 ? [] : await addDevices(tx, bundle.name, wanted);
    if (devicesAdded.length + sitesAdded.length > 0) {
      await writeAudit(tx, caller, [
        created('bundle', bundle.name, { devices: devicesAdded.length, sites: sitesAdded.length, forced: force }),
        ...sitesAdded.map((name) => created('site', name, { name, bundle: bundle.name })),
        ...wanted.map((d) => created('device', d.id, { ...shown(d), bundle: bundle.name })),
      ]);
    }
    return { devicesAdded, sitesAdded, devicesKept: kept };
  });
}

const created = (entity: 'bundle' | 'site' | 'device', entityId: string, after: AuditEntry['after']): AuditEntry => ({
  action: 'create',
  entity,
  entityId,
  before: null,
  after,
});

const shown = ({ name, address, snmpPort, site, type, role, auth, tags }: BundleDevice) => ({
  name,
  address,
  snmp_port: snmpPort,
  site,
  type,
  role,
  auth,
  tags,
});

async function refuseProduction(tx: Queryable, bundle: Bundle, production: string | undefined): Promise<void> {
  const own = await tx.query<{ name: string; total: number }>(
    `select name, count(*) over () as total from devices
      where removed_at is null and (bundle is null or origin = 'file') order by created_at, id limit 3`
  );
  const total = own[0]?.total ?? 0;
  const devices = `the inventory holds ${total} device${total === 1 ? '' : 's'} of its own (${own
    .map(({ name }) => name)
    .join(', ')}${total > own.length ? ', …' : ''})`;
  const why = [...(production === undefined ? [] : [production]), ...(total > 0 ? [devices] : [])];
  if (why.length > 0) {
    throw new BundleRefused(
      'production',
      `Bundle ${bundle.name} is not loaded into an inventory in production: ${why.join(', and ')}. Load it by force if it belongs there.`
    );
  }
}

/** Devices that left the inventory are free to be taken over, whosever they were: they come back as the bundle's. */
async function missingDevices(tx: Queryable, bundle: Bundle): Promise<{ wanted: BundleDevice[]; kept: number }> {
  const there = await tx.query<{ id: string }>(
    `select id from devices where ${OF_BUNDLE} and removed_at is null and id = any ($2::text[])`,
    [bundle.name, bundle.devices.map(({ id }) => id)]
  );
  const known = new Set(there.map(({ id }) => id));
  return { wanted: bundle.devices.filter(({ id }) => !known.has(id)), kept: known.size };
}

async function refuseTaken(tx: Queryable, bundle: Bundle, wanted: readonly BundleDevice[]): Promise<void> {
  const taken = await tx.query<{ wanted: string; what: string; value: string; id: string; name: string }>(
    `select w.name as wanted, d.id, d.name,
            case when d.id = w.id then 'id' when d.name = w.name then 'name' else 'address' end as what,
            case when d.id = w.id then w.id when d.name = w.name then w.name
                 else w.address || ' port ' || w.snmp_port end as value
       from jsonb_to_recordset($1::jsonb) as w (id text, name text, address text, snmp_port int)
       join devices d on d.removed_at is null
        and (d.id = w.id or d.name = w.name or (d.address = w.address and d.snmp_port = w.snmp_port))
      order by w.id collate "C", d.id collate "C"`,
    [rows(wanted)]
  );
  if (taken.length > 0) {
    const findings = taken.map(
      ({ wanted: device, what, value, id, name }) =>
        `device ${device} of the bundle has the ${what} ${value}, which belongs to device ${name} (${id})`
    );
    throw new BundleRefused(
      'taken',
      `Bundle ${bundle.name} is not loaded: ${findings[0]}${findings.length > 1 ? `, and ${findings.length - 1} more are in the way` : ''}.`,
      findings
    );
  }
}

/** Sites that people have under the same name stay as they are, and theirs. */
async function addSites(tx: Queryable, bundle: Bundle): Promise<string[]> {
  const there = await tx.query<{ name: string }>('select name from sites where name = any ($1::text[])', [
    bundle.sites.map(({ name }) => name),
  ]);
  const known = new Set(there.map(({ name }) => name));
  const missing = bundle.sites.filter(({ name }) => !known.has(name));
  if (missing.length > 0) {
    await tx.query(
      `insert into sites (name, region, latitude, longitude, origin, bundle)
       select name, region, latitude, longitude, 'api', $2
         from jsonb_to_recordset($1::jsonb) as w (name text, region text, latitude float8, longitude float8)`,
      [JSON.stringify(missing), bundle.name]
    );
  }
  return missing.map(({ name }) => name).sort();
}

async function addDevices(tx: Queryable, bundle: string, wanted: readonly BundleDevice[]): Promise<string[]> {
  const added = await tx.query<{ id: string }>(
    `insert into devices as d (id, name, address, snmp_port, site_id, type, role, auth, ping, tags, origin, bundle)
     select w.id, w.name, w.address, w.snmp_port, s.id, w.type, w.role, w.auth, w.ping,
            array (select jsonb_array_elements_text(w.tags)), 'api', $2
       from jsonb_to_recordset($1::jsonb) as w (
              id text, name text, address text, snmp_port int, site text, type text, role text, auth text,
              ping boolean, tags jsonb)
       join sites s on s.name = w.site
     on conflict (id) do update
        set name = excluded.name, address = excluded.address, snmp_port = excluded.snmp_port,
            site_id = excluded.site_id, region_override = null, type = excluded.type, role = excluded.role,
            auth = excluded.auth, ping = excluded.ping, enabled = true, tier = 'standard', tags = excluded.tags,
            origin = 'api', bundle = excluded.bundle, removed_at = null, next_discovery_at = '-infinity',
            updated_at = now()
      where d.removed_at is not null
     returning d.id`,
    [rows(wanted), bundle]
  );
  return added.map(({ id }) => id).sort();
}

const rows = (devices: readonly BundleDevice[]): string =>
  JSON.stringify(devices.map((d) => ({ ...shown(d), id: d.id, ping: d.ping })));
