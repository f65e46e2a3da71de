import type { Database } from './database';

/** What changes with discovery and is read by lists; the rest is small or only grows. */
const TABLES = ['inventory_revision', 'sites', 'devices', 'device_interfaces', 'interface_changes', 'discovery_runs'];

/**
 * Does for the embedded database what autovacuum does for a server: gives back the room of rows that were replaced, and
 * tells the planner what the tables hold. Without it a list of 10,000 devices takes ten times as long. One table at a
 * time, so that others get a turn in between.
 */
export async function upkeep(db: Database): Promise<void> {
  if (db.kind === 'server') {
    return;
  }
  for (const table of TABLES) {
    await db.script(`vacuum analyze ${table}`);
  }
}
