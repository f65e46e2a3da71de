import { intervalsOf, type PollIntervals, type PollKind } from '../model/poll-kind';
import type { ModulePollResult, PollResult } from '../model/snapshot';
import type { SnmpAuth } from '../model/snmp-auth';
import type { Target } from '../model/target-list';
import type { ModuleCatalogue } from '../modules/catalogue';
import { Names, systemLookup } from '../ping/names';
import type { SnmpEngine } from '../snmp/session';
import { DevicePoll, type PollGround } from './device-poll';
import { PollSchedule, type PollJob, type ScheduleClock, type ScheduleCounters, type Turn } from './schedule';

export interface PollerOptions {
  engine: SnmpEngine;
  auths: Readonly<Record<string, SnmpAuth>>;
  intervals: PollIntervals;
  /** Per attempt. */
  timeoutMs: number;
  /** Attempts after the first. */
  retries: number;
  /** Polls at once that are being answered; silent devices count only for their first second. */
  concurrency: number;
  /** Longest time for one poll. Default: 30 s, and never more than its interval. */
  deadlineMs?: number;
  /** What is asked beyond interfaces; without it nothing is. */
  catalogue?: ModuleCatalogue | null;
  onPoll(deviceId: string, result: PollResult, kind: PollKind): void;
  onModules?(deviceId: string, result: ModulePollResult, kind: PollKind): void;
  /** A poll, or what was done with its result, failed in a way that nobody foresaw. */
  onError?(deviceId: string, kind: PollKind, error: unknown): void;
  /** How late a poll started, in ms. */
  onLag?(lagMs: number): void;
  /** Turns that were left out. */
  onSkipped?(turns: number): void;
  clock?: ScheduleClock;
  resolve?: PollGround['resolve'];
}

const DEADLINE_MS = 30_000;
/** Modules come half an interval after the interfaces, so that a small box never has to answer both at once. */
const SHIFT_OF_MODULES = 0.5;

/** Polls every device with SNMP, each kind of poll once per its interval, and reports every poll that was decided. */
export class SnmpPoller {
  private readonly schedule: PollSchedule<PollKind>;
  private readonly ground: PollGround;
  private readonly devices = new Map<string, DevicePoll>();
  private readonly names: Names | null;

  constructor(private readonly options: PollerOptions) {
    const { engine, auths, intervals, timeoutMs, retries, clock, catalogue } = options;
    const now = () => clock?.now() ?? Date.now();
    const names = options.resolve ? null : new Names(systemLookup, now);
    this.names = names;
    const resolve = options.resolve ?? ((address: string) => names!.resolve(address));
    const modules = catalogue ? { catalogue, slowMs: intervals.slowMs, now } : null;
    this.ground = { engine, auths, resolve, timeoutMs, retries, modules, now };
    this.schedule = new PollSchedule<PollKind>({
      run: (job, turn) => this.run(job, turn),
      onError: ({ id, kind }, error) => options.onError?.(id, kind, error),
      concurrency: options.concurrency,
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

  /** Polls that are due and have not begun. */
  get queued(): number {
    return this.schedule.queued;
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
    const jobs: PollJob<PollKind>[] = [];
    for (const target of polled) {
      const { id } = target.device;
      const own = this.jobsOf(target);
      jobs.push(...own);
      const leads = own[0]!.kind;
      const known = this.devices.get(id);
      if (known) {
        known.update(target, leads);
      } else {
        this.devices.set(id, new DevicePoll(target, leads, this.ground));
      }
    }
    this.names?.keepOnly(new Set(polled.map(({ device }) => device.address)));
    this.schedule.set(jobs);
  }

  setAuths(auths: Readonly<Record<string, SnmpAuth>>): void {
    this.ground.auths = auths;
    for (const device of this.devices.values()) {
      device.authsChanged();
    }
  }

  /** What every device is asked may be other than before. */
  setCatalogue(catalogue: ModuleCatalogue): void {
    if (this.ground.modules) {
      this.ground.modules.catalogue = catalogue;
    }
    for (const device of this.devices.values()) {
      device.catalogueChanged();
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

  /** The one that comes most often first. */
  private jobsOf({ device, interfaces }: Target): PollJob<PollKind>[] {
    const of = intervalsOf(device, interfaces, this.options.intervals);
    const job = (kind: PollKind, intervalMs: number, shift?: number): PollJob<PollKind> => {
      const deadlineMs = Math.min(this.options.deadlineMs ?? DEADLINE_MS, intervalMs);
      return { id: device.id, kind, intervalMs, deadlineMs, shift };
    };
    // A device without interfaces has been polled for nothing: its first ones are not left to wait for an interval.
    const jobs: PollJob<PollKind>[] = [{ ...job('interfaces', of.interfaces), edition: interfaces.length > 0 ? 1 : 0 }];
    if (of.interfaces_fast !== null) {
      jobs.unshift(job('interfaces_fast', of.interfaces_fast));
    }
    if (this.ground.modules) {
      jobs.push(job('modules', of.modules, SHIFT_OF_MODULES), job('modules_slow', of.modules_slow, SHIFT_OF_MODULES));
    }
    return jobs;
  }

  private async run(job: PollJob<PollKind>, turn: Turn): Promise<void | 'unfinished'> {
    const polled = await this.devices.get(job.id)?.run(job, turn);
    if (polled === 'unfinished') {
      return polled;
    }
    if (polled?.of === 'interfaces') {
      this.options.onPoll(job.id, polled.result, job.kind);
    } else if (polled) {
      this.options.onModules?.(job.id, polled.result, job.kind);
    }
  }
}
