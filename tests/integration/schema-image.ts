import { cpSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Queryable } from '../../exporter/src/inventory/database';

export const MIGRATIONS = path.resolve(__dirname, '../../exporter/src/inventory/migrations');
export const MIGRATION_NAMES = readdirSync(MIGRATIONS)
  .filter((name) => name.endsWith('.sql'))
  .sort();

/** A folder of its own with the first `count` migrations of the program. */
export function firstMigrations(count: number): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'migrations-'));
  MIGRATION_NAMES.slice(0, count).forEach((name) => cpSync(path.join(MIGRATIONS, name), path.join(directory, name)));
  return directory;
}

/** Everything that the catalog says of the schema `public`, as sorted lines: two equal ones are one schema. */
export async function schemaImage(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ line: string }>(`
    select format('column %s.%s %s %s default %s generated %s identity %s', table_name, column_name, data_type,
                  is_nullable, column_default, generation_expression, identity_generation) as line
      from information_schema.columns where table_schema = 'public'
    union all
    select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
      from pg_constraint where connamespace = 'public'::regnamespace
    union all
    select format('index %s', indexdef) from pg_indexes where schemaname = 'public'
    union all
    select format('view %s %s', viewname, definition) from pg_views where schemaname = 'public'
    union all
    select format('trigger %s', pg_get_triggerdef(t.oid))
      from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where not tgisinternal and c.relnamespace = 'public'::regnamespace
    union all
    select format('function %s', pg_get_functiondef(oid))
      from pg_proc where pronamespace = 'public'::regnamespace and prokind = 'f'
    order by 1`);
  return rows.map(({ line }) => line);
}

/** Base tables, by name. */
export const tables = async (db: Queryable): Promise<string[]> =>
  (
    await db.query<{ name: string }>(
      `select table_name as name from information_schema.tables
        where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`
    )
  ).map(({ name }) => name);

/** Every row of every table as JSON, by table. */
export async function contents(db: Queryable): Promise<Record<string, Record<string, unknown>[]>> {
  const all: Record<string, Record<string, unknown>[]> = {};
  for (const table of await tables(db)) {
    const rows = await db.query<{ row: Record<string, unknown> }>(
      `select to_jsonb(t) as row from "${table}" t order by to_jsonb(t)::text`
    );
    all[table] = rows.map(({ row }) => row);
  }
  return all;
}

/**
 * Which version of each row is there, by table: an entry changes whenever Postgres writes the row, whatever it writes.
 * Leaves out the tables that discovery keeps its own books in.
 */
export async function rowVersions(db: Queryable, without: readonly string[] = []): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const table of (await tables(db)).filter((name) => !without.includes(name))) {
    const rows = await db.query<{ version: string }>(
      `select format('%s %s', ctid, xmin) as version from "${table}" order by 1`
    );
    all[table] = rows.map(({ version }) => version);
  }
  return all;
}
