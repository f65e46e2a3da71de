/**
 * The sidecar's API over a filled inventory, as a process of its own:
 * `node --import tsx served.ts DEVICES INTERFACES (DATABASE_URL | DATA_DIRECTORY)`; tells its address when it serves.
 */
import { Registry } from 'prom-client';
import { discoveryApp } from '../../../exporter/src/http/discovery-app';
import { openInventory } from '../../../exporter/src/inventory/open-database';
import { upkeep } from '../../../exporter/src/inventory/upkeep';
import { fillInventory } from '../../integration/inventory-fleet';

async function main([devices, interfaces, place]: string[]): Promise<void> {
  const server = place!.startsWith('postgres:');
  const db = await openInventory({ databaseUrl: server ? place! : null, dataDir: place! });
  await fillInventory(db, { devices: Number(devices), interfaces: Number(interfaces) });
  // A server's autovacuum does it within a minute; the embedded one gets it after each full run of discovery.
  await (server ? db.script('analyze') : upkeep(db));
  const app = discoveryApp({
    db,
    requestDiscovery: () => Promise.resolve(false),
    authNames: () => ['branch'],
    metrics: new Registry(),
    version: 'bench',
    log: { error: console.error, warn: console.error, debug: () => undefined },
  });
  const listening = app.listen(0, '127.0.0.1', () => {
    const { port } = listening.address() as { port: number };
    console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
  });
}

void main(process.argv.slice(2));
