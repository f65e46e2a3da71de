import type { Logger } from 'pino';
import type { Database } from '../inventory/database';
import { finishDiscovery, releaseClaim, type ClaimedDevice } from '../inventory/discovery-queue';
import { LeaseLost, saveWalk } from '../inventory/save-walk';
import { SnmpError } from '../snmp/session';
import type { DiscoveryMetrics } from './discovery-metrics';
import { nextFullWalk, nextRefresh, nextRetry } from './due-times';
import { knownDevice } from './inventory-device';
import { refreshDevice, type Escalation } from './refresh-device';
import type { RunTally } from './run-tally';
import { walkDevice, type DeviceWalk, type Walker } from './walk-device';

export interface DeviceDiscoveryOptions {
  owner: string;
  refreshMs: number;
  /** Local time of day, HH:MM. */
  fullWalkAt: string;
  /** Unix ms. */
  now: () => number;
  /** The end of this sidecar may be what cuts a walk off. */
  isStopping: () => boolean;
}

/** Discovery of one device: what is known, the walk, what is written, and when it is due again. */
export class DeviceDiscovery {
  constructor(
    private readonly db: Database,
    private readonly walker: Walker,
    private readonly options: DeviceDiscoveryOptions,
    private readonly metrics: DiscoveryMetrics,
    private readonly log: Pick<Logger, 'info' | 'warn'>
  ) {}

  /** One device that was claimed: its outcome goes into the inventory and into `run`. Rejects when the database does. */
  async discover(device: ClaimedDevice, run: RunTally): Promise<void> {
    const { owner } = this.options;
    const startedAt = this.options.now();
    let scope: DeviceWalk['scope'] = device.full ? 'full' : 'light';
    try {
      const walk = await this.walk(device);
      scope = walk.scope;
      await this.save(device, walk, run);
    } catch (err) {
      if (err instanceof LeaseLost) {
        this.log.warn(err.message);
        run.failed('lease_lost');
        return;
      }
      if (!(err instanceof SnmpError)) {
        throw err;
      }
      if (this.options.isStopping()) {
        // Cut off by our own end, perhaps: that says nothing about the device.
        await releaseClaim(this.db, device.id, owner);
        run.failed('stopped');
        return;
      }
      await this.postpone(device, err);
      run.failed(err.reason);
    } finally {
      this.metrics.walked(scope, (this.options.now() - startedAt) / 1000);
    }
  }

  private async walk(device: ClaimedDevice): Promise<DeviceWalk & { escalation?: Escalation }> {
    const known = await knownDevice(this.db, device.id);
    return known && !device.full ? refreshDevice(this.walker, device, known) : walkDevice(this.walker, device, known);
  }

  private async save(
    device: ClaimedDevice,
    walk: DeviceWalk & { escalation?: Escalation },
    run: RunTally
  ): Promise<void> {
    const { owner, refreshMs, fullWalkAt } = this.options;
    const walkedAt = this.options.now();
    const saved = await saveWalk(this.db, device.id, { ...walk, full: walk.scope === 'full', walkedAt }, owner);
    const nextFull = nextFullWalk(walkedAt, fullWalkAt);
    await finishDiscovery(this.db, device.id, owner, {
      reason: 'ok',
      detail: '',
      finishedAt: walkedAt,
      nextDiscoveryAt: Math.min(nextRefresh(walkedAt, refreshMs), nextFull),
      nextFullWalkAt: device.full ? nextFull : undefined,
      signs: walk.signs,
    });
    run.succeeded(walk.interfaces.length, saved);
    if (walk.escalation) {
      this.metrics.escalated(walk.escalation);
    }
    if (saved.renumbered > 0) {
      this.log.info({ device: device.id, interfaces: saved.renumbered }, 'the device has renumbered its interfaces');
    }
  }

  private async postpone(device: ClaimedDevice, failure: SnmpError): Promise<void> {
    const failures = device.failures + 1;
    await finishDiscovery(this.db, device.id, this.options.owner, {
      reason: failure.reason,
      detail: failure.message,
      finishedAt: this.options.now(),
      nextDiscoveryAt: nextRetry(this.options.now(), failures, this.options.refreshMs),
    });
    if (failures === 1) {
      this.log.warn({ device: device.id, reason: failure.reason }, `discovery failed: ${failure.message}`);
    }
  }
}
