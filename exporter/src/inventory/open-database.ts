import path from 'node:path';
import type { Database } from './database';
import { openEmbedded } from './embedded-database';
import { migrate } from './migrate';
import { openServer } from './server-database';

/**
 * Opens the inventory (a server when there is a URL, else one inside this process under `dataDir`) and brings it to
 * the newest schema. Rejects with DatabaseError; nothing stays open then.
 */
export async function openInventory(config: { databaseUrl: string | null; dataDir: string }): Promise<Database> {
  const db =
    config.databaseUrl === null
      ? await openEmbedded(path.join(config.dataDir, 'inventory'))
      : await openServer(config.databaseUrl);
  try {
    await migrate(db);
  } catch (err) {
    await db.close();
    throw err;
  }
  return db;
}
