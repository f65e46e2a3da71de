import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { Config } from '../config/config';
import { redactedConfig } from '../config/redact';
import { readClassifierFiles } from '../discovery/provider-catalogue';
import { exporterApp } from '../http/exporter-app';
import { listen, type Listening } from '../http/listen';
import { Readiness } from '../http/readiness';
import { DeviceSeries } from '../metrics/device-series';
import { FAMILIES } from '../metrics/families';
import type { Recall } from '../history/recall';
import { OwnMetrics } from '../metrics/own';
import { ProbeSeries } from '../metrics/probe-series';
import { SeriesStore } from '../metrics/store';
import type { ModuleCatalogue } from '../modules/catalogue';
import { inShard } from '../model/device-hash';
import type { TargetList } from '../model/target-list';
import { SharedSocketEngine } from '../snmp/engine';
import { pollIntervals, startCollectors, type Collectors } from './collectors';
import { version } from './command-line';
import type { Service } from './lifecycle';
import { recallStates } from './state-recall';
import { FleetShare } from './fleet-share';
import { moduleCatalogue } from './module-catalogue';
import { openTargetSource, type TargetSource } from './target-source';

const TICK_MS = 1000;
/** A tick of the fleet is spread over its second. */
const TICK_PARTS = 25;

/** The exporter, wired: targets, rounds and polls, series, HTTP. */
export class ExporterService implements Service {
  private readonly store = new SeriesStore(FAMILIES);
  private readonly engine: SharedSocketEngine;
  private readonly devices: DeviceSeries;
  private readonly probes = new ProbeSeries(this.store);
  private readonly own: OwnMetrics;
  private readonly readiness: Readiness;
  private readonly share: FleetShare;
  private collectors!: Collectors;
  private source!: TargetSource;
  private listening!: Listening;
  private recall: Recall | undefined;
  private ticker: NodeJS.Timeout | undefined;
  private list: TargetList | undefined;

  private constructor(
    private config: Config,
    private readonly read: () => Config,
    private readonly log: Logger
  ) {
    this.engine = new SharedSocketEngine({ maxRepetitions: config.snmp.maxRepetitions });
    this.devices = new DeviceSeries({
      store: this.store,
      intervals: intervals(config),
      failedRounds: config.ping.failedRounds,
      maxSeries: config.snmp.maxSeries,
    });
    this.share = new FleetShare((message) => log.warn(message));
    this.own = new OwnMetrics({
      version: version(),
      store: this.store,
      countByState: () => this.devices.countByState(),
      openSessions: () => this.engine.openSessions,
      snmp: () => ({ ...this.engine.counters, agentsWithoutBulk: this.engine.agentsWithoutBulk }),
      polls: () => this.collectors?.polls() ?? { inFlight: 0, queued: 0 },
      overBudget: () => ({ dropped: this.devices.dropped(), devices: this.devices.overBudget }),
      shard: () => this.config.exporter.shard,
    });
    this.readiness = new Readiness(this.devices);
  }

  get url(): string {
    return this.listening.url;
  }

  static async start(config: Config, read: () => Config, log: Logger): Promise<ExporterService> {
    const service = new ExporterService(config, read, log);
    try {
      await service.open();
      return service;
    } catch (err) {
      await service.stop();
      throw err;
    }
  }

  private async open(): Promise<void> {
    const startedAtMs = Date.now();
    this.listening = await listen(this.app(), {
      listen: this.config.exporter.listen,
      allowUnauthenticated: this.config.exporter.allowUnauthenticated,
      flag: '--web.listen-address',
      key: 'exporter.listen',
    });
    this.collectors = await this.startCollectors(this.config, moduleCatalogue(this.config));
    this.setProbes();
    this.log.info(`pinging with ${this.collectors.pingDescription}`);
    this.source = await openTargetSource(
      this.config,
      this.engine,
      {
        take: (list, origin) => this.take(list, origin),
        confirmed: (at) => this.own.targetList('sidecar', at),
        walkRequested: (result) => this.own.walkRequested(result),
      },
      this.log
    );
    this.recall = recallStates(this.config, startedAtMs, this.devices, this.log);
    this.own.configLoaded(true);
    this.readiness.started();
    let index = 0;
    this.ticker = setInterval(() => {
      this.devices.tick(Date.now(), { index, of: TICK_PARTS });
      index = (index + 1) % TICK_PARTS;
      if (index === 0) {
        this.probes.tick();
      }
    }, TICK_MS / TICK_PARTS);
  }

