import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseError, sqlState, type Database } from './database';

/** The same number for every sidecar, so that only one of them migrates at a time. */
const ADVISORY_LOCK = 0x1_59_30_11;

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/**
 * Brings the schema forward: each numbered file once, in a transaction of its own, under an advisory lock. Rejects with
 * DatabaseError naming the file that failed (the schema is then as before it), was changed after it had been applied,
 * or belongs to a newer program. Returns the names that were applied now.
 */
export async function migrate(db: Database, directory = path.join(__dirname, 'migrations')): Promise<string[]> {
  const migrations = readMigrations(directory);
  await prepare(db);
  await compare(db, migrations);
  const applied: string[] = [];
  for (const migration of migrations) {
    if (await apply(db, migration)) {
      applied.push(migration.name);
    }
  }
  return applied;
}

function readMigrations(directory: string): Migration[] {
  const names = readdirSync(directory)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return names.map((name, index) => {
    const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
    if (Number(number) !== index + 1) {
      throw new DatabaseError(
        `migration ${name} is out of order; the file in place ${index + 1} must be named ${String(index + 1).padStart(4, '0')}_….sql`
      );
    }
    const sql = readFileSync(path.join(directory, name), 'utf8').replaceAll('\r\n', '\n');
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
}

/** `create table if not exists` alone can still collide when two start at once, hence the lock. */
const prepare = (db: Database) =>
  db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1::bigint)', [ADVISORY_LOCK]);
    await tx.script(`
      create table if not exists schema_migrations (
        name text primary key,
        checksum text not null,
        applied_at timestamptz not null default now()
      )`);
  });

async function compare(db: Database, migrations: readonly Migration[]): Promise<void> {
  const done = await db.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migrations order by name'
  );
  for (const row of done) {
    const file = migrations.find((m) => m.name === row.name);
    if (!file) {
      throw new DatabaseError(
        `the inventory in ${db.description} was migrated by a newer version (${row.name} is unknown here); start that version or restore an older backup`
      );
    }
    if (file.checksum !== row.checksum) {
      throw new DatabaseError(
        `migration ${row.name} was changed after it had been applied to ${db.description}; put its old text back and add a new migration`
      );
    }
  }
}

async function apply(db: Database, migration: Migration): Promise<boolean> {
  try {
    return await db.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1::bigint)', [ADVISORY_LOCK]);
      // Another sidecar may have applied it while this one waited for the lock.
      const done = await tx.query('select 1 from schema_migrations where name = $1', [migration.name]);
      if (done.length > 0) {
        return false;
      }
      await tx.script('set local statement_timeout = 0');
      await tx.script(migration.sql);
      await tx.query('insert into schema_migrations (name, checksum) values ($1, $2)', [
        migration.name,
        migration.checksum,
      ]);
      return true;
    });
  } catch (err) {
    if (sqlState(err) === undefined) {
      throw err;
    }
    throw new DatabaseError(
      `migration ${migration.name} failed on ${db.description}: ${(err as Error).message} (SQLSTATE ${sqlState(err)}); the schema is as it was before, correct the cause and start again`,
      { cause: err }
    );
  }
}
