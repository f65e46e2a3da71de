import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database } from '../../exporter/src/inventory/database';
import { openEmbedded } from '../../exporter/src/inventory/embedded-database';
import { contents, fillEveryTable } from './api-fleet';
import { ApiServer } from './api-server';

/**
 * An API over an inventory with something in every table, for the tests of a file: after each of them nothing may have
 * been written, and nothing logged as our own failure.
 */
export function overUntouchedInventory(): { readonly api: ApiServer; readonly db: Database } {
  let directory: string;
  let before: Record<string, string>;
  const open = {} as { api: ApiServer; db: Database };
  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'untouched-'));
    open.db = await openEmbedded(path.join(directory, 'pg'));
    await fillEveryTable(open.db);
    open.api = await ApiServer.start({ db: open.db });
    before = await contents(open.db);
  }, 60_000);
  afterAll(async () => {
    await open.api.close();
    await open.db.close();
    rmSync(directory, { recursive: true, force: true });
  });
  afterEach(async () => {
    expect(open.api.logged).toEqual([]);
    expect(await contents(open.db)).toEqual(before);
  });
  return open;
}
