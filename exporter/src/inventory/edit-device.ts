import { isIP } from 'node:net';
import { deviceId } from '../config/device-id';
import type { Caller } from '../model/caller';
import type { DeviceTier } from '../model/device';
import { writeAudit } from './audit';
import type { Database, Queryable } from './database';
import { siteNamed } from './edit-site';
import { changesOf, editing, EditRefused, refuseOtherVersion, setColumns, type Editor } from './edits';
import type { DeviceRow } from './list-devices';

/** What operators say of a device. */
export interface DeviceWords {
  name: string;
  /** IP literal or DNS name. */
  address: string;
  snmp_port: number;
  /** Name of its site; empty: none. */
  site: string;
  /** Only where it differs from the site's; null: the site's. */
  region: string | null;
  type: string;
  role: string;
  /** Name of an entry under auths:, or auto; null: pinged only. */
  auth: string | null;
  ping: boolean;
  enabled: boolean;
  tier: DeviceTier;
  /** Null: what discovery reads; as the next. */
  vendor: string | null;
  model: string | null;
  /** Degrees, WGS 84, both or neither; null: where its site is. */
  latitude: number | null;
  longitude: number | null;
  tags: string[];
  notes: string;
}
export type NewDevice = Partial<DeviceWords> & Pick<DeviceWords, 'name' | 'address'> & { id?: string | undefined };

export const NEW_DEVICE: Omit<DeviceWords, 'name' | 'address'> = {
  snmp_port: 161,
  site: '',
  region: null,
  type: '',
  role: '',
  auth: null,
  ping: true,
  enabled: true,
  tier: 'standard',
  vendor: null,
  model: null,
  latitude: null,
  longitude: null,
  tags: [],
  notes: '',
};
/** What people said beside the record proper: a device that comes back keeps it unless told otherwise. */
export const KEPT = ['vendor', 'model', 'latitude', 'longitude', 'tags', 'notes'] as const;
/** What the configuration file says of its devices. */
export const OF_FILE: readonly (keyof DeviceWords)[] = [
  'name',
  'address',
  'snmp_port',
  'site',
  'region',
  'type',
  'role',
  'auth',
  'ping',
  'enabled',
  'tier',
];
/** Another agent may answer there, or another credential open more. */
export const WORTH_A_LOOK: readonly (keyof DeviceWords)[] = ['address', 'snmp_port', 'auth', 'enabled'];
const COLUMN: Partial<Record<keyof DeviceWords, string>> = {
  site: 'site_id',
  region: 'region_override',
  vendor: 'vendor_override',
  model: 'model_override',
};

interface StoredDevice extends DeviceWords {
  id: string;
  siteId: number | null;
  origin: 'file' | 'api';
  removed: boolean;
}

const SELECT = `select d.id, d.site_id as "siteId", d.origin, d.removed_at is not null as removed, d.name, d.address, d.snmp_port,
    coalesce(s.name, '') as site, d.region_override as region, d.type, d.role, d.auth, d.ping, d.enabled, d.tier,
    d.vendor_override as vendor, d.model_override as model, d.latitude, d.longitude, d.tags, d.notes
  from devices d left join sites s on s.id = d.site_id`;

const wordsOf = ({ id: _id, siteId: _site, origin: _origin, removed: _gone, ...words }: StoredDevice): DeviceWords =>
  words;

/** The words of a device as lists show it, as versions tell them apart. */
export const wordsOfDevice = (d: DeviceRow): DeviceWords => ({
  name: d.name,
  address: d.address,
  snmp_port: d.snmp_port,
  site: d.site,
  region: d.region_override,
  type: d.type,
  role: d.role,
  auth: d.auth,
  ping: d.ping,
  enabled: d.enabled,
  tier: d.tier,
  vendor: d.vendor_override,
  model: d.model_override,
  latitude: d.latitude_override,
  longitude: d.longitude_override,
  tags: d.tags,
  notes: d.notes,
});

