import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Config } from '../config/config';
import { whyProduction } from '../config/production';
import { InventoryClassifier, readClassifierFiles } from '../discovery/provider-catalogue';
import { DiscoveryMetrics } from '../discovery/discovery-metrics';
import { DiscoveryRunner } from '../discovery/run';
import type { NetworkScanner } from '../discovery/scan/network-scanner';
import type { Walker } from '../discovery/walk-device';
import { ApiMetrics } from '../http/api/api-metrics';
import { Access } from '../http/auth/access';
import { discoveryApp } from '../http/discovery-app';
import { listen, type Listening } from '../http/listen';
import type { Database } from '../inventory/database';
import { forgetAuths, requestRefreshOfAll } from '../inventory/discovery-queue';
import { importFileDevices } from '../inventory/import-devices';
import { openInventory } from '../inventory/open-database';
import { SharedSocketEngine } from '../snmp/engine';
import { accessRules, reloadedRules } from './access-rules';
import { version } from './command-line';
import type { Service } from './lifecycle';
import { modulesByDevice } from './module-catalogue';
import { networkScanner } from './network-scanning';
import { ReloadMetrics } from './reload-metrics';

/** How long walks under way may still take when the sidecar ends. */
const WALKS_GRACE_MS = 1000;

/** How soon a provider that was added through another sidecar is known here. */
const PROVIDERS_MS = 30_000;

/** The sidecar, wired: database, walks, HTTP. */
export class DiscoveryService implements Service {
  private constructor(
    private readonly parts: {
      db: Database;
      engine: SharedSocketEngine;
      walker: Walker;
      runner: DiscoveryRunner;
      scanner: NetworkScanner;
      listening: Listening;
      access: Access;
      reloads: ReloadMetrics;
      classifier: InventoryClassifier;
    },
    /** In use. */
    private config: Config,
    private readonly read: () => Config,
    private readonly log: Logger
  ) {}

  get url(): string {
    return this.parts.listening.url;
  }

  static async start(config: Config, read: () => Config, log: Logger): Promise<DiscoveryService> {
    const rules = accessRules(config, config.discovery.listen.host, log);
    const classifierParts = readClassifierFiles(config.discovery);
    let app: RequestListener = (_req, res) => res.writeHead(503).end('starting\n');
    // First of all: an address that cannot be had must be refused before anything is written.
    const listening = await listen((req, res) => app(req, res), {
      listen: config.discovery.listen,
      // Whoever has no token reads no inventory.
      allowUnauthenticated: config.discovery.allowUnauthenticated || !rules.tokens.isEmpty,
      logins: 'discovery.tokens',
      flag: '--web.listen-address',
      key: 'discovery.listen',
    });
    let db: Database | undefined;
    try {
      db = await openInventory(config);
      const classifier = await InventoryClassifier.open(db, classifierParts);
      const engine = new SharedSocketEngine({ maxRepetitions: config.snmp.maxRepetitions });
      const walker: Walker = {
        engine,
        classify: classifier.classify,
        ...walkSettings(config),
      };
      const metrics = new DiscoveryMetrics(db, { version: version() }, () => engine.counters.cutWalks);
      const { concurrency, refreshMs, fullWalkAt, leaseMs } = config.discovery;
      const owner = `${hostname()}:${process.pid}:${randomUUID()}`;
      const runner = new DiscoveryRunner(
        db,
        walker,
        { concurrency, refreshMs, fullWalkAt, leaseMs, owner },
        metrics,
        log
      );
      await importDevices(db, config, log);
      await forgetAuths(db, config.discovery.auths);
      const apiMetrics = new ApiMetrics(metrics.registry);
      const access = new Access(rules, (reason) => apiMetrics.failedLogin(reason));
      const reloads = new ReloadMetrics(metrics.registry);
      const scanner = networkScanner(db, owner, () => service.config, metrics.registry, log);
      const service: DiscoveryService = new DiscoveryService(
        { db, engine, walker, runner, scanner, listening, access, reloads, classifier },
        config,
        read,
        log
      );
      app = discoveryApp({
        db,
        requestDiscovery: (deviceId) => runner.request(deviceId),
        discoverDue: () => runner.look(),
        authNames: () => Object.keys(walker.auths),
        providersChanged: async () => void (await classifier.refresh()),
        catalogue: () => classifier.catalogue(),
        metrics: metrics.registry,
        version: version(),
        log,
        access,
        apiMetrics,
        reload: () => service.reload(),
        production: () => whyProduction(service.config),
        scrapeIntervals: () => scrapeIntervals(service.config),
        scanner,
      });
      await runner.start();
      await scanner.start();
      classifier.follow(PROVIDERS_MS, (err) => log.debug({ err }, 'the providers of the inventory were not read'));
      return service;
    } catch (err) {
      await listening.close();
      await db?.close();
      throw err;
    }
  }

  /** Devices, credentials and tokens from the file again; addresses and the database need a restart. */
  async reload(): Promise<void> {
    try {
      await this.takeOver(this.read());
    } catch (err) {
      this.parts.reloads.loaded(false);
      throw err;
    }
    this.parts.reloads.loaded(true);
  }

  private async takeOver(config: Config): Promise<void> {
    const { db, walker, runner, access, listening, classifier } = this.parts;
    const classifierParts = readClassifierFiles(config.discovery);
    const rules = reloadedRules(config, listening.host, this.log);
    const settings = walkSettings(config);
    await importDevices(db, config, this.log);
    if (await classifier.use(classifierParts)) {
      // What is known by the old rules is told anew.
      await requestRefreshOfAll(db, Date.now());
    }
    access.rules = rules;
    this.config = config;
    Object.assign(walker, settings);
    await forgetAuths(db, config.discovery.auths);
    runner.look();
  }

  async stop(): Promise<void> {
    const { listening, runner, scanner, engine, db, classifier } = this.parts;
    await listening.close();
    await scanner.stop();
    await classifier.close();
    const walks = runner.stop();
    // A device that does not answer must not hold up the end.
    const cut = setTimeout(() => void engine.close(), WALKS_GRACE_MS);
    await walks;
    clearTimeout(cut);
    await engine.close();
    await db.close();
  }
}

/** What a reload changes about walks; throws ConfigError for modules that cannot be read. */
const walkSettings = (config: Config) => ({
  auths: config.auths,
  autoAuths: config.discovery.auths,
  modulesOf: modulesByDevice(config),
  timeoutMs: config.snmp.timeoutMs,
  retries: config.snmp.retries,
});

const scrapeIntervals = ({ ping, snmp }: Config) => ({
  pingMs: ping.intervalMs,
  standardMs: snmp.intervalMs,
  slowMs: snmp.slowIntervalMs,
});

async function importDevices(db: Database, config: Config, log: Logger): Promise<void> {
  const { added, updated, removed } = await importFileDevices(db, config);
  log.info(`devices of ${config.file}: ${added} added, ${updated} updated, ${removed} removed`);
}
