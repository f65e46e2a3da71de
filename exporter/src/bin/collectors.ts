import type { Logger } from 'pino';
import type { Config } from '../config/config';
import type { DeviceSeries } from '../metrics/device-series';
import type { OwnMetrics } from '../metrics/own';
import type { ProbeSeries } from '../metrics/probe-series';
import type { PollIntervals } from '../model/poll-kind';
import type { Probe } from '../model/probe';
import type { Target } from '../model/target-list';
import { Names, systemLookup } from '../ping/names';
import { openPingDriver } from '../ping/open';
import { PingRounds, systemClock } from '../ping/rounds';
import { SnmpPoller } from '../poll/poller';
import { askProbe } from '../probe/ask';
import { ProbeSchedule } from '../probe/schedule';
import type { ModuleCatalogue } from '../modules/catalogue';
import type { SnmpEngine } from '../snmp/session';

export interface CollectorGround {
  config: Config;
  engine: SnmpEngine;
  devices: DeviceSeries;
  probes: ProbeSeries;
  own: OwnMetrics;
  /** What devices are asked beyond their interfaces; null: nothing. */
  catalogue: ModuleCatalogue | null;
  log: Pick<Logger, 'warn' | 'error'>;
  /** The interfaces of a device have other ifIndexes than the target list says. */
  onRenumbered: (deviceId: string) => void;
}

/** Rounds of pings and SNMP polls over one fleet, and its probes, under one set of settings. */
export interface Collectors {
  /** How echoes are sent, for people. */
  pingDescription: string;
  setTargets(targets: readonly Target[]): void;
  setProbes(probes: readonly Probe[]): void;
  setAuths(auths: Config['auths']): void;
  /** Modules or profiles of the user changed. */
  setCatalogue(catalogue: ModuleCatalogue): void;
  polls(): { inFlight: number; queued: number };
  stop(): Promise<void>;
}

export function pollIntervals(snmp: Config['snmp']): PollIntervals {
  return { fastMs: snmp.fastIntervalMs, standardMs: snmp.intervalMs, slowMs: snmp.slowIntervalMs };
}

/** Rejects with PingUnavailableError when this machine cannot ping at all. */
export async function startCollectors({
  config,
  engine,
  devices,
  probes,
  own,
  catalogue,
  log,
  onRenumbered,
}: CollectorGround): Promise<Collectors> {
  const { ping, snmp } = config;
  const driver = await openPingDriver(ping);
  const rounds = new PingRounds({
    driver,
    plan: { count: ping.count, gapMs: ping.gapMs, timeoutMs: ping.timeoutMs },
    intervalMs: ping.intervalMs,
    onRound: (id, round) => {
      own.roundDecided(round);
      devices.publishRound(id, round);
    },
    onLate: () => own.roundLate(),
  });
  /** Devices of which was told that not all of their modules has room. */
  const crowded = new Set<string>();
  const poller = new SnmpPoller({
    engine,
    auths: config.auths,
    intervals: pollIntervals(snmp),
    catalogue,
    timeoutMs: snmp.timeoutMs,
    retries: snmp.retries,
    concurrency: snmp.concurrency,
    onPoll: (id, result, kind) => {
      own.pollEnded(kind, result);
      own.countersBroke(result.snapshot?.discontinuities ?? 0);
      own.countersFromOctets(result.snapshot?.fromOctets ?? 0);
      devices.publishPoll(id, result);
      if (result.renumbered) {
        onRenumbered(id);
      }
    },
    onModules: (id, result, kind) => {
      own.modulesEnded(kind, result);
      const leftOut = devices.publishModules(id, kind === 'modules_slow' ? 'slow' : 'standard', result);
      if (leftOut > 0 && !crowded.has(id)) {
        log.warn({ device_id: id }, `${leftOut} series of its modules are left out: snmp.max_series allows no more`);
      }
      crowded[leftOut > 0 ? 'add' : 'delete'](id);
    },
    onError: (id, kind, err) => {
      own.pollFailed();
      log.error({ device_id: id, err }, `the exporter failed at polling ${kind}`);
    },
    onLag: (lagMs) => own.pollStarted(lagMs),
    onSkipped: (turns) => own.pollSkipped(turns),
  });
  const names = new Names(systemLookup, () => systemClock.monotonicMs());
  const schedule = new ProbeSchedule({
    ask: (probe, signal) => askProbe(probe, { driver, names, echoes: ping }, signal),
    onResult: (name, result) => {
      own.probeEnded(result);
      probes.publish(name, result);
    },
    onSkipped: () => own.probeSkipped(),
    clock: systemClock,
  });
  rounds.start();
  return {
    pingDescription: driver.description,
    setTargets: (targets) => {
      rounds.setTargets(targets.filter(({ device }) => device.enabled && device.ping).map(({ device }) => device));
      poller.setTargets(targets);
    },
    setProbes: (wanted) => {
      names.keepOnly(new Set(wanted.map(({ question }) => question.host)));
      schedule.setProbes(wanted);
    },
    setAuths: (auths) => poller.setAuths(auths),
    setCatalogue: (fresh) => poller.setCatalogue(fresh),
    polls: () => ({ inFlight: poller.inFlight, queued: poller.queued }),
    stop: async () => {
      schedule.stop();
      await Promise.all([rounds.stop(), poller.stop()]);
      await driver.close();
    },
  };
}
