import type { DeviceTier } from '../model/device';
import type { Queryable } from './database';
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
/** Where a word stands under another name. */
export const COLUMN: Partial<Record<keyof DeviceWords, string>> = {
  site: 'site_id',
  region: 'region_override',
  vendor: 'vendor_override',
  model: 'model_override',
};

export interface StoredDevice extends DeviceWords {
  id: string;
  siteId: number | null;
  origin: 'file' | 'api';
  removed: boolean;
}

const STORED = `select d.id, d.site_id as "siteId", d.origin, d.removed_at is not null as removed, d.name, d.address, d.snmp_port,
    coalesce(s.name, '') as site, d.region_override as region, d.type, d.role, d.auth, d.ping, d.enabled, d.tier,
    d.vendor_override as vendor, d.model_override as model, d.latitude, d.longitude, d.tags, d.notes
  from devices d left join sites s on s.id = d.site_id`;

export const wordsOf = ({
  id: _id,
  siteId: _site,
  origin: _origin,
  removed: _gone,
  ...words
}: StoredDevice): DeviceWords => words;

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

/** A device with what was said of it, also one that was deleted. */
export const storedDevice = async (tx: Queryable, id: string): Promise<StoredDevice | undefined> =>
  (await tx.query<StoredDevice>(`${STORED} where d.id = $1`, [id]))[0];
