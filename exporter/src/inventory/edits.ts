import { createHash } from 'node:crypto';
import type { Caller } from '../model/caller';
import type { Database, Queryable } from './database';
import { lockForWriting } from './revision';

/** Why an edit of the inventory was not made. */
export type RefusedBecause =
  | 'not_found'
  /** A name, address or id is another's. */
  | 'taken'
  /** The configuration file says so, and it alone. */
  | 'belongs_to_file'
  /** It is not the version that the caller saw. */
  | 'changed_meanwhile'
  /** Something still stands there. */
  | 'in_use'
  | 'unknown_provider'
  /** It comes with the product, and goes with it alone. */
  | 'shipped';

/** An edit that was not made: nothing was written. The message is for people. */
export class EditRefused extends Error {
  constructor(
    readonly because: RefusedBecause,
    message: string
  ) {
    super(message);
    this.name = 'EditRefused';
  }
}

export interface Editor {
  caller: Caller;
  /** Versions that the caller will have changed (If-Match); undefined: whichever there is. */
  versions?: readonly string[] | undefined;
}

/** Tells one state of what operators may change from another. */
export const versionOf = (words: object): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(words).sort()))
    .digest('base64url')
    .slice(0, 22);

/** @throws EditRefused when the caller saw another version */
export function refuseOtherVersion(what: string, words: object, versions: readonly string[] | undefined): void {
  if (versions && !versions.includes(versionOf(words))) {
    throw new EditRefused('changed_meanwhile', `${what} is not the version of If-Match any more; read it again.`);
  }
}

/** What `wanted` changes of `words`, before and after; undefined: nothing. */
export function changesOf<T extends object>(
  words: T,
  wanted: Partial<T>
): { before: Partial<T>; after: Partial<T> } | undefined {
  const fields = (Object.keys(wanted) as (keyof T)[]).filter(
    (field) => wanted[field] !== undefined && JSON.stringify(words[field]) !== JSON.stringify(wanted[field])
  );
  const pick = (from: Partial<T>) => Object.fromEntries(fields.map((field) => [field, from[field]])) as Partial<T>;
  return fields.length === 0 ? undefined : { before: pick(words), after: pick(wanted) };
}

/** Sets only those columns of one row that differ: triggers look at the columns that a statement names. */
export async function setColumns(
  tx: Queryable,
  table: 'devices' | 'device_interfaces' | 'sites' | 'providers',
  key: { column: 'id' | 'name'; value: string | number },
  values: Readonly<Record<string, unknown>>
): Promise<void> {
  const columns = Object.keys(values);
  await tx.query(
    `update ${table} set ${columns.map((column, i) => `${column} = $${i + 2}`).join(', ')}, updated_at = now()
      where ${key.column} = $1`,
    [key.value, ...Object.values(values)]
  );
}

/** One edit at a time, wholly or not at all. */
export const editing = <T>(db: Database, work: (tx: Queryable) => Promise<T>): Promise<T> =>
  db.transaction(async (tx) => {
    await lockForWriting(tx);
    return work(tx);
  });
