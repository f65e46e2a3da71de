import type { Queryable } from './database';
import type { InterfaceColumns, KnownInterface } from './interface-rows';

/** Changes of these are kept as history; the states and speeds of a moment are not. */
const HISTORY = [
  'if_index',
  'if_descr',
  'if_alias',
  'if_type',
  'interface_type',
  'isp_provider',
  'is_critical',
  'parent_if_name',
] as const;

/** A row of interface_changes. */
export interface InterfaceChangeRow {
  id: number;
  field: string;
  old_value: string;
  new_value: string;
}

export function interfaceChanges(old: KnownInterface, now: InterfaceColumns): InterfaceChangeRow[] {
  const fields = HISTORY.filter((field) => old[field] !== now[field]).map((field) => ({
    id: old.id,
    field: field as string,
    old_value: String(old[field]),
    new_value: String(now[field]),
  }));
  return old.active ? fields : [...fields, { id: old.id, field: 'active', old_value: 'false', new_value: 'true' }];
}

/** Which interfaces count as uplinks, by interface id; those that do not are not among them. */
export async function uplinkRolesOf(tx: Queryable, deviceId: string): Promise<Map<number, string>> {
  const rows = await tx.query<{ id: number; role: string }>(
    `select id, uplink_role as role from interfaces_in_effect
      where device_id = $1 and active and type_in_effect = 'isp'`,
    [deviceId]
  );
  return new Map(rows.map(({ id, role }) => [id, role]));
}

/** Of uplinks that were and are: which of them counts is told by others too. What became one tells its type. */
export const roleChanges = (before: Map<number, string>, after: Map<number, string>): InterfaceChangeRow[] =>
  [...after].flatMap(([id, role]) => {
    const old = before.get(id);
    return old === undefined || old === role ? [] : [{ id, field: 'uplink_role', old_value: old, new_value: role }];
  });

/** `at`: unix ms. */
export async function writeHistory(tx: Queryable, rows: readonly InterfaceChangeRow[], at: number): Promise<void> {
  if (rows.length === 0) {
    return;
  }
  await tx.query(
    `insert into interface_changes (interface_id, changed_at, field, old_value, new_value)
     select id, $1, field, old_value, new_value
       from jsonb_to_recordset($2::jsonb) as h (id bigint, field text, old_value text, new_value text)`,
    [new Date(at), JSON.stringify(rows)]
  );
}
