import type { DeviceTier } from '../model/device';
import { SNMP_REASONS } from '../model/snmp-reason';
import type { Queryable } from './database';
import { Conditions, orderBy, pageOfIds, type Page, type PageRequest } from './list-query';

export const DEVICE_SORTS = [
  'name',
  'address',
  'site',
  'region',
  'type',
  'role',
  'vendor',
  'model',
  'discovery_result',
  'last_discovery_at',
  'created_at',
  'updated_at',
  'id',
] as const;
export type DeviceSort = (typeof DEVICE_SORTS)[number];

/** What discovery says of a device: `pending` before the first, `not_asked` without SNMP or while it is disabled. */
export const DISCOVERY_RESULTS = [...SNMP_REASONS, 'pending', 'not_asked'] as const;
export type DiscoveryResult = (typeof DISCOVERY_RESULTS)[number];
/** Of `devices` without an alias. */
export const DISCOVERY_RESULT = `case when not enabled or auth is null then 'not_asked' else coalesce(discovery_reason, 'pending') end`;

export interface DeviceFilters {
  /** Words, each a part of name, id, address, sysName, model, or of name or region of the site. */
  q?: string;
  site?: string;
  region?: string;
  type?: string;
  role?: string;
  /** In effect, as the next. */
  vendor?: string;
  /** The credential that it names, or that discovery found. */
  auth?: string;
  tag?: string;
  enabled?: boolean;
  origin?: 'file' | 'api';
  tier?: DeviceTier;
  bundle?: string;
  result?: DiscoveryResult;
  /** Whether one of its active interfaces is an uplink. */
  hasIsp?: boolean;
  ids?: readonly string[];
}

