import type { Stringifier } from 'csv-stringify';
import type { Queryable } from '../database';
import { interfaceConditions, type InterfaceFilters } from '../list-interfaces';
import { csvTable, type CsvOptions } from './device-table';
import { readPages } from './read-pages';

/** What an exported interface has: what is in effect first, then what operators and discovery said. */
const COLUMNS = {
  id: 'i.id',
  device_id: 'i.device_id',
  device_name: 'd.name',
  device_ip: 'd.address',
  branch: 'd.site',
  region: 'd.region',
  if_name: 'i.if_name',
  if_index: 'i.if_index',
  if_alias: 'i.if_alias',
  if_descr: 'i.if_descr',
  interface_type: 'i.type_in_effect',
  isp_provider: 'i.provider_in_effect',
  is_critical: 'i.critical_in_effect',
  monitored: 'i.monitored_in_effect',
  interface_type_override: 'i.interface_type_override',
  isp_provider_override: 'i.isp_provider_override',
  is_critical_override: 'i.is_critical_override',
  monitoring_enabled_override: 'i.monitoring_enabled_override',
  speed_override: 'i.speed_override',
  bandwidth_in: 'i.bandwidth_in',
  bandwidth_out: 'i.bandwidth_out',
  interface_type_discovered: 'i.interface_type',
  isp_provider_discovered: 'i.isp_provider',
  parser_confidence: 'round(i.parser_confidence::numeric, 4)',
  parser_source: 'i.parser_source',
  parser_rule: 'i.parser_rule',
  speed_at_discovery: 'i.speed_at_discovery',
  active: 'i.active',
  tags: 'i.tags',
  notes: 'i.notes',
} as const;

const SELECTED = Object.entries(COLUMNS)
  .map(([name, sql]) => `${sql} as ${name}`)
  .join(', ');

export type InterfaceTableRow = Record<keyof typeof COLUMNS, unknown>;

const FROM = 'interfaces_in_effect i join devices_in_effect d on d.id = i.device_id';

/** The interfaces that the filters leave, by id, some at a time. */
export function interfaceTable(db: Queryable, filters: InterfaceFilters): AsyncGenerator<InterfaceTableRow[]> {
  const { where, params } = interfaceConditions(filters);
  return readPages(
    db,
    { sql: `select i.id from ${FROM} where ${where} order by i.id`, params },
    `select ${SELECTED} from ${FROM} where i.id = any ($1::bigint[]) order by i.id`
  );
}

export const interfaceCsv = (options: CsvOptions): Stringifier => csvTable(Object.keys(COLUMNS), options);
