import { deviceId } from '../config/device-id';
import type { Caller } from '../model/caller';
import { writeAudit } from './audit';
import type { Database, Queryable } from './database';
import { refuseTaken } from './device-taken';
import { KEPT, NEW_DEVICE, storedDevice, type DeviceWords, type NewDevice } from './device-words';
import { ownRegion, siteNamed } from './edit-site';
import { editing, EditRefused } from './edits';

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
  const there = await storedDevice(tx, id);
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
           next_full_walk_at = '-infinity', auth_found = null, discovery_reason = null, discovery_detail = '',
           discovery_failures = 0`,
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

/** What was said, without what was left open. */
const defined = <T extends object>(given: T): Partial<T> & T =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T> & T;
