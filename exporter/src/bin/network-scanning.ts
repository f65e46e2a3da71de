import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Config } from '../config/config';
import { NetworkScanner } from '../discovery/scan/network-scanner';
import { ScanMetrics } from '../discovery/scan/scan-metrics';
import type { Database } from '../inventory/database';
import type { PingDriver } from '../ping/driver';
import { openPingDriver } from '../ping/open';
import { SharedSocketEngine } from '../snmp/engine';

/** The sidecar's scanner, wired. `config` is the one in use, which a reload replaces. */
export function networkScanner(
  db: Database,
  owner: string,
  config: () => Config,
  registry: Registry,
  log: Logger
): NetworkScanner {
  return new NetworkScanner({
    db,
    owner,
    auths: () => config().auths,
    usualAuths: () => config().discovery.auths,
    settings: () => config().discovery.scan,
    openEngine: () => new SharedSocketEngine(),
    openPing: () => openScanPing(config().ping),
    metrics: new ScanMetrics(registry),
    log,
  });
}

/** fping is a program that would be started for every address. */
async function openScanPing(ping: Config['ping']): Promise<PingDriver> {
  if (ping.driver === 'fping') {
    throw new Error('ping.driver is fping, and scans ping through sockets only; leave ping.driver out');
  }
  return openPingDriver({ ...ping, driver: ping.driver === 'simulator' ? 'simulator' : 'socket' });
}
