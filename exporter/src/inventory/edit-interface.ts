import type { InterfaceType } from '../model/interface';
import { nearestKey } from '../config/known-keys';
import { writeAudit } from './audit';
import type { Database, Queryable } from './database';
import type { InterfaceRow } from './list-interfaces';
import { changesOf, editing, EditRefused, refuseOtherVersion, setColumns, type Editor } from './edits';

/** What operators say of an interface; null: what discovery says. */
export interface InterfaceWords {
  interface_type: InterfaceType | null;
  isp_provider: string | null;
  is_critical: boolean | null;
  monitoring_enabled: boolean | null;
  /** bit/s, as the next; null: as the agent says. */
  speed: number | null;
  /** Contracted; null: as its provider says. */
  bandwidth_in: number | null;
  bandwidth_out: number | null;
  tags: string[];
  notes: string;
}

const COLUMN: Partial<Record<keyof InterfaceWords, string>> = {
  interface_type: 'interface_type_override',
  isp_provider: 'isp_provider_override',
  is_critical: 'is_critical_override',
  monitoring_enabled: 'monitoring_enabled_override',
  speed: 'speed_override',
};
/** Changes of these belong to the history of what an interface is, as those that discovery finds. */
const HISTORY: readonly (keyof InterfaceWords)[] = ['interface_type', 'isp_provider', 'is_critical'];

/** The words of an interface as lists show it, as versions tell them apart. */
export const wordsOfInterface = (i: InterfaceRow): InterfaceWords => ({
  interface_type: i.interface_type_override,
  isp_provider: i.isp_provider_override,
  is_critical: i.is_critical_override,
  monitoring_enabled: i.monitoring_enabled_override,
  speed: i.speed_override,
  bandwidth_in: i.bandwidth_in_override,
  bandwidth_out: i.bandwidth_out_override,
  tags: i.tags,
  notes: i.notes,
});

async function interfaceWords(db: Queryable, id: number): Promise<InterfaceWords | undefined> {
  const [words] = await db.query<InterfaceWords>(
    `select i.interface_type_override as interface_type, i.isp_provider_override as isp_provider,
            i.is_critical_override as is_critical, i.monitoring_enabled_override as monitoring_enabled,
            i.speed_override as speed, i.bandwidth_in, i.bandwidth_out, i.tags, i.notes
       from device_interfaces i join devices d on d.id = i.device_id and d.removed_at is null where i.id = $1`,
    [id]
  );
  return words;
}

/**
 * Changes what `wanted` says; a patch that changes nothing writes nothing.
 *
 * @throws EditRefused (not_found, changed_meanwhile, unknown_provider)
 */
export const patchInterface = (
  db: Database,
  id: number,
  wanted: Partial<InterfaceWords>,
  editor: Editor
): Promise<void> =>
  editing(db, async (tx) => {
    const words = await interfaceWords(tx, id);
    if (!words) {
      throw new EditRefused('not_found', `There is no interface ${id}; ids are the numbers in /api/v1/interfaces.`);
    }
    refuseOtherVersion(`Interface ${id}`, words, editor.versions);
    const changes = changesOf(words, wanted);
    if (!changes) {
      return;
    }
    const { before, after } = changes;
    if (after.isp_provider != null) {
      await refuseUnknownProvider(tx, after.isp_provider);
    }
    const columns = Object.entries(after).map(([field, value]) => [
      COLUMN[field as keyof InterfaceWords] ?? field,
      value,
    ]);
    await setColumns(tx, 'device_interfaces', { column: 'id', value: id }, Object.fromEntries(columns));
    const history = HISTORY.filter((field) => field in after).map((field) => ({
      field: `${field}_override`,
      old_value: String(before[field] ?? ''),
      new_value: String(after[field] ?? ''),
    }));
    await tx.query(
      `insert into interface_changes (interface_id, changed_at, field, old_value, new_value)
       select $1, now(), field, old_value, new_value
         from jsonb_to_recordset($2::jsonb) as h (field text, old_value text, new_value text)`,
      [id, JSON.stringify(history)]
    );
    await writeAudit(tx, editor.caller, [
      { action: 'update', entity: 'interface', entityId: String(id), before, after },
    ]);
  });

/** A provider that is mistyped would be one of its own on the board and in alerts. */
async function refuseUnknownProvider(tx: Queryable, name: string): Promise<void> {
  const known = (await tx.query<{ name: string }>('select name from providers order by name')).map((row) => row.name);
  if (name !== 'unknown' && !known.includes(name)) {
    const near = nearestKey(name, known);
    const right =
      near === undefined ? 'names are in /api/v1/providers, where one may be added.' : `did you mean ${near}?`;
    throw new EditRefused('unknown_provider', `There is no provider ${name}; ${right}`);
  }
}