/**
 * Adds a device, due for discovery at once; its id. A device that was deleted comes back under its id or name, with its
 * interfaces and what people said of them.
 *
 * @throws EditRefused (taken)
 */
export const createDevice = (db: Database, caller: Caller, device: NewDevice): Promise<string> =>
  editing(db, (tx) => insertDevice(tx, caller, device));

/** The same inside a transaction that holds lockForWriting. */
export async function insertDevice(tx: Queryable, caller: Caller, device: NewDevice): Promise<string> {
  const { id: wantedId, ...given } = device;
  const id = wantedId ?? (await freeId(tx, given));
  const [there] = await tx.query<StoredDevice>(`${SELECT} where d.id = $1`, [id]);
  if (there && !there.removed) {
    throw new EditRefused('taken', `The id ${id} belongs to device ${there.name}.`);
  }
  const kept = there && Object.fromEntries(KEPT.map((field) => [field, there[field]]));
  const words: DeviceWords = { ...NEW_DEVICE, ...kept, ...defined(given) };
  await refuseTaken(tx, id, words);
  const siteId = await siteNamed(tx, caller, words.site, words.region ?? '');
  words.region = await ownRegion(tx, siteId, words.region);
  await tx.query(
    `insert into devices as d (id, name, address, snmp_port, site_id, region_override, type, role, auth, ping, enabled,
       tier, vendor_override, model_override, latitude, longitude, tags, notes, origin)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 'api')
     on conflict (id) do update
       set name = excluded.name, address = excluded.address, snmp_port = excluded.snmp_port,
           site_id = excluded.site_id, region_override = excluded.region_override, type = excluded.type,
           role = excluded.role, auth = excluded.auth, ping = excluded.ping, enabled = excluded.enabled,
           tier = excluded.tier, vendor_override = excluded.vendor_override, model_override = excluded.model_override,
           latitude = excluded.latitude, longitude = excluded.longitude, tags = excluded.tags, notes = excluded.notes,
           origin = 'api', bundle = null, removed_at = null, updated_at = now(), next_discovery_at = '-infinity',
           next_full_walk_at = '-infinity', auth_found = null`,
    [
      id,
      words.name,
      words.address,
      words.snmp_port,
      siteId,
      words.region,
      words.type,
      words.role,
      words.auth,
      words.ping,
      words.enabled,
      words.tier,
      words.vendor,
      words.model,
      words.latitude,
      words.longitude,
      words.tags,
      words.notes,
    ]
  );
  await writeAudit(tx, caller, [
    { action: 'create', entity: 'device', entityId: id, before: null, after: { ...words } },
  ]);
  return id;
}

/**
 * Changes what `wanted` says; a patch that changes nothing writes nothing.
 *
 * @throws EditRefused (not_found, changed_meanwhile, belongs_to_file, taken)
 */
export const patchDevice = (db: Database, id: string, wanted: Partial<DeviceWords>, editor: Editor): Promise<void> =>
  editing(db, async (tx) => {
    const device = await storedDevice(tx, id);
    const words = wordsOf(device);
    refuseOtherVersion(`Device ${id}`, words, editor.versions);
    const moved = wanted.site !== undefined && wanted.site !== words.site;
    const siteId = moved ? await siteNamed(tx, editor.caller, wanted.site ?? '', wanted.region ?? '') : device.siteId;
    const meant = { ...wanted };
    if (wanted.region !== undefined) {
      meant.region = await ownRegion(tx, siteId, wanted.region);
    }
    const changes = changesOf(words, meant);
    if (!changes) {
      return;
    }
    const { before, after } = changes;
    const ofFile = OF_FILE.filter((field) => field in after);
    if (device.origin === 'file' && ofFile.length > 0) {
      throw new EditRefused(
        'belongs_to_file',
        `Device ${id} comes from the configuration file, which alone says its ${ofFile.join(', ')}; change it there.`
      );
    }
    await refuseTaken(tx, id, { ...words, ...after });
    const columns = Object.entries({ ...after, ...(moved ? { site: siteId } : {}) });
    await setColumns(
      tx,
      'devices',
      { column: 'id', value: id },
      Object.fromEntries(columns.map(([field, value]) => [COLUMN[field as keyof DeviceWords] ?? field, value]))
    );
    if (WORTH_A_LOOK.some((field) => field in after)) {
      await tx.query(
        `update devices
            set next_discovery_at = '-infinity', next_full_walk_at = '-infinity', rediscover = lease_owner is not null
          where id = $1`,
        [id]
      );
    }
    if (after.auth !== undefined) {
      await tx.query('update devices set auth_found = null where id = $1 and auth_found is not null', [id]);
    }
    await writeAudit(tx, editor.caller, [{ action: 'update', entity: 'device', entityId: id, before, after }]);
  });

