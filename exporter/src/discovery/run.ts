import type { Logger } from 'pino';
import type { Database } from '../inventory/database';
import {
  claimDue,
  finishDiscovery,
  purgeHistory,
  releaseClaim,
  requestDiscovery,
  requestRefreshOfAll,
  type ClaimedDevice,
} from '../inventory/discovery-queue';
import { finishRun, startRun, type RunResult } from '../inventory/discovery-runs';
import { LeaseLost, saveWalk } from '../inventory/save-walk';
import { SnmpError } from '../snmp/session';
import type { DiscoveryMetrics } from './discovery-metrics';
import { nextFullWalk, nextRefresh, nextRetry } from './due-times';
import { walkDevice, type Walker } from './walk-device';

export interface DiscoveryOptions {
  /** Devices walked at once. */
  concurrency: number;
  refreshMs: number;
  /** Local time of day, HH:MM. */
  fullWalkAt: string;
  /** Tells this sidecar from others on the same database; one process, one name. */
  owner: string;
  /** Unix ms. */
  now?: () => number;
}

/** How often the database is asked for due devices, besides when somebody asks for one. */
const LOOK_MS = 5_000;
/** Longer than any walk: what is still held after it belongs to a sidecar that died. */
const LEASE_MS = 10 * 60_000;
const KEEP_TOMBSTONES_MS = 400 * 86_400_000;

/** Walks the devices that are due and writes what it finds; several on one database share the work. */
export class DiscoveryRunner {
  private readonly now: () => number;
  private readonly requested = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private started = false;
  private stopping = false;
  /** True after a pass that failed: the trouble was told, and is not told again every five seconds. */
  private inTrouble = false;

  constructor(
    private readonly db: Database,
    private readonly walker: Walker,
    private readonly options: DiscoveryOptions,
    private readonly metrics: DiscoveryMetrics,
    private readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
  ) {
    this.now = options.now ?? Date.now;
  }

  /** Everything is looked at once at the start; then each device at its time. Rejects when the database does. */
  async start(): Promise<void> {
    await requestRefreshOfAll(this.db);
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

  /** Looks for due devices now, say after an import; a pass that is under way is followed by another. */
  look(): void {
    if (!this.started || this.stopping) {
      return;
    }
    if (this.running) {
      this.again = true;
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
    const run = new Tally();
    let id: Promise<number> | undefined;
    const worker = async () => {
      while (!this.stopping) {
        const [device] = await claimDue(this.db, {
          owner: this.options.owner,
          now: this.now(),
          leaseMs: LEASE_MS,
          limit: 1,
        });
        if (!device) {
          return;
        }
        await (id ??= startRun(this.db, { kind: 'refresh', owner: this.options.owner, startedAt }));
        run.claimed(device, this.requested.delete(device.id));
        await this.discover(device, run);
      }
    };
    // All of them end before the outcome is known: none may still write after this has settled.
    const ends = await Promise.allSettled(Array.from({ length: this.options.concurrency }, worker));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) {
      throw failed.reason;
    }
    if (!id) {
      return undefined;
    }
    await finishRun(this.db, await id, this.now(), run.result);
    this.metrics.ranOnce(run.result, (this.now() - startedAt) / 1000, this.now() / 1000);
    if (run.result.kind === 'full') {
      await purgeHistory(this.db, this.now() - KEEP_TOMBSTONES_MS);
    }
    this.log.info({ ...run.result, seconds: (this.now() - startedAt) / 1000 }, 'discovery run finished');
    return run.result;
  }

  private async discover(device: ClaimedDevice, run: Tally): Promise<void> {
    const { owner, refreshMs, fullWalkAt } = this.options;
    const startedAt = this.now();
    try {
      const walk = await walkDevice(this.walker, device);
      const walkedAt = this.now();
      const saved = await saveWalk(this.db, device.id, { ...walk, complete: true, full: device.full, walkedAt }, owner);
      const nextFull = nextFullWalk(walkedAt, fullWalkAt);
      await finishDiscovery(this.db, device.id, owner, {
        reason: 'ok',
        detail: '',
        finishedAt: walkedAt,
        nextDiscoveryAt: Math.min(nextRefresh(walkedAt, refreshMs), nextFull),
        nextFullWalkAt: device.full ? nextFull : undefined,
      });
      run.succeeded(walk.interfaces.length, saved);
      if (saved.renumbered > 0) {
        this.log.info({ device: device.id, interfaces: saved.renumbered }, 'the device has renumbered its interfaces');
      }
    } catch (err) {
      if (err instanceof LeaseLost) {
        this.log.warn(err.message);
        run.failed('lease_lost');
        return;
      }
      if (!(err instanceof SnmpError)) {
        throw err;
      }
      if (this.stopping) {
        // Cut off by our own end, perhaps: that says nothing about the device.
        await releaseClaim(this.db, device.id, owner);
        run.failed('stopped');
        return;
      }
      const failures = device.failures + 1;
      await finishDiscovery(this.db, device.id, owner, {
        reason: err.reason,
        detail: err.message,
        finishedAt: this.now(),
        nextDiscoveryAt: nextRetry(this.now(), failures, refreshMs),
      });
      run.failed(err.reason);
      if (failures === 1) {
        this.log.warn({ device: device.id, reason: err.reason }, `discovery failed: ${err.message}`);
      }
    } finally {
      this.metrics.walked((this.now() - startedAt) / 1000);
    }
  }
}

/** Adds up a run. */
class Tally {
  readonly result: RunResult = {
    kind: 'refresh',
    devices: 0,
    succeeded: 0,
    failed: 0,
    failedByReason: {},
    interfacesFound: 0,
    interfacesAdded: 0,
    interfacesChanged: 0,
    interfacesRemoved: 0,
  };
  private asked = 0;
  private full = 0;

  claimed(device: ClaimedDevice, asked: boolean): void {
    this.result.devices++;
    this.asked += asked ? 1 : 0;
    this.full += device.full ? 1 : 0;
    // A run is what most people would call it: manual when all of it was asked for, full when any of it was.
    this.result.kind = this.asked === this.result.devices ? 'manual' : this.full > 0 ? 'full' : 'refresh';
  }

  succeeded(found: number, saved: { added: number; changed: number; removed: number }): void {
    this.result.succeeded++;
    this.result.interfacesFound += found;
    this.result.interfacesAdded += saved.added;
    this.result.interfacesChanged += saved.changed;
    this.result.interfacesRemoved += saved.removed;
  }

  failed(reason: string): void {
    this.result.failed++;
    this.result.failedByReason[reason] = (this.result.failedByReason[reason] ?? 0) + 1;
  }
}
