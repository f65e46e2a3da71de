import path from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config/config';
import { createClassifier } from '../discovery/classify/classify';
import { StandaloneDiscovery } from '../discovery/standalone';
import type { Walker } from '../discovery/walk-device';
import type { TargetSource as Origin } from '../metrics/own';
import type { TargetList } from '../model/target-list';
import { FollowInventory } from '../poll/follow-inventory';
import { TargetCopy } from '../poll/target-copy';
import type { SnmpEngine } from '../snmp/session';

export interface TargetSource {
  /** Takes what a reload changed; the way of finding targets itself needs a restart. */
  reload(config: Config): void;
  stop(): Promise<void>;
}

export type TakeTargets = (list: TargetList, origin: Origin) => void;

/** Targets from the sidecar where the configuration names one, else from the file and our own walks. */
export async function openTargetSource(
  config: Config,
  engine: SnmpEngine,
  take: TakeTargets,
  log: Logger
): Promise<TargetSource> {
  return config.inventory
    ? followSidecar(config, config.inventory, take, log)
    : walkOurselves(config, engine, take, log);
}

async function followSidecar(
  config: Config,
  inventory: NonNullable<Config['inventory']>,
  take: TakeTargets,
  log: Logger
): Promise<TargetSource> {
  let trouble: string | undefined;
  const follow = new FollowInventory({
    ...inventory,
    copy: new TargetCopy(path.join(config.dataDir, 'exporter', 'targets.json')),
    onTargets: (list, origin) => {
      if (trouble !== undefined && origin === 'sidecar') {
        log.info(`the sidecar on ${inventory.url} answers again`);
        trouble = undefined;
      }
      log.info(
        `${list.targets.length} devices from ${origin === 'disk' ? 'the last list on disk' : `the sidecar on ${inventory.url}`}`
      );
      take(list, origin);
    },
    onError: (err) => {
      // Told once until it changes: a sidecar that is away for a day is one line, not thousands.
      if (err.message !== trouble) {
        trouble = err.message;
        log.warn(`${err.message}; going on with the list in use`);
      }
    },
  });
  await follow.start();
  return { reload: () => undefined, stop: () => follow.stop() };
}

async function walkOurselves(
  config: Config,
  engine: SnmpEngine,
  take: TakeTargets,
  log: Logger
): Promise<TargetSource> {
  const walker: Walker = {
    engine,
    auths: config.auths,
    classify: createClassifier(),
    timeoutMs: config.snmp.timeoutMs,
    retries: config.snmp.retries,
  };
  const discovery = new StandaloneDiscovery(walker, {
    refreshMs: config.discovery.refreshMs,
    concurrency: config.discovery.concurrency,
    onList: (list) => take(list, 'file'),
    onFailure: (id, failure) => log.warn({ device_id: id, reason: failure.reason }, failure.message),
  });
  discovery.setDevices(config.devices);
  return {
    reload: (fresh) => {
      walker.auths = fresh.auths;
      walker.timeoutMs = fresh.snmp.timeoutMs;
      walker.retries = fresh.snmp.retries;
      discovery.setDevices(fresh.devices);
    },
    stop: () => discovery.stop(),
  };
}
