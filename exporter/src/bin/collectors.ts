import type { Config } from '../config/config';
import type { DeviceSeries } from '../metrics/device-series';
import type { OwnMetrics } from '../metrics/own';
import type { Target } from '../model/target-list';
import { openPingDriver } from '../ping/open';
import { PingRounds } from '../ping/rounds';
import { SnmpPoller } from '../poll/poller';
import type { SnmpEngine } from '../snmp/session';

export interface CollectorGround {
  config: Config;
  engine: SnmpEngine;
  devices: DeviceSeries;
  own: OwnMetrics;
  /** The interfaces of a device have other ifIndexes than the target list says. */
  onRenumbered: (deviceId: string) => void;
}

/** Rounds of pings and SNMP polls over one fleet, under one set of settings. */
export interface Collectors {
  /** How echoes are sent, for people. */
  pingDescription: string;
  setTargets(targets: readonly Target[]): void;
  setAuths(auths: Config['auths']): void;
  stop(): Promise<void>;
}

/** Rejects with PingUnavailableError when this machine cannot ping at all. */
export async function startCollectors({
  config,
  engine,
  devices,
  own,
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
  const poller = new SnmpPoller({
    engine,
    auths: config.auths,
    intervalMs: snmp.intervalMs,
    timeoutMs: snmp.timeoutMs,
    retries: snmp.retries,
    concurrency: snmp.concurrency,
    onPoll: (id, result) => {
      own.pollEnded(result);
      devices.publishPoll(id, result);
      if (result.renumbered) {
        onRenumbered(id);
      }
    },
    onLag: (lagMs) => own.pollStarted(lagMs),
    onSkipped: () => own.pollSkipped(),
  });
  rounds.start();
  return {
    pingDescription: driver.description,
    setTargets: (targets) => {
      rounds.setTargets(targets.filter(({ device }) => device.enabled && device.ping).map(({ device }) => device));
      poller.setTargets(targets);
    },
    setAuths: (auths) => poller.setAuths(auths),
    stop: async () => {
      await Promise.all([rounds.stop(), poller.stop()]);
      await driver.close();
    },
  };
}
