import { COLUMNS, type Column } from './column';
import type { RowFinding } from './finding';
import { isEntry, joinTags, jsonColumns, readEntries, scalarText, type Entry, type EntryText } from './read-json';
import type { Sheet, SheetRow } from './sheet';

/** Where NetBox has what a column says; what it does not have stays as it is. */
const PATHS: Readonly<Partial<Record<Column, readonly string[]>>> = {
  name: ['name'],
  ip: ['primary_ip4.address', 'primary_ip.address', 'primary_ip6.address'],
  role: ['role.slug', 'device_role.slug', 'role.name', 'device_role.name', 'role', 'device_role'],
  branch: ['site.name', 'site'],
  latitude: ['latitude'],
  longitude: ['longitude'],
  vendor: ['device_type.manufacturer.name'],
  model: ['device_type.model'],
  enabled: ['status.value', 'status'],
  tags: ['tags'],
  notes: ['comments'],
};

/**
 * Devices as NetBox's `GET /api/dcim/devices/` answers (`results`), or a list of them. Whatever is not active there is
 * not polled here. custom_fields are left aside: nobody knows what they hold.
 *
 * @throws UnreadableTable when it is no such list
 */
export function readNetbox(text: string): Sheet {
  const columns = jsonColumns((column) => PATHS[column]?.[0] ?? column);
  const rows = readEntries(text, ['results']).map(({ entry, line }, i) => row(entry, line, `results[${i}].`));
  return { columns, rows, decimalComma: false };
}

function row(entry: unknown, line: number, path: string): SheetRow {
  const finding = (at: string, message: string) => ({ line, column: at, message: `${at}: ${message}` });
  if (!isEntry(entry)) {
    return { line, values: [], finding: finding(path.slice(0, -1), 'found no object; it must be a device of NetBox') };
  }
  let wrongest: RowFinding | undefined;
  const values = COLUMNS.map((column) => {
    const { text, wrong } = READ[column]?.(entry) ?? first(entry, column);
    if (wrong !== undefined) {
      wrongest ??= finding(`${path}${PATHS[column]?.[0]}`, wrong);
    }
    return text;
  });
  return { line, entry: path, values, ...(wrongest ? { finding: wrongest } : {}) };
}

const READ: Partial<Record<Column, (entry: Entry) => EntryText>> = {
  ip(entry) {
    const { text, wrong } = first(entry, 'ip');
    const found = text === undefined || text === '';
    return found && wrong === undefined
      ? { text: undefined, wrong: 'the device has no primary address in NetBox; give it one, or leave it out' }
      : // With the length of its network, which is no part of an address.
        { text: text?.replace(/\/\d{1,3}$/, ''), wrong };
  },
  enabled(entry) {
    const { text, wrong } = first(entry, 'enabled');
    return { text: text === undefined ? undefined : String(text === 'active'), wrong };
  },
  tags(entry) {
    const tags = entry['tags'];
    if (tags === undefined || tags === null) {
      return { text: undefined };
    }
    const names = (Array.isArray(tags) ? tags : [tags]).map((tag: unknown) => (isEntry(tag) ? tag['name'] : tag));
    return names.every((name) => typeof name === 'string')
      ? { text: joinTags(names) }
      : { text: undefined, wrong: 'found a tag without a name; each must be a text or an object with "name"' };
  },
};

/** The first of its paths that has a value. Null there: NetBox knows of none, and what is here stays. */
function first(entry: Entry, column: Column): EntryText {
  for (const path of PATHS[column] ?? []) {
    const value = path.split('.').reduce<unknown>((at, key) => (isEntry(at) ? at[key] : undefined), entry);
    // An object here is described by a longer path.
    if (value !== undefined && value !== null && !isEntry(value)) {
      return scalarText(value);
    }
  }
  return { text: undefined };
}
