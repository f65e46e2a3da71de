import type { PollResult } from '../model/snapshot';
import type { SnmpAuth } from '../model/snmp-auth';
import type { Target } from '../model/target-list';
import { Names, systemLookup } from '../ping/names';
import type { SnmpEngine } from '../snmp/session';
import { DevicePoll, type PollGround } from './device-poll';
import { PollSchedule, type ScheduleClock, type ScheduleCounters } from './schedule';

export interface PollerOptions {
  engine: SnmpEngine;
  auths: Readonly<Record<string, SnmpAuth>>;
  intervalMs: number;
  /** Per attempt. */
  timeoutMs: number;
  /** Attempts after the first. */
  retries: number;
  /** Polls at once that are being answered; silent devices count only for their first second. */
  concurrency: number;
  /** Longest time for one device. Default: 30 s, and never more than the interval. */
  deadlineMs?: number;
  onPoll(deviceId: string, result: PollResult): void;
  /** How late a poll started, in ms. */
  onLag?(lagMs: number): void;
  /** A turn was left out because the poll before was still running. */
  onSkipped?(): void;
  clock?: ScheduleClock;
  resolve?: PollGround['resolve'];
}

const DEADLINE_MS = 30_000;

/** Polls the interfaces of every device with SNMP, each once per interval, and reports every poll that was decided. */
export class SnmpPoller {
  private readonly schedule: PollSchedule;
  private readonly ground: PollGround;
  private readonly devices = new Map<string, DevicePoll>();
  private readonly names: Names | null;

  constructor(private readonly options: PollerOptions) {
    const { engine, auths, intervalMs, timeoutMs, retries, clock } = options;
    const now = () => clock?.now() ?? Date.now();
    const names = options.resolve ? null : new Names(systemLookup, now);
    this.names = names;
    const deadlineMs = Math.min(options.deadlineMs ?? DEADLINE_MS, intervalMs);
    const resolve = options.resolve ?? ((address: string) => names!.resolve(address));
    this.ground = { engine, auths, resolve, timeoutMs, retries, intervalMs, deadlineMs, now };
    this.schedule = new PollSchedule({
      run: (id, signal) => this.run(id, signal),
      concurrency: options.concurrency,
      deadlineMs,
      onLag: options.onLag,
      onSkipped: options.onSkipped,
      clock,
    });
  }

  get counters(): Readonly<ScheduleCounters> {
    return this.schedule.counters;
  }

  get inFlight(): number {
    return this.schedule.inFlight;
  }

  /** The whole fleet; devices that are disabled or have no credential are not polled. */
  setTargets(targets: readonly Target[]): void {
    const polled = targets.filter(({ device }) => device.enabled && device.auth !== null);
    const ids = new Set(polled.map(({ device }) => device.id));
    for (const [id, device] of this.devices) {
      if (!ids.has(id)) {
        device.close();
        this.devices.delete(id);
      }
    }
    for (const target of polled) {
      const known = this.devices.get(target.device.id);
      if (known) {
        known.update(target);
      } else {
        this.devices.set(target.device.id, new DevicePoll(target, this.ground));
      }
    }
    this.names?.keepOnly(new Set(polled.map(({ device }) => device.address)));
    this.schedule.set([...ids].map((id) => ({ id, intervalMs: this.ground.intervalMs })));
  }

  setAuths(auths: Readonly<Record<string, SnmpAuth>>): void {
    this.ground.auths = auths;
    for (const device of this.devices.values()) {
      device.authsChanged();
    }
  }

  /** Resolves when no poll is under way and no session open. */
  async stop(): Promise<void> {
    for (const device of this.devices.values()) {
      device.close();
    }
    this.devices.clear();
    await this.schedule.stop();
  }

  private async run(id: string, signal: AbortSignal): Promise<void> {
    const result = await this.devices.get(id)?.run(signal);
    if (result) {
      this.options.onPoll(id, result);
    }
  }
}
