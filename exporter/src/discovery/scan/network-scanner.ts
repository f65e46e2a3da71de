import { isIP } from 'node:net';
import type { Logger } from 'pino';
import type { Database } from '../../inventory/database';
import { beginScan, deviceAddresses, endLostScans, getScan, requestCancel, type ScanRow } from '../../inventory/scans';
import type { Caller } from '../../model/caller';
import { countHosts, hostsOf } from '../../model/ip-network';
import type { SnmpAuth } from '../../model/snmp-auth';
import type { PingDriver } from '../../ping/driver';
import type { SnmpEngine } from '../../snmp/session';
import { canonicalAddress } from '../../snmp/shared-socket';
import { Pace } from './pace';
import { RunningScan, type ScanTimes } from './running-scan';
import type { ScanMetrics } from './scan-metrics';
import { admit, ScanRefused, type ScanRequest, type ScanSettings } from './scan-request';
import { Sweep } from './sweep';

export interface ScannerParts {
  db: Database;
  /** Tells this sidecar from others on the same database. */
  owner: string;
  /** `auths:` of the configuration in use. */
  auths: () => Readonly<Record<string, SnmpAuth>>;
  /** Those of them that are tried where nobody names others. */
  usualAuths: () => readonly string[];
  settings: () => ScanSettings;
  /** An engine for one scan alone: what it learns of 65,536 addresses goes with it. */
  openEngine: () => SnmpEngine;
  /** Rejects when this machine cannot ping one address at a time. */
  openPing: () => Promise<PingDriver>;
  metrics: ScanMetrics;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  times?: ScanTimes;
}

const TIMES: ScanTimes = { tickMs: 1000, leaseMs: 60_000 };

/** Looks through networks for devices, one network at a time, beside discovery. */
export class NetworkScanner {
  private current: { scan: RunningScan; closed: Promise<void> } | undefined;
  private stopping = false;

  constructor(private readonly parts: ScannerParts) {}

  /** Ends in the books what sidecars that died have left. Rejects when the database does. */
  async start(): Promise<void> {
    const { db } = this.parts;
    await endLostScans(db, db.kind === 'embedded');
  }

  /** Begins no more scans, and ends the one that is under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.current?.scan.end('stopped');
    await this.current?.closed;
  }

  /**
   * Begins a scan; it goes on after this has resolved.
   * @throws ScanRefused; rejects when the database does
   */
  async request(request: ScanRequest, caller: Caller): Promise<ScanRow> {
    const auths = this.parts.auths();
    const names = admit(request, this.parts.settings(), { known: Object.keys(auths), usual: this.parts.usualAuths() });
    const ping = await this.openPing(request, names.length > 0);
    try {
      const devices = await deviceAddresses(this.parts.db, request.port);
      const row = await this.enter(request, names, ping !== null, caller);
      const credentials = names.map((name) => ({ name, auth: auths[name] as SnmpAuth }));
      this.begin(row, request, new Set(devices.filter(isIP).map(canonicalAddress)), credentials, ping);
      return row;
    } catch (err) {
      await ping?.close();
      throw err;
    }
  }

  /** Ends a scan; one of another sidecar within seconds. Undefined when there is none; one that has ended stays so. */
  async cancel(id: number, caller: Caller): Promise<ScanRow | undefined> {
    const { db } = this.parts;
    if ((await requestCancel(db, id, caller)) && this.current?.scan.id === id) {
      this.current.scan.end('cancelled');
      await this.current.closed;
    }
    return getScan(db, id);
  }

  private get times(): ScanTimes {
    return this.parts.times ?? TIMES;
  }

  private async openPing({ network, ping }: ScanRequest, hasCredentials: boolean): Promise<PingDriver | null> {
    if (ping === false) {
      if (!hasCredentials) {
        throw new ScanRefused('scan_impossible', 'There is nothing to ask with: no credential and no ping.');
      }
      return null;
    }
    try {
      return await this.parts.openPing();
    } catch (err) {
      const why = (err as Error).message;
      if (ping || !hasCredentials) {
        throw new ScanRefused('scan_impossible', `Addresses cannot be pinged: ${why}`);
      }
      this.parts.log.warn(`${network.text} is looked through by SNMP alone: ${why}`);
      return null;
    }
  }

  /** Puts it into the books. */
  private async enter(request: ScanRequest, auths: string[], ping: boolean, caller: Caller): Promise<ScanRow> {
    const { db, owner } = this.parts;
    const { network, port: snmpPort } = request;
    const order = { network: network.text, snmpPort, auths, ping, addresses: countHosts(network) };
    const { begun, running } = await beginScan(db, order, caller, { owner, ms: this.times.leaseMs });
    if (running) {
      const who = running.owner === owner ? 'This sidecar' : `The sidecar on ${running.owner.split(':')[0]}`;
      throw new ScanRefused(
        'scan_running',
        `${who} is looking through ${running.network} (scan ${running.id}); wait for its end, or cancel it.`
      );
    }
    return begun;
  }

  private begin(
    row: ScanRow,
    { network, port: snmpPort }: ScanRequest,
    known: ReadonlySet<string>,
    auths: readonly { name: string; auth: SnmpAuth }[],
    ping: PingDriver | null
  ): void {
    const { db, metrics, log, settings, openEngine } = this.parts;
    const { concurrency, timeoutMs, rate } = settings();
    const engine = openEngine();
    const ways = { engine, auths, snmpPort, ping, timeoutMs, pace: new Pace(rate) };
    const sweep = new Sweep(ways, known, (answer) => metrics.decided(answer));
    log.info(`scan ${row.id} looks through ${row.network}, asked for by ${row.requested_by}`);
    metrics.began();
    const scan = new RunningScan({ db, row, sweep, log, ...this.times }, hostsOf(network), concurrency);
    const closed = scan.ended.then(async (end) => {
      this.current = undefined;
      metrics.ended(end?.state ?? 'failed');
      log.info({ ...sweep.counts, state: end?.state ?? 'lost' }, `scan ${row.id} has ended`);
      await Promise.all([engine.close(), ping?.close()]);
    });
    this.current = { scan, closed };
    if (this.stopping) {
      scan.end('stopped');
    }
  }
}
