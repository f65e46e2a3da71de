import type { DeviceTier } from '../model/device';
import type { Queryable } from './database';
import { Conditions, type Page, type PageRequest } from './list-query';

export const DEVICE_SORTS = ['name', 'address', 'site', 'region', 'type', 'vendor', 'last_discovery_at', 'id'] as const;
export type DeviceSort = (typeof DEVICE_SORTS)[number];

export interface DeviceFilters {
  /** Part of name, id, address, site, sysName or model. */
  q?: string;
  site?: string;
  region?: string;
  type?: string;
  vendor?: string;
  enabled?: boolean;
}

/** A device as the API shows it. */
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
  ping: boolean;
  enabled: boolean;
  tier: DeviceTier;
  origin: 'file' | 'api';
  vendor: string;
  model: string;
  os_version: string;
  sys_name: string;
  sys_object_id: string;
  sys_descr: string;
  sys_location: string;
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

const COLUMNS = `d.id, d.name, d.address, d.snmp_port, d.site, d.region, d.type, d.role, d.auth, d.ping, d.enabled, d.tier, d.origin,
  d.vendor, d.model, d.os_version, d.sys_name, d.sys_object_id, d.sys_descr, d.sys_location, d.discovery_reason,
  d.discovery_detail, d.discovery_failures, d.last_discovery_at, d.last_discovery_success_at,
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
  vendor: 'd.vendor',
  last_discovery_at: 'd.last_discovery_at',
  id: 'd.id',
};

export async function listDevices(
  db: Queryable,
  filters: DeviceFilters,
  page: PageRequest<DeviceSort>
): Promise<Page<DeviceRow>> {
  const c = new Conditions()
    .search(['d.name', 'd.id', 'd.address', 'd.site', 'd.sys_name', 'd.model'], filters.q)
    .add('d.site = ?', filters.site)
    .add('d.region = ?', filters.region)
    .add('d.type = ?', filters.type)
    .add('d.vendor = ?', filters.vendor)
    .add('d.enabled = ?', filters.enabled);
  const n = c.params.length;
  const items = await db.query<DeviceRow>(
    `select ${COLUMNS} from devices_in_effect d where ${c.where}
      order by ${ORDER[page.sort]} ${page.descending ? 'desc' : 'asc'} nulls last, d.id
      limit $${n + 1} offset $${n + 2}`,
    [...c.params, page.limit, page.offset]
  );
  const [count] = await db.query<{ total: number }>(
    `select count(*) as total from devices_in_effect d where ${c.where}`,
    c.params
  );
  return { total: count?.total ?? 0, items };
}

export async function getDevice(db: Queryable, id: string): Promise<DeviceRow | undefined> {
  return (await db.query<DeviceRow>(`select ${COLUMNS} from devices_in_effect d where d.id = $1`, [id]))[0];
}

export interface SiteRow {
  id: number;
  name: string;
  region: string;
  latitude: number | null;
  longitude: number | null;
  origin: 'file' | 'api';
  devices: number;
  isp_interfaces: number;
}

/** Every site with the number of its devices and uplinks, by name. */
export const listSites = (db: Queryable): Promise<SiteRow[]> =>
  db.query<SiteRow>(
    `select s.id, s.name, s.region, s.latitude, s.longitude, s.origin,
            (select count(*) from devices d where d.site_id = s.id and d.removed_at is null) as devices,
            (select count(*) from interfaces_in_effect i join devices d on d.id = i.device_id
              where d.site_id = s.id and d.removed_at is null and i.active and i.uplink_role = 'uplink') as isp_interfaces
       from sites s order by lower(s.name)`
  );