/**
 * Takes a device out; its interfaces and what people said of them stay for the case that it comes back.
 *
 * @throws EditRefused (not_found, changed_meanwhile, belongs_to_file)
 */
export const deleteDevice = (db: Database, id: string, editor: Editor): Promise<void> =>
  editing(db, async (tx) => {
    const device = await storedDevice(tx, id);
    refuseOtherVersion(`Device ${id}`, wordsOf(device), editor.versions);
    if (device.origin === 'file') {
      throw new EditRefused(
        'belongs_to_file',
        `Device ${id} comes from the configuration file; take it out there, or set enabled: false.`
      );
    }
    await tx.query(
      `update devices set removed_at = now(), updated_at = now(), lease_owner = null, lease_until = null where id = $1`,
      [id]
    );
    await writeAudit(tx, editor.caller, [
      { action: 'delete', entity: 'device', entityId: id, before: { ...wordsOf(device) }, after: null },
    ]);
  });

async function storedDevice(tx: Queryable, id: string): Promise<StoredDevice> {
  const [device] = await tx.query<StoredDevice>(`${SELECT} where d.id = $1 and d.removed_at is null`, [id]);
  if (!device) {
    throw new EditRefused('not_found', `There is no device ${id}; ids are in /api/v1/devices.`);
  }
  return device;
}

const defined = <T extends object>(given: T): Partial<T> & T =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T> & T;

/** The id that the configuration file would give it, with a number behind where another device has that. */
async function freeId(tx: Queryable, { name, address }: Pick<DeviceWords, 'name' | 'address'>): Promise<string> {
  const base = deviceId(name) || deviceId(address);
  const rows = await tx.query<{ id: string }>(
    `select id from devices where removed_at is null and (id = $1 or starts_with(id, $1::text || '-'))`,
    [base]
  );
  const taken = new Set(rows.map((row) => row.id));
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(id)) {
      return id;
    }
  }
}

/** Null where the region is the site's anyway. */
async function ownRegion(tx: Queryable, siteId: number | null, region: string | null): Promise<string | null> {
  if (region === null) {
    return null;
  }
  const [site] = await tx.query<{ region: string }>('select region from sites where id = $1', [siteId]);
  return region === (site?.region ?? '') ? null : region;
}

/** @throws EditRefused naming the device that has the name, or the address in whatever spelling */
async function refuseTaken(
  tx: Queryable,
  id: string,
  { name, address, snmp_port }: Pick<DeviceWords, 'name' | 'address' | 'snmp_port'>
): Promise<void> {
  const [other] = await tx.query<{ id: string; name: string; address: string }>(
    `select id, name, address from devices
      where removed_at is null and id <> $1
        and (name = $2 or snmp_port = $4 and case
               when $5::boolean and address ~ '^[0-9a-fA-F.]*:[0-9a-fA-F:.]*$' then address::inet = $3::text::inet
               else lower(address) = lower($3::text) end)
      order by name = $2 desc limit 1`,
    [id, name, address, snmp_port, isIP(address) === 6]
  );
  if (other) {
    const what = other.name === name ? `name ${name}` : `address ${address} port ${snmp_port}`;
    throw new EditRefused('taken', `The ${what} belongs to device ${other.id} (${other.name}).`);
  }
}