/** A device as the API shows it: the words in effect, and beside them what discovery and operators said. */
export interface DeviceRow {
  id: string;
  name: string;
  address: string;
  snmp_port: number;
  site: string;
  region: string;
  type: string;
  role: string;
  auth: string | null;
  /** Which credential answered, where `auth` is auto. */
  auth_found: string | null;
  ping: boolean;
  enabled: boolean;
  tier: DeviceTier;
  origin: 'file' | 'api';
  /** Name of the bundle that brought it. */
  bundle: string | null;
  vendor: string;
  model: string;
  /** Degrees, WGS 84: its own, else those of its site. */
  latitude: number | null;
  longitude: number | null;
  vendor_discovered: string;
  model_discovered: string;
  region_override: string | null;
  vendor_override: string | null;
  model_override: string | null;
  latitude_override: number | null;
  longitude_override: number | null;
  os_version: string;
  modules: string[];
  sys_name: string;
  sys_object_id: string;
  sys_descr: string;
  sys_location: string;
  discovery_result: DiscoveryResult;
  discovery_reason: string | null;
  discovery_detail: string;
  discovery_failures: number;
  last_discovery_at: Date | null;
  last_discovery_success_at: Date | null;
  /** Null when it is due at once. */
  next_discovery_at: Date | null;
  discovering: boolean;
  interfaces: number;
  isp_interfaces: number;
  tags: string[];
  notes: string;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS = `d.id, d.name, d.address, d.snmp_port, d.site, d.region, d.type, d.role, d.auth, d.auth_found, d.ping, d.enabled,
  d.tier, d.origin, d.bundle, d.vendor_in_effect as vendor, d.model_in_effect as model,
  d.latitude_in_effect as latitude, d.longitude_in_effect as longitude, d.vendor as vendor_discovered,
  d.model as model_discovered, d.region_override, d.vendor_override, d.model_override, d.latitude as latitude_override,
  d.longitude as longitude_override, d.os_version, d.modules, d.sys_name, d.sys_object_id, d.sys_descr, d.sys_location,
  ${DISCOVERY_RESULT} as discovery_result, d.discovery_reason, d.discovery_detail, d.discovery_failures,
  d.last_discovery_at, d.last_discovery_success_at,
  case when isfinite(d.next_discovery_at) then d.next_discovery_at end as next_discovery_at,
  d.lease_owner is not null as discovering, d.tags, d.notes, d.created_at, d.updated_at,
  (select count(*) from device_interfaces i where i.device_id = d.id and i.active) as interfaces,
  (select count(*) from interfaces_in_effect i
    where i.device_id = d.id and i.active and i.uplink_role = 'uplink') as isp_interfaces`;

/** Addresses as people expect them: 10.0.0.9 before 10.0.0.10, names after literals. */
const ORDER: Record<DeviceSort, string> = {
  name: 'lower(d.name)',
  address: `case when d.address ~ '^[0-9.]+$' or d.address ~ '^[0-9a-fA-F.]*:[0-9a-fA-F:.]*$' then d.address::inet end`,
  site: 'lower(d.site)',
  region: 'lower(d.region)',
  type: 'd.type',
  role: 'd.role',
  vendor: 'd.vendor_in_effect',
  model: 'd.model_in_effect',
  discovery_result: DISCOVERY_RESULT,
  last_discovery_at: 'd.last_discovery_at',
  created_at: 'd.created_at',
  updated_at: 'd.updated_at',
  id: 'd.id',
};

/** Conditions on `devices_in_effect d`. */
export const deviceConditions = (filters: DeviceFilters): Conditions =>
  new Conditions()
    .words(
      `d.search_text like search_form(?)
       or d.site_id in (select id from sites where search_text like search_form(?))`,
      filters.q
    )
    .add('d.site = ?', filters.site)
    .add('d.region = ?', filters.region)
    .add('d.type = ?', filters.type)
    .add('d.role = ?', filters.role)
    .add('d.vendor_in_effect = ?', filters.vendor)
    .add('(d.auth = ? or d.auth_in_effect = ?)', filters.auth)
    .add('? = any (d.tags)', filters.tag)
    .flag('d.enabled', filters.enabled)
    .add('d.origin = ?', filters.origin)
    .add('d.tier = ?', filters.tier)
    .add('d.bundle = ?', filters.bundle)
    .add(`${DISCOVERY_RESULT} = ?`, filters.result)
    .flag(
      `d.id in (select i.device_id from interfaces_in_effect i where i.active and i.type_in_effect = 'isp')`,
      filters.hasIsp
    )
    .add('d.id = any (?::text[])', filters.ids);

export async function listDevices(
  db: Queryable,
  filters: DeviceFilters,
  page: PageRequest<DeviceSort>
): Promise<Page<DeviceRow>> {
  const { where, params } = deviceConditions(filters);
  const { total, ids } = await pageOfIds<string>(
    db,
    {
      page: `select d.id from devices_in_effect d where ${where}
              order by ${orderBy(page.sort, ORDER, ['lower(d.name)', 'd.id'], ['name'])}`,
      count: `select count(*) as total from devices_in_effect d where ${where}`,
      params,
    },
    page
  );
  const items = await db.query<DeviceRow>(
    `select ${COLUMNS} from unnest($1::text[]) with ordinality as page (page_id, place)
       join devices_in_effect d on d.id = page.page_id order by page.place`,
    [ids]
  );
  return { total, items };
}

export async function getDevice(db: Queryable, id: string): Promise<DeviceRow | undefined> {
  return (await db.query<DeviceRow>(`select ${COLUMNS} from devices_in_effect d where d.id = $1`, [id]))[0];
}

/** Those of the ids that are devices. */
export const knownDevices = async (db: Queryable, ids: readonly string[]): Promise<Set<string>> =>
  new Set(
    (
      await db.query<{ id: string }>('select id from devices where id = any ($1::text[]) and removed_at is null', [ids])
    ).map((row) => row.id)
  );

/** How many of the devices that the filters leave, by what discovery says of them. */
export async function countByResult(
  db: Queryable,
  filters: DeviceFilters
): Promise<{ result: DiscoveryResult; devices: number }[]> {
  const { where, params } = deviceConditions(filters);
  return db.query(
    `select ${DISCOVERY_RESULT} as result, count(*) as devices from devices_in_effect d where ${where}
      group by 1 order by 2 desc, 1`,
    params
  );
}
