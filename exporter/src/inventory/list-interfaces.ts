import type { InterfaceType } from '../model/interface';
import { UPLINK_ROLES, type UplinkRole } from '../model/uplink-role';
import type { Queryable } from './database';
import { Conditions, orderBy, pageOfIds, type Page, type PageRequest } from './list-query';

export const INTERFACE_SORTS = [
  'device',
  'if_name',
  'if_index',
  'if_alias',
  'interface_type',
  'isp_provider',
  'site',
  'region',
  'speed',
  'parser_confidence',
  'updated_at',
  'id',
] as const;
export type InterfaceSort = (typeof INTERFACE_SORTS)[number];

export interface InterfaceFilters {
  /** Words, each a part of if_name, if_alias, if_descr, MAC address, provider, or of what finds its device. */
  q?: string;
  deviceId?: string;
  deviceIds?: readonly string[];
  site?: string;
  region?: string;
  /** Type of the device. */
  type?: string;
  interfaceTypes?: readonly InterfaceType[];
  provider?: string;
  critical?: boolean;
  /** False: those that are gone; true: those that are there; undefined: both. */
  active?: boolean;
  monitored?: boolean;
  uplinkRole?: UplinkRole;
  /** Whether an operator said something that wins over discovery. */
  overridden?: boolean;
  tag?: string;
  minConfidence?: number;
  maxConfidence?: number;
  /** IF-MIB numbers as the last walk saw them, never what is true now. */
  adminStatus?: number;
  operStatus?: number;
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
  uplink_role: UplinkRole;
  /** if_name of the interface that carries it; empty: none. */
  parent_if_name: string;
  parent_source: '' | 'stack' | 'name';
  /** Contracted bit/s: its own, else its provider's. */
  bandwidth_in: number | null;
  bandwidth_out: number | null;
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
  /** bit/s, as all speeds. */
  speed_override: number | null;
  bandwidth_in_override: number | null;
  bandwidth_out_override: number | null;
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
  i.uplink_role, i.parent_if_name, i.parent_source, coalesce(i.bandwidth_in, p.bandwidth_in) as bandwidth_in,
  coalesce(i.bandwidth_out, p.bandwidth_out) as bandwidth_out, i.interface_type as interface_type_discovered,
  i.isp_provider as isp_provider_discovered, i.is_critical as is_critical_discovered, i.parser_confidence,
  i.parser_source, i.parser_rule, i.interface_type_override, i.isp_provider_override, i.is_critical_override,
  i.monitoring_enabled_override, i.speed_override, i.bandwidth_in as bandwidth_in_override,
  i.bandwidth_out as bandwidth_out_override, i.mtu, i.phys_address, i.admin_status_at_discovery,
  i.oper_status_at_discovery, i.speed_at_discovery, i.active,
  coalesce(i.last_seen, d.last_discovery_success_at) as last_seen, i.discovered_at, i.updated_at, i.tags, i.notes`;
/** Operators' words that win over discovery. */
const OVERRIDES = `interface_type_override, isp_provider_override, is_critical_override, monitoring_enabled_override,
  speed_override, bandwidth_in, bandwidth_out`
  .split(/,\s*/)
  .map((column) => `i.${column}`);
const FROM = 'interfaces_in_effect i join devices_in_effect d on d.id = i.device_id';
/** The same interfaces, counted in half the time. */
const WITHOUT_DEVICES = `(
  select * from interfaces_in_effect where device_id not in (select id from devices where removed_at is not null)) i`;
/** Whether a filter looks at the device. */
const aboutDevices = ({ site, region, type }: InterfaceFilters) =>
  [site, region, type].some((value) => value !== undefined);
const SHOWN_FROM = `${FROM} left join providers p on p.name = i.provider_in_effect`;

const ORDER: Record<InterfaceSort, string> = {
  device: 'lower(d.name)',
  if_name: 'i.if_name',
  if_index: 'i.if_index',
  if_alias: 'i.if_alias',
  interface_type: 'i.type_in_effect',
  isp_provider: 'i.provider_in_effect',
  site: 'lower(d.site)',
  region: 'lower(d.region)',
  speed: 'coalesce(i.speed_override, i.speed_at_discovery)',
  parser_confidence: 'i.parser_confidence',
  updated_at: 'i.updated_at',
  id: 'i.id',
};

/**
 * Named by what it is not: of "uplink_role = …" the planner expects one row, and then reads all devices for each of the
 * thousands that there are.
 */
const otherRoles = (role: UplinkRole | undefined) =>
  role === undefined ? undefined : ['', ...UPLINK_ROLES].filter((other) => other !== role);

/** Conditions on `interfaces_in_effect i join devices_in_effect d`. */
export const interfaceConditions = (filters: InterfaceFilters): Conditions =>
  new Conditions()
    .words(
      `i.search_text like search_form(?) or i.device_id in (
         select f.id from devices f
          where f.search_text like search_form(?)
             or f.site_id in (select id from sites where search_text like search_form(?)))`,
      filters.q
    )
    .add('i.device_id = ?', filters.deviceId)
    .add('i.device_id = any (?::text[])', filters.deviceIds)
    .add('d.site = ?', filters.site)
    .add('d.region = ?', filters.region)
    .add('d.type = ?', filters.type)
    .add('i.type_in_effect = any (?::text[])', filters.interfaceTypes)
    .add('i.provider_in_effect = ?', filters.provider)
    // Goes without saying, but an index must be told.
    .flag(`i.type_in_effect = 'isp'`, filters.provider || filters.uplinkRole ? true : undefined)
    .flag('i.critical_in_effect', filters.critical)
    .flag('i.active', filters.active)
    .flag('i.monitored_in_effect', filters.monitored)
    .add('i.uplink_role <> all (?::text[])', otherRoles(filters.uplinkRole))
    .flag(`num_nonnulls(${OVERRIDES.join(', ')}) > 0`, filters.overridden)
    .add('? = any (i.tags)', filters.tag)
    .add('i.parser_confidence >= ?', filters.minConfidence)
    .add('i.parser_confidence <= ?', filters.maxConfidence)
    .add('i.admin_status_at_discovery = ?', filters.adminStatus)
    .add('i.oper_status_at_discovery = ?', filters.operStatus);

export async function listInterfaces(
  db: Queryable,
  filters: InterfaceFilters,
  page: PageRequest<InterfaceSort>
): Promise<Page<InterfaceRow>> {
  const { where, params } = interfaceConditions(filters);
  const order = orderBy(page.sort, ORDER, ['lower(d.name)', 'd.id', 'i.if_index', 'i.id'], ['device']);
  // Looking into every text is what costs, so that a search counts as it goes; else the planner reads devices by name
  // until the page is full, and a count has an index.
  const counted = filters.q === undefined ? '' : ', count(*) over () as total';
  const { total, ids } = await pageOfIds<number>(
    db,
    {
      page: `select i.id${counted} from ${FROM} where ${where} order by ${order}`,
      count: `select count(*) as total from ${aboutDevices(filters) ? FROM : WITHOUT_DEVICES} where ${where}`,
      params,
    },
    page
  );
  const items = await db.query<InterfaceRow>(
    `select ${COLUMNS} from ${SHOWN_FROM}
       join unnest($1::bigint[]) with ordinality as page (page_id, place) on page.page_id = i.id
      order by page.place`,
    [ids]
  );
  return { total, items };
}

export async function getInterface(db: Queryable, id: number): Promise<InterfaceRow | undefined> {
  return (await db.query<InterfaceRow>(`select ${COLUMNS} from ${SHOWN_FROM} where i.id = $1`, [id]))[0];
}

export interface InterfaceChange {
  changed_at: Date;
  field: string;
  old_value: string;
  new_value: string;
}

/** Changes of an interface, newest first. */
export const interfaceChanges = (db: Queryable, id: number, limit = 100, offset = 0): Promise<InterfaceChange[]> =>
  db.query<InterfaceChange>(
    `select changed_at, field, old_value, new_value from interface_changes
      where interface_id = $1 order by changed_at desc, id desc limit $2 offset $3`,
    [id, limit, offset]
  );

export async function countInterfaceChanges(db: Queryable, id: number): Promise<number> {
  const [row] = await db.query<{ changes: number }>(
    'select count(*) as changes from interface_changes where interface_id = $1',
    [id]
  );
  return row?.changes ?? 0;
}

/** Active interfaces by type in effect, for the sidecar's own metrics. */
export const countInterfacesByType = (
  db: Queryable
): Promise<{ interface_type: InterfaceType; interfaces: number }[]> =>
  db.query(
    `select i.type_in_effect as interface_type, count(*) as interfaces
       from ${FROM} where i.active group by 1`
  );
