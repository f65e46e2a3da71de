import type { InterfaceType } from '../model/interface';
import type { Queryable } from './database';
import { Conditions, type Page, type PageRequest } from './list-query';

export const INTERFACE_SORTS = [
  'device',
  'if_name',
  'if_index',
  'interface_type',
  'isp_provider',
  'site',
  'region',
  'parser_confidence',
  'updated_at',
] as const;
export type InterfaceSort = (typeof INTERFACE_SORTS)[number];

export interface InterfaceFilters {
  /** Part of if_name, if_alias, if_descr, device name or address. */
  q?: string;
  deviceId?: string;
  site?: string;
  region?: string;
  /** Type of the device. */
  type?: string;
  interfaceType?: InterfaceType;
  provider?: string;
  critical?: boolean;
  /** False: those that are gone; true: those that are there; undefined: both. */
  active?: boolean;
}

/** An interface as the API shows it: words in effect, and beside them what discovery said and what operators said. */
export interface InterfaceRow {
  id: number;
  device_id: string;
  device_name: string;
  device_ip: string;
  site: string;
  region: string;
  if_name: string;
  weak_identity: boolean;
  if_index: number;
  if_descr: string;
  if_alias: string;
  if_type: number;
  interface_type: InterfaceType;
  isp_provider: string;
  is_critical: boolean;
  monitored: boolean;
  interface_type_discovered: InterfaceType;
  isp_provider_discovered: string;
  is_critical_discovered: boolean;
  parser_confidence: number;
  parser_source: string;
  parser_rule: string;
  interface_type_override: InterfaceType | null;
  isp_provider_override: string | null;
  is_critical_override: boolean | null;
  monitoring_enabled_override: boolean | null;
  speed_override: number | null;
  mtu: number | null;
  phys_address: string;
  admin_status_at_discovery: number | null;
  oper_status_at_discovery: number | null;
  speed_at_discovery: number | null;
  active: boolean;
  last_seen: Date | null;
  discovered_at: Date;
  updated_at: Date;
  tags: string[];
  notes: string;
}

const COLUMNS = `i.id, i.device_id, d.name as device_name, d.address as device_ip, d.site, d.region, i.if_name,
  i.weak_identity, i.if_index, i.if_descr, i.if_alias, i.if_type, i.type_in_effect as interface_type,
  i.provider_in_effect as isp_provider, i.critical_in_effect as is_critical, i.monitored_in_effect as monitored,
  i.interface_type as interface_type_discovered, i.isp_provider as isp_provider_discovered,
  i.is_critical as is_critical_discovered, i.parser_confidence, i.parser_source, i.parser_rule,
  i.interface_type_override, i.isp_provider_override, i.is_critical_override, i.monitoring_enabled_override,
  i.speed_override, i.mtu, i.phys_address, i.admin_status_at_discovery, i.oper_status_at_discovery,
  i.speed_at_discovery, i.active, coalesce(i.last_seen, d.last_discovery_success_at) as last_seen, i.discovered_at,
  i.updated_at, i.tags, i.notes`;
const FROM = 'interfaces_in_effect i join devices_in_effect d on d.id = i.device_id';

const ORDER: Record<InterfaceSort, string> = {
  device: 'lower(d.name)',
  if_name: 'i.if_name',
  if_index: 'i.if_index',
  interface_type: 'i.type_in_effect',
  isp_provider: 'i.provider_in_effect',
  site: 'lower(d.site)',
  region: 'lower(d.region)',
  parser_confidence: 'i.parser_confidence',
  updated_at: 'i.updated_at',
};

export async function listInterfaces(
  db: Queryable,
  filters: InterfaceFilters,
  page: PageRequest<InterfaceSort>
): Promise<Page<InterfaceRow>> {
  const c = new Conditions()
    .search(['i.if_name', 'i.if_alias', 'i.if_descr', 'd.name', 'd.address'], filters.q)
    .add('i.device_id = ?', filters.deviceId)
    .add('d.site = ?', filters.site)
    .add('d.region = ?', filters.region)
    .add('d.type = ?', filters.type)
    .add('i.type_in_effect = ?', filters.interfaceType)
    .add('i.provider_in_effect = ?', filters.provider)
    .add('i.critical_in_effect = ?', filters.critical)
    .add('i.active = ?', filters.active);
  const n = c.params.length;
  const items = await db.query<InterfaceRow>(
    `select ${COLUMNS} from ${FROM} where ${c.where}
      order by ${ORDER[page.sort]} ${page.descending ? 'desc' : 'asc'} nulls last, lower(d.name), i.if_index, i.id
      limit $${n + 1} offset $${n + 2}`,
    [...c.params, page.limit, page.offset]
  );
  const [count] = await db.query<{ total: number }>(`select count(*) as total from ${FROM} where ${c.where}`, c.params);
  return { total: count?.total ?? 0, items };
}

export async function getInterface(db: Queryable, id: number): Promise<InterfaceRow | undefined> {
  return (await db.query<InterfaceRow>(`select ${COLUMNS} from ${FROM} where i.id = $1`, [id]))[0];
}

export interface InterfaceChange {
  changed_at: Date;
  field: string;
  old_value: string;
  new_value: string;
}

/** The newest changes of an interface, newest first. */
export const interfaceChanges = (db: Queryable, id: number, limit = 100): Promise<InterfaceChange[]> =>
  db.query<InterfaceChange>(
    `select changed_at, field, old_value, new_value from interface_changes
      where interface_id = $1 order by changed_at desc, id desc limit $2`,
    [id, limit]
  );

/** Active interfaces by type in effect, for the sidecar's own metrics. */
export const countInterfacesByType = (
  db: Queryable
): Promise<{ interface_type: InterfaceType; interfaces: number }[]> =>
  db.query(
    `select i.type_in_effect as interface_type, count(*) as interfaces
       from ${FROM} where i.active group by 1`
  );

/** Devices by the outcome of their last discovery; `pending` before the first, `not_asked` without SNMP or disabled. */
export const countDevicesByResult = (db: Queryable): Promise<{ result: string; devices: number }[]> =>
  db.query(
    `select case when not enabled or auth is null then 'not_asked' else coalesce(discovery_reason, 'pending') end as result,
            count(*) as devices
       from devices where removed_at is null group by 1`
  );
