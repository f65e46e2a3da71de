import { COLUMNS, columnOf, looksSecret, type Column } from './column';
import { nearestKey } from '../../config/known-keys';
import { quoted, shortened, UnreadableTable, type RowFinding } from './finding';
import { arrayBehindKey, elementLines, placeAt } from './json-places';
import type { UnknownColumns } from './read-header';
import { MOST_ROWS, TOO_MANY_ROWS, type PlacedColumn, type Sheet, type SheetRow } from './sheet';

export type Entry = Readonly<Record<string, unknown>>;

export const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface EntryText {
  text: string | undefined;
  /** What keeps it from being a text. */
  wrong?: string;
}

/** Entries of a JSON array, or of the array behind one of `keys`, with the lines on which they begin. */
export function readEntries(text: string, keys: readonly string[]): { entry: unknown; line: number }[] {
  const root = parse(text);
  const key = isEntry(root) ? keys.find((k) => Array.isArray(root[k])) : undefined;
  const list = Array.isArray(root) ? root : key === undefined ? undefined : (root as Record<string, unknown[]>)[key];
  if (!list) {
    const right = `it must be a list of devices, or an object with that list as ${keys.map(quoted).join(' or ')}`;
    throw new UnreadableTable([{ line: 1, message: `found no list; ${right}` }]);
  }
  if (list.length > MOST_ROWS) {
    throw new UnreadableTable([{ line: 1, message: TOO_MANY_ROWS }]);
  }
  const lines = elementLines(text, key === undefined ? text.indexOf('[') : arrayBehindKey(text, key));
  return list.map((entry: unknown, i) => ({ entry, line: lines[i] ?? 1 }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (err) {
    // The engine's own words quote the text; it names no place for one that ends too early.
    const at = Number(/at position (\d+)/.exec((err as Error).message)?.[1] ?? text.length);
    const { line, column } = placeAt(text, at);
    const message = `not valid JSON: ${at >= text.trimEnd().length ? 'it ends too early' : `unexpected text in column ${column}`}`;
    throw new UnreadableTable([{ line, column_number: column, message }]);
  }
}

/** Columns in their own order, named as their JSON member. */
export const jsonColumns = (nameOf: (column: Column) => string): PlacedColumn[] =>
  COLUMNS.map((column) => ({ column, name: nameOf(column), number: undefined }));

/** Scalars as the text that a cell would have; null clears. */
export function scalarText(value: unknown): EntryText {
  if (value === undefined) {
    return { text: undefined };
  }
  if (value === null) {
    return { text: '' };
  }
  return ['string', 'number', 'boolean'].includes(typeof value)
    ? { text: String(value) }
    : { text: undefined, wrong: `found ${Array.isArray(value) ? 'a list' : 'an object'}; it must be a text` };
}

/** A list of texts as one cell, separators inside them escaped. */
export function tagsText(value: unknown): EntryText {
  if (!Array.isArray(value)) {
    return scalarText(value);
  }
  return value.every((tag) => typeof tag === 'string')
    ? { text: joinTags(value) }
    : { text: undefined, wrong: 'found a list of other things; it must be a list of texts' };
}

export const joinTags = (tags: readonly string[]): string =>
  tags.map((tag) => tag.replace(/[\\;|]/g, '\\$&')).join(';');

/** What the export with format=json gives: a list of objects with the columns of the table as members. */
export function readJson(text: string, unknown: UnknownColumns): Sheet {
  const columns = jsonColumns((column) => column);
  const rows = readEntries(text, ['devices']).map(({ entry, line }, i): SheetRow => {
    const path = `devices[${i}].`;
    const finding = (at: string, message: string) => ({ line, column: at, message: `${at}: ${message}` });
    if (!isEntry(entry)) {
      const right = 'found no object; it must be like {"name": "core-1", "ip": "192.0.2.1"}';
      return { line, values: [], finding: finding(path.slice(0, -1), right) };
    }
    const values: (string | undefined)[] = Array<undefined>(columns.length).fill(undefined);
    let first: RowFinding | undefined;
    for (const [key, value] of Object.entries(entry)) {
      const column = columnOf(key);
      const { text: cell, wrong } =
        column === undefined
          ? { text: undefined, wrong: unknownMember(key, unknown) }
          : column === 'tags'
            ? tagsText(value)
            : scalarText(value);
      if (wrong !== undefined) {
        first ??= finding(`${path}${shortened(key)}`, wrong);
      } else if (column !== undefined) {
        values[COLUMNS.indexOf(column)] = cell;
      }
    }
    return { line, entry: path, values, ...(first ? { finding: first } : {}) };
  });
  return { columns, rows, decimalComma: false };
}

function unknownMember(key: string, unknown: UnknownColumns): string | undefined {
  if (looksSecret(key)) {
    return 'it looks like credentials, which no table may hold; name an entry of auths: as "auth" instead';
  }
  if (unknown === 'ignore') {
    return undefined;
  }
  const near = nearestKey(key, COLUMNS);
  return near === undefined
    ? `no such member; known are ${COLUMNS.join(', ')}`
    : `no such member; did you mean "${near}"?`;
}