  private setProbes(): void {
    // Several exporters share the probes as they share the devices: each is one's alone.
    const probes = this.config.probes.filter(({ name }) => inShard(name, this.config.exporter.shard));
    this.probes.setProbes(probes);
    this.collectors.setProbes(probes);
  }

  private startCollectors(config: Config, catalogue: ModuleCatalogue | null): Promise<Collectors> {
    const { engine, devices, probes, own } = this;
    return startCollectors({
      config,
      engine,
      devices,
      probes,
      own,
      catalogue,
      log: this.log,
      onRenumbered: (id) => this.source?.walkAgain(id),
    });
  }

  private app() {
    return exporterApp({
      version: version(),
      store: this.store,
      devices: this.devices,
      probes: this.probes,
      own: this.own,
      readiness: this.readiness,
      pingDescription: () => this.collectors?.pingDescription ?? 'not started yet',
      redactedConfig: () => redactedConfig(this.config),
      reload: () => this.reload(),
      log: (message, err) => this.log.error({ err }, message),
    });
  }

  private take(list: TargetList, origin: Parameters<OwnMetrics['targetList']>[0]): void {
    this.list = list;
    this.own.targetList(origin, list.generatedAt);
    this.setTargets().catch((err: unknown) =>
      this.log.error({ err }, 'the exporter failed at taking a list of devices')
    );
  }

  private async setTargets(): Promise<void> {
    if (!this.list) {
      return;
    }
    const targets = this.share.of(this.list.targets, this.config);
    const problems = await this.devices.takeTargets(targets);
    if (problems !== null) {
      problems.forEach((problem) => this.log.warn(problem));
      // Not before their series are there: what rounds and polls bring until then would be lost.
      this.collectors.setTargets(targets);
    }
  }

  /** A file that is not valid changes nothing; addresses, the sidecar and the data directory need a restart. */
  async reload(): Promise<void> {
    let fresh: Config;
    let catalogue: ModuleCatalogue | null;
    try {
      fresh = this.read();
      catalogue = moduleCatalogue(fresh);
      // Read again where they are used; here so that a wrong one changes nothing at all.
      readClassifierFiles(fresh.discovery);
    } catch (err) {
      this.own.configLoaded(false);
      throw err;
    }
    const old = this.config;
    if (!isDeepStrictEqual([old.ping, old.snmp], [fresh.ping, fresh.snmp])) {
      // The new ones first: when this machine cannot do what they ask, the old ones go on.
      const collectors = await this.startCollectors(fresh, catalogue);
      await this.collectors.stop();
      this.collectors = collectors;
    } else {
      this.collectors.setAuths(fresh.auths);
      if (catalogue && (fresh.snmp.moduleFiles.length > 0 || fresh.snmp.profilesFile !== null)) {
        this.collectors.setCatalogue(catalogue);
      }
    }
    this.config = fresh;
    this.devices.setIntervals(intervals(fresh), fresh.ping.failedRounds, fresh.snmp.maxSeries);
    this.setProbes();
    this.source.reload(fresh);
    await this.setTargets();
    this.own.configLoaded(true);
  }

  async stop(): Promise<void> {
    this.readiness.stopping();
    this.devices.stop();
    clearInterval(this.ticker);
    const recall = this.recall?.stop();
    await this.listening?.close();
    const source = this.source?.stop();
    await this.collectors?.stop();
    // Ends the walks that a silent device would draw out.
    await this.engine.close();
    await source;
    await recall;
    this.own.stop();
  }
}

const intervals = ({ ping, snmp }: Config) => ({
  pingMs: ping.intervalMs,
  snmp: pollIntervals(snmp),
  modules: snmp.deviceModules,
});
