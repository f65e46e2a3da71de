import type { Logger } from 'pino';
import type { Database } from '../inventory/database';
import {
  claimDue,
  freeLeases,
  purgeHistory,
  renewLeases,
  requestDiscovery,
  requestRefreshOfAll,
} from '../inventory/discovery-queue';
import { finishRun, startRun, type RunResult } from '../inventory/discovery-runs';
import { upkeep } from '../inventory/upkeep';
import { DeviceDiscovery } from './discover-device';
import type { DiscoveryMetrics } from './discovery-metrics';
import { RunTally } from './run-tally';
import type { Walker } from './walk-device';

export interface DiscoveryOptions {
  /** Devices walked at once. */
  concurrency: number;
  refreshMs: number;
  /** Local time of day, HH:MM. */
  fullWalkAt: string;
  /** Tells this sidecar from others on the same database; one process, one name. */
  owner: string;
  /** How long a device is another sidecar's to take, once nothing was heard of this one. Default 90 s. */
  leaseMs?: number;
  /** Unix ms. */
  now?: () => number;
}

/** How often the database is asked for due devices, besides when somebody asks for one. */
const LOOK_MS = 5_000;
const LEASE_MS = 90_000;
/** So many times a lease is renewed before it would end: two in a row may fail. */
const RENEWALS = 3;
/** Several sidecars that start together look at everything once, not once each. */
const JUST_LOOKED_MS = 5 * 60_000;
const KEEP_TOMBSTONES_MS = 400 * 86_400_000;

/** Walks the devices that are due and writes what it finds; several on one database share the work. */
export class DiscoveryRunner {
  private readonly now: () => number;
  private readonly leaseMs: number;
  private readonly devices: DeviceDiscovery;
  private readonly requested = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  /** While a pass is open: puts one more worker on it; false when all are at work, or it is about to end. */
  private hire: () => boolean = () => false;
  private started = false;
  private stopping = false;
  /** True after a pass that failed: the trouble was told, and is not told again every five seconds. */
  private inTrouble = false;

  constructor(
    private readonly db: Database,
    walker: Walker,
    private readonly options: DiscoveryOptions,
    private readonly metrics: DiscoveryMetrics,
    private readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
  ) {
    this.now = options.now ?? Date.now;
    this.leaseMs = options.leaseMs ?? LEASE_MS;
    const { now } = this;
    this.devices = new DeviceDiscovery(db, walker, { ...options, now, isStopping: () => this.stopping }, metrics, log);
  }

  /**
   * Everything is looked at once at the start, but for what another sidecar has just looked at; then each device at its
   * time. Rejects when the database does.
   */
  async start(): Promise<void> {
    const shared = this.db.kind === 'server';
    if (!shared) {
      // An embedded database has this one sidecar: a lease in it is of a process that was killed.
      await freeLeases(this.db);
    }
    await requestRefreshOfAll(this.db, this.now() - (shared ? JUST_LOOKED_MS : 0));
    this.started = true;
    this.look();
  }

  /** Takes on no more walks and resolves when those under way have ended; who cannot wait closes the SNMP engine. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Makes a device due for a full walk at once; false when there is no such device or it is not asked by SNMP. */
  async request(deviceId: string): Promise<boolean> {
    const taken = await requestDiscovery(this.db, deviceId);
    if (taken) {
      this.requested.add(deviceId);
      this.look();
    }
    return taken;
  }

  /** Looks for due devices now, say after an import: in the pass that is under way, or in one after it. */
  look(): void {
    if (!this.started || this.stopping) {
      return;
    }
    if (this.running) {
      this.again = !this.hire() || this.again;
      return;
    }
    clearTimeout(this.timer);
    this.running = this.pass().finally(() => {
      this.running = undefined;
      if (this.stopping) {
        return;
      }
      if (this.again) {
        this.again = false;
        this.look();
      } else {
        this.timer = setTimeout(() => this.look(), LOOK_MS);
      }
    });
  }

  private async pass(): Promise<void> {
    try {
      await this.runOnce();
      if (this.inTrouble) {
        this.inTrouble = false;
        this.log.info('discovery works again');
      }
    } catch (err) {
      this.metrics.failedPass();
      if (!this.inTrouble) {
        this.inTrouble = true;
        this.log.error({ err }, 'discovery stopped half way and is tried again every 5 s');
      }
    }
  }

  /** Walks every device that is due now. Undefined when none was. Rejects when the database does. */
  async runOnce(): Promise<RunResult | undefined> {
    const startedAt = this.now();
    const run = new RunTally();
    let id: Promise<number> | undefined;
    const working = new Set<Promise<void>>();
    let failure: { err: unknown } | undefined;
    const work = async () => {
      while (!this.stopping && !failure) {
        const [device] = await claimDue(this.db, {
          owner: this.options.owner,
          now: this.now(),
          leaseMs: this.leaseMs,
          limit: 1,
        });
        if (!device) {
          return;
        }
        // Where one was due there may be more; where none is, one question was enough.
        this.hire();
        await (id ??= startRun(this.db, { kind: 'refresh', owner: this.options.owner, startedAt }));
        run.claimed(device, this.requested.delete(device.id));
        await this.devices.discover(device, run);
      }
    };
    this.hire = () => {
      if (working.size >= this.options.concurrency || this.stopping) {
        return false;
      }
      const one: Promise<void> = work()
        .catch((err: unknown) => void (failure ??= { err }))
        .finally(() => working.delete(one));
      working.add(one);
      return true;
    };
    const renewing = setInterval(() => void this.renew(), this.leaseMs / RENEWALS);
    // A device that takes minutes keeps nobody waiting who falls due meanwhile.
    const looking = setInterval(() => this.hire(), LOOK_MS);
    this.hire();
    // All of them end before the outcome is known: none may still write after this has settled.
    while (working.size > 0) {
      await Promise.all(working);
    }
    this.hire = () => false;
    clearInterval(looking);
    clearInterval(renewing);
    if (failure) {
      throw failure.err;
    }
    if (!id) {
      return undefined;
    }
    await finishRun(this.db, await id, this.now(), run.result);
    this.metrics.ranOnce(run.result, (this.now() - startedAt) / 1000, this.now() / 1000);
    if (run.result.kind === 'full') {
      await purgeHistory(this.db, this.now() - KEEP_TOMBSTONES_MS);
      await upkeep(this.db);
    }
    this.log.info({ ...run.result, seconds: (this.now() - startedAt) / 1000 }, 'discovery run finished');
    return run.result;
  }

  private async renew(): Promise<void> {
    try {
      await renewLeases(this.db, this.options.owner, this.now() + this.leaseMs);
    } catch (err) {
      // Nothing is lost by it: who writes without a lease is refused, and the next walk tells of the database.
      this.log.warn({ err }, 'the leases of the devices that are being walked were not renewed');
    }
  }
}
