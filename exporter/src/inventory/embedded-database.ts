import { mkdirSync } from 'node:fs';
import { isDate } from 'node:util/types';
import { PGlite } from '@electric-sql/pglite';
import { DatabaseError, type Database, type Queryable } from './database';
import { lockDirectory } from './directory-lock';

const INT8 = 20;
const NUMERIC = 1700;

type Runner = Pick<PGlite, 'query' | 'exec'>;

/**
 * Postgres inside this process (PGlite), its files in `directory`: one connection, so everything is serialised.
 * Rejects with DatabaseError when the directory cannot be used or another process has it.
 */
export async function openEmbedded(directory: string): Promise<Database> {
  const place = `embedded Postgres in ${directory}`;
  try {
    mkdirSync(directory, { recursive: true });
  } catch (err) {
    const code = (err as NodeJS.ErrnoException).code ?? String(err);
    throw new DatabaseError(
      `cannot create ${directory} for the ${place.split(' in ')[0]}: ${code}; set data_dir to a place that this user may write`,
      { cause: err }
    );
  }
  // Two processes on the same files would destroy them, and PGlite does not look.
  const lock = lockDirectory(directory);
  let lite: PGlite;
  try {
    lite = await PGlite.create({ dataDir: directory, parsers: { [INT8]: Number, [NUMERIC]: Number } });
  } catch (err) {
    lock.release();
    const detail = err instanceof Error ? err.message.split('\n')[0] : String(err);
    throw new DatabaseError(
      `cannot open the ${place}: ${detail}; restore the directory from a backup, or move it away to start empty`,
      { cause: err }
    );
  }
  let waiting = 0;
  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    waiting++;
    try {
      return await work();
    } finally {
      waiting--;
    }
  };
  return {
    kind: 'embedded',
    description: place,
    query: (sql, params) => counted(() => queryable(lite).query(sql, params)),
    script: (sql) => counted(() => queryable(lite).script(sql)),
    transaction: <T>(work: (tx: Queryable) => Promise<T>) =>
      counted(() => lite.transaction((tx) => work(queryable(tx as unknown as Runner)))),
    poolUse: () => ({ total: 1, idle: waiting === 0 ? 1 : 0, waiting: Math.max(0, waiting - 1) }),
    close: async () => {
      try {
        await lite.close();
      } finally {
        lock.release();
      }
    },
  };
}

function queryable(runner: Runner): Queryable {
  return {
    query: async <T extends object>(sql: string, params: readonly unknown[] = []) =>
      (await runner.query<T>(sql, params.map(asText))).rows,
    script: async (sql) => {
      await runner.exec(sql);
    },
  };
}

/** Times as text: PGlite tells a Date by its class, which fails for one made in another context. */
const asText = (value: unknown) => (isDate(value) ? value.toISOString() : value);
