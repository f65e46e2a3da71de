import type { Queryable } from '../database';

const ROWS_AT_ONCE = 1000;

/**
 * Reads a long list some rows at a time, without holding a transaction open as long as somebody takes to listen: first
 * which rows, then what is in them. What disappears meanwhile is left out.
 */
export async function* readPages<T extends object>(
  db: Queryable,
  ids: { sql: string; params: readonly unknown[] },
  /** Its only parameter is an array of ids. */
  page: string
): AsyncGenerator<T[]> {
  const all = (await db.query<{ id: string | number }>(ids.sql, ids.params)).map(({ id }) => id);
  for (let at = 0; at < all.length; at += ROWS_AT_ONCE) {
    yield await db.query<T>(page, [all.slice(at, at + ROWS_AT_ONCE)]);
  }
}
