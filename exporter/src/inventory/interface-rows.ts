import type { DiscoveredInterface, ParentSource } from '../model/discovered';

/** Columns of `device_interfaces` that discovery writes. */
export interface InterfaceColumns {
  if_name: string;
  weak_identity: boolean;
  if_index: number;
  if_descr: string;
  if_alias: string;
  if_type: number;
  mtu: number | null;
  phys_address: string;
  admin_status_at_discovery: number | null;
  oper_status_at_discovery: number | null;
  speed_at_discovery: number | null;
  interface_type: string;
  isp_provider: string;
  is_critical: boolean;
  monitoring_enabled: boolean;
  parser_confidence: number;
  parser_source: string;
  parser_rule: string;
  parent_if_name: string;
  parent_source: ParentSource;
}

export interface KnownInterface extends InterfaceColumns {
  id: number;
  active: boolean;
  missed_walks: number;
}

/** Complete full walks in a row that may miss an interface before it counts as gone. */
const WALKS_TO_TOMBSTONE = 2;

export function toColumns(i: DiscoveredInterface): InterfaceColumns {
  return {
    if_name: storable(i.ifName),
    weak_identity: i.weakIdentity,
    if_index: i.ifIndex,
    if_descr: storable(i.ifDescr),
    if_alias: storable(i.ifAlias),
    if_type: i.ifType,
    mtu: i.mtu,
    phys_address: storable(i.physAddress),
    admin_status_at_discovery: i.adminStatus,
    oper_status_at_discovery: i.operStatus,
    speed_at_discovery: i.speed,
    interface_type: i.interfaceType,
    isp_provider: i.ispProvider,
    is_critical: i.isCritical,
    monitoring_enabled: i.monitored,
    parser_confidence: Math.round(i.confidence * 100) / 100,
    parser_source: i.source,
    parser_rule: i.ruleId,
    parent_if_name: storable(i.parentIfName),
    parent_source: i.parentSource,
  };
}

/** Postgres has no place for U+0000 in text, and none for half a surrogate pair in JSON. */
export const storable = (text: string) => text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\uFFFD');

export function sameColumns(old: InterfaceColumns, now: InterfaceColumns): boolean {
  return (Object.keys(now) as (keyof InterfaceColumns)[]).every((key) =>
    key === 'parser_confidence' ? Math.abs(old[key] - now[key]) < 0.001 : old[key] === now[key]
  );
}

/** A parent that ifStackTable told holds while that table was not read again. */
export const keptParent = (now: InterfaceColumns, old: InterfaceColumns): InterfaceColumns =>
  old.parent_source === 'stack'
    ? { ...now, parent_if_name: old.parent_if_name, parent_source: old.parent_source }
    : now;

export function missed(row: KnownInterface): { id: number; missed_walks: number; active: boolean } {
  const walks = row.missed_walks + 1;
  return { id: row.id, missed_walks: walks, active: walks < WALKS_TO_TOMBSTONE };
}
