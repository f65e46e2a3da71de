import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Config } from '../config/config';
import { inventoryClassifier } from '../discovery/provider-catalogue';
import { DiscoveryMetrics } from '../discovery/discovery-metrics';
import { DiscoveryRunner } from '../discovery/run';
import type { Walker } from '../discovery/walk-device';
import { discoveryApp } from '../http/discovery-app';
import { listen, type Listening } from '../http/listen';
import type { Database } from '../inventory/database';
import { importFileDevices } from '../inventory/import-devices';
import { openInventory } from '../inventory/open-database';
import { SharedSocketEngine } from '../snmp/engine';
import { version } from './command-line';
import type { Service } from './lifecycle';

/** How long walks under way may still take when the sidecar ends. */
const WALKS_GRACE_MS = 1000;

/** The sidecar, wired: database, walks, HTTP. */
export class DiscoveryService implements Service {
  private constructor(
    private readonly parts: {
      db: Database;
      engine: SharedSocketEngine;
      walker: Walker;
      runner: DiscoveryRunner;
      listening: Listening;
    },
    private readonly read: () => Config,
    private readonly log: Logger
  ) {}

  get url(): string {
    return this.parts.listening.url;
  }

  static async start(config: Config, read: () => Config, log: Logger): Promise<DiscoveryService> {
    const token = config.inventory?.token ?? null;
    let app: RequestListener = (_req, res) => res.writeHead(503).end('starting\n');
    // First of all: an address that cannot be had must be refused before anything is written.
    const listening = await listen((req, res) => app(req, res), {
      listen: config.discovery.listen,
      // Whoever has no token reads no inventory.
      allowUnauthenticated: config.discovery.allowUnauthenticated || token !== null,
      flag: '--web.listen-address',
      key: 'discovery.listen',
    });
    let db: Database | undefined;
    try {
      db = await openInventory(config);
      const engine = new SharedSocketEngine({ maxRepetitions: config.snmp.maxRepetitions });
      const walker: Walker = {
        engine,
        auths: config.auths,
        classify: await inventoryClassifier(db),
        timeoutMs: config.snmp.timeoutMs,
        retries: config.snmp.retries,
      };
      const metrics = new DiscoveryMetrics(db, { version: version() }, () => engine.counters.cutWalks);
      const { concurrency, refreshMs, fullWalkAt } = config.discovery;
      const owner = `${hostname()}:${process.pid}:${randomUUID()}`;
      const runner = new DiscoveryRunner(db, walker, { concurrency, refreshMs, fullWalkAt, owner }, metrics, log);
      await takeOver(db, config, log);
      app = discoveryApp({
        db,
        requestDiscovery: (deviceId) => runner.request(deviceId),
        authNames: () => Object.keys(walker.auths),
        metrics: metrics.registry,
        version: version(),
        log,
        mayRead: token === null ? undefined : (sent) => sent !== undefined && sameSecret(sent, token),
      });
      await runner.start();
      return new DiscoveryService({ db, engine, walker, runner, listening }, read, log);
    } catch (err) {
      await listening.close();
      await db?.close();
      throw err;
    }
  }

  /** Devices and credentials from the file again; addresses and the database need a restart. */
  async reload(): Promise<void> {
    const config = this.read();
    const { db, walker, runner } = this.parts;
    await takeOver(db, config, this.log);
    walker.auths = config.auths;
    walker.timeoutMs = config.snmp.timeoutMs;
    walker.retries = config.snmp.retries;
    runner.look();
  }

  async stop(): Promise<void> {
    const { listening, runner, engine, db } = this.parts;
    await listening.close();
    const walks = runner.stop();
    // A device that does not answer must not hold up the end.
    const cut = setTimeout(() => void engine.close(), WALKS_GRACE_MS);
    await walks;
    clearTimeout(cut);
    await engine.close();
    await db.close();
  }
}

async function takeOver(db: Database, config: Config, log: Logger): Promise<void> {
  const { added, updated, removed } = await importFileDevices(db, config);
  log.info(`devices of ${config.file}: ${added} added, ${updated} updated, ${removed} removed`);
}

/** Compares without telling by its time how much of the secret was right. */
function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
