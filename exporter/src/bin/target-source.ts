import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { Config } from '../config/config';
import { createClassifier } from '../discovery/classify/classify';
import { readClassifierFiles } from '../discovery/provider-catalogue';
import { StandaloneDiscovery } from '../discovery/standalone';
import type { Walker } from '../discovery/walk-device';
import type { TargetSource as Origin } from '../metrics/own';
import { inShard } from '../model/device-hash';
import type { TargetList } from '../model/target-list';
import { FollowInventory, SidecarAway } from '../poll/follow-inventory';
import { TargetCopy } from '../poll/target-copy';
import { WalkRequests, type WalkRequestResult } from '../poll/walk-requests';
import type { SnmpEngine } from '../snmp/session';

export interface TargetSource {
  /** Takes what a reload changed; the way of finding targets itself needs a restart. */
  reload(config: Config): void;
  /** Has a device walked soon, because what is known of its interfaces is not true any more. */
  walkAgain(deviceId: string): void;
  stop(): Promise<void>;
}

export interface TargetReader {
  take: (list: TargetList, origin: Origin) => void;
  /** The sidecar says that the list is still the newest; Unix ms. */
  confirmed: (at: number) => void;
  /** What became of a request to the sidecar for a walk. */
  walkRequested: (result: WalkRequestResult) => void;
}

/** Targets from the sidecar where the configuration names one, else from the file and our own walks. */
export async function openTargetSource(
  config: Config,
  engine: SnmpEngine,
  reader: TargetReader,
  log: Logger
): Promise<TargetSource> {
  return config.inventory
    ? followSidecar(config, config.inventory, reader, log)
    : walkOurselves(config, engine, reader, log);
}

async function followSidecar(
  config: Config,
  inventory: NonNullable<Config['inventory']>,
  reader: TargetReader,
  log: Logger
): Promise<TargetSource> {
  let trouble: string | undefined;
  const answered = () => {
    if (trouble !== undefined) {
      log.info(`the sidecar on ${inventory.url} answers again`);
      trouble = undefined;
    }
  };
  const follow = new FollowInventory({
    ...inventory,
    copy: new TargetCopy(path.join(config.dataDir, 'exporter', 'targets.json')),
    onTargets: (list, origin) => {
      if (origin === 'sidecar') {
        answered();
      }
      log.info(
        `${list.targets.length} devices from ${origin === 'disk' ? 'the last list on disk' : `the sidecar on ${inventory.url}`}`
      );
      reader.take(list, origin);
    },
    onConfirmed: (at) => {
      answered();
      reader.confirmed(at);
    },
    onError: (err) => {
      // Told once until it changes: a sidecar that is away for a day is one line, not thousands.
      const kind = err instanceof SidecarAway ? err.name : err.message;
      if (kind !== trouble) {
        trouble = kind;
        log.warn(`${err.message}; going on with the list in use`);
      }
    },
  });
  const walks = new WalkRequests({
    ask: (deviceId) => follow.requestDiscovery(deviceId),
    onResult: reader.walkRequested,
    onRefused: (deviceId, err) => log.warn({ device_id: deviceId }, err.message),
  });
  await follow.start();
  return {
    reload: () => undefined,
    walkAgain: (deviceId) => walks.request(deviceId),
    stop: () => {
      walks.stop();
      return follow.stop();
    },
  };
}

async function walkOurselves(
  config: Config,
  engine: SnmpEngine,
  reader: TargetReader,
  log: Logger
): Promise<TargetSource> {
  let files = readClassifierFiles(config.discovery);
  const walker: Walker = {
    engine,
    auths: config.auths,
    autoAuths: config.discovery.auths,
    classify: createClassifier(files.rules, files.providers),
    timeoutMs: config.snmp.timeoutMs,
    retries: config.snmp.retries,
  };
  const discovery = new StandaloneDiscovery(walker, {
    refreshMs: config.discovery.refreshMs,
    concurrency: config.discovery.concurrency,
    onList: (list) => reader.take(list, 'file'),
    onFailure: (id, failure) => log.warn({ device_id: id, reason: failure.reason }, failure.message),
  });
  discovery.setDevices(ownDevices(config));
  return {
    reload: (fresh) => {
      const read = readClassifierFiles(fresh.discovery);
      const saysElse = !isDeepStrictEqual(read, files);
      files = read;
      walker.classify = createClassifier(files.rules, files.providers);
      walker.auths = fresh.auths;
      walker.autoAuths = fresh.discovery.auths;
      walker.timeoutMs = fresh.snmp.timeoutMs;
      walker.retries = fresh.snmp.retries;
      discovery.setDevices(ownDevices(fresh));
      if (saysElse) {
        ownDevices(fresh).forEach(({ id }) => discovery.request(id));
      }
    },
    walkAgain: (deviceId) => void discovery.request(deviceId),
    stop: () => discovery.stop(),
  };
}

/** Those of the other exporters are walked there. */
const ownDevices = ({ devices, exporter }: Config) => devices.filter(({ id }) => inShard(id, exporter.shard));
