import type { ModulePollResult, ModuleSnapshot, PingRound, PollResult } from '../model/snapshot';
import type { State } from '../model/state';
import type { Target } from '../model/target-list';
import { WHOLE, type Shard } from './bucket';
import { beginDamping, type Damping } from './damping';
import { DeviceEntry, type EntryGround } from './device-entry';
import type { Intervals } from './device-memory';
import type { DeviceStatus } from './device-status';
import { DROP_REASONS, type DropReason } from './module-series';
import type { PastDevice } from './states';
import type { SeriesStore } from './store';

const RECALLED_AT_ONCE = 200;
/** How long replies and scrapes wait for a part of a list. */
const PART_MS = 5;

export interface DeviceSeriesOptions {
  store: SeriesStore;
  intervals: Intervals;
  /** Failed rounds in a row that make a device down. */
  failedRounds: number;
  /** Of one device, its interfaces included; what modules give beyond it is left out. Default: no limit. */
  maxSeries?: number;
  /** Unix ms. */
  clock?: () => number;
}

/**
 * Keeps the series of the fleet in the store: what rounds and polls bring, how old it is, and the states that follow.
 * Every change of a device is made in one go, so a scrape never sees half of a poll in a family.
 */
export class DeviceSeries {
  private entries = new Map<string, DeviceEntry>();
  /** The same for ticks; null while entries come and go. */
  private order: readonly DeviceEntry[] | null = null;
  /** Of the list that is being taken in; a newer one replaces what is left of it. */
  private listNumber = 0;
  private left: number | null = null;
  private intervals: Intervals;
  private failedRounds: number;
  private readonly clock: () => number;
  private past: ReadonlyMap<string, PastDevice> = new Map();
  private readonly ground: EntryGround;
  private readonly droppedSeries = new Map<DropReason, number>(DROP_REASONS.map((reason) => [reason, 0]));

  constructor(options: DeviceSeriesOptions) {
    this.intervals = options.intervals;
    this.failedRounds = options.failedRounds;
    this.clock = options.clock ?? Date.now;
    this.ground = {
      store: options.store,
      maxSeries: options.maxSeries ?? Infinity,
      dropped: (reason, series) => this.droppedSeries.set(reason, this.droppedSeries.get(reason)! + series),
    };
  }

  /**
   * The fleet from now on. Devices that are described as before are not touched. Returns one sentence for each device
   * or interface that was left out because another one has its identity already.
   */
  setTargets(targets: readonly Target[]): string[] {
    const taking = this.take(targets);
    let step = taking.next();
    while (!step.done) {
      step = taking.next();
    }
    return step.value;
  }

  /**
   * The same with a turn for others every few ms: ten thousand new devices take seconds. A device is there wholly or not
   * at all. What a newer list finds undone of this one is left undone, and the result is null.
   */
  async takeTargets(targets: readonly Target[]): Promise<string[] | null> {
    const taking = this.take(targets);
    let until = performance.now() + PART_MS;
    let step = taking.next();
    const number = this.listNumber;
    while (!step.done) {
      if (performance.now() >= until) {
        await new Promise((resolve) => setImmediate(resolve));
        if (this.listNumber !== number) {
          return null;
        }
        until = performance.now() + PART_MS;
      }
      step = taking.next();
    }
    return step.value;
  }

  /** Nothing more is taken in of a list that is on its way. */
  stop(): void {
    this.listNumber++;
    this.left = 0;
  }

  /** Devices of the newest list that are not looked at yet; null before the first list. */
  get coming(): number | null {
    return this.left;
  }

  /** Pauses after every device. */
  private *take(targets: readonly Target[]): Generator<void, string[]> {
    this.listNumber++;
    const problems: string[] = [];
    const wanted = new Map<string, Target>();
    for (const target of targets) {
      const { id, name } = target.device;
      const twin = wanted.get(id);
      if (twin) {
        problems.push(`device ${name} is left out: device ${twin.device.name} has the id ${id} already`);
      } else {
        wanted.set(id, target);
      }
    }
    this.left = wanted.size;
    for (const [id, entry] of this.entries) {
      if (!wanted.has(id)) {
        entry.remove();
        this.entries.delete(id);
        this.order = null;
        yield;
      }
    }
    for (const [id, target] of wanted) {
      this.takeDevice(id, withoutTwins(target, problems));
      this.left--;
      yield;
    }
    this.entries = new Map(Array.from(wanted.keys(), (id) => [id, this.entries.get(id)!]));
    this.order = null;
    return problems;
  }

  private takeDevice(id: string, target: Target): void {
    const now = this.clock();
    const known = this.entries.get(id);
    if (known && sameTarget(known.target, target)) {
      return;
    }
    this.order = null;
    if (known) {
      // Nothing of it is left in the store when its new description cannot be added.
      this.entries.delete(id);
      this.entries.set(id, known.changed(target, this.damping(now), now, this.intervals));
      return;
    }
    const entry = DeviceEntry.create(this.ground, target, this.damping(now), now);
    this.entries.set(id, entry);
    const past = this.past.get(id);
    if (past) {
      entry.recall(past, now, this.intervals);
    } else {
      entry.tick(now, this.intervals, true);
    }
  }

  /** After a change of the configuration; another number of failed rounds holds for devices that are new from then on. */
  setIntervals(intervals: Intervals, failedRounds = this.failedRounds, maxSeries = this.ground.maxSeries): void {
    this.intervals = intervals;
    this.failedRounds = failedRounds;
    this.ground.maxSeries = maxSeries;
  }

  /** A decided round; of a device that is gone or not pinged any more it is ignored. */
  publishRound(deviceId: string, round: PingRound): void {
    this.entries.get(deviceId)?.publishRound(round, this.clock(), this.intervals);
  }

  /** The end of a poll; of a device that is gone or not polled any more it is ignored. */
  publishPoll(deviceId: string, result: PollResult): void {
    this.entries.get(deviceId)?.publishPoll(result, this.clock(), this.intervals);
  }

  /**
   * The end of a poll of modules; of a device that is gone or not polled any more it is ignored. Returns how many series
   * of its modules there is no room for.
   */
  publishModules(deviceId: string, tier: ModuleSnapshot['tier'], result: ModulePollResult): number {
    return this.entries.get(deviceId)?.publishModules(tier, result, this.clock(), this.intervals) ?? 0;
  }

  /** Series that were left out since the start, counted anew at every poll, by reason. */
  dropped(): ReadonlyMap<DropReason, number> {
    return this.droppedSeries;
  }

  /** Devices of which something is left out now for want of room. */
  get overBudget(): number {
    let count = 0;
    for (const entry of this.entries.values()) {
      count += entry.overBudget === null ? 0 : 1;
    }
    return count;
  }

  /**
   * What was known before this process began, by device_id: for the devices at hand and for those that come later. Lets
   * others have their turn on the way through a large fleet.
   */
  async recall(past: ReadonlyMap<string, PastDevice>): Promise<void> {
    this.past = past;
    let left = RECALLED_AT_ONCE;
    for (const [id, known] of past) {
      this.entries.get(id)?.recall(known, this.clock(), this.intervals);
      if (--left === 0) {
        left = RECALLED_AT_ONCE;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  /**
   * Once a second: ages grow, what is too old is withdrawn, states follow. Of ten thousand devices at once that would
   * keep replies waiting for tens of milliseconds, hence part after part.
   */
  tick(now = this.clock(), part: Shard = WHOLE): void {
    this.order ??= [...this.entries.values()];
    for (let i = part.index; i < this.order.length; i += part.of) {
      this.order[i]!.tick(now, this.intervals);
    }
  }

  get size(): number {
    return this.entries.size;
  }

  /** Devices at hand whose first round is not decided yet. */
  get pending(): number {
    let count = 0;
    for (const entry of this.entries.values()) {
      count += entry.pending ? 1 : 0;
    }
    return count;
  }

  countByState(): Record<State, number> {
    const counts = { up: 0, down: 0, unknown: 0, disabled: 0 };
    for (const entry of this.entries.values()) {
      counts[entry.held.state]++;
    }
    return counts;
  }

  /** In the order of the target list. */
  *status(): Generator<DeviceStatus> {
    for (const entry of this.entries.values()) {
      yield entry.status();
    }
  }

  private damping(now: number): Damping {
    return beginDamping(this.failedRounds, now);
  }
}

function withoutTwins(target: Target, problems: string[]): Target {
  const names = new Set<string>();
  const interfaces = target.interfaces.filter(({ ifName, ifIndex }) => {
    if (names.has(ifName)) {
      problems.push(
        `interface ${ifName} (ifIndex ${ifIndex}) of device ${target.device.name} is left out: another interface of the device has that name already`
      );
      return false;
    }
    names.add(ifName);
    return true;
  });
  return interfaces.length === target.interfaces.length ? target : { ...target, interfaces };
}

/** Field by field: a target list of ten thousand devices is compared whenever the inventory answers. */
function sameTarget(a: Target, b: Target): boolean {
  return (
    a === b ||
    (sameFields(a.device, b.device) &&
      a.leftOut?.interfaces === b.leftOut?.interfaces &&
      a.interfaces.length === b.interfaces.length &&
      a.interfaces.every((row, i) => sameFields(row, b.interfaces[i]!)))
  );
}

/** Of two flat records. */
function sameFields<T extends object>(a: T, b: T): boolean {
  const fields = Object.keys(a) as (keyof T)[];
  return fields.length === Object.keys(b).length && fields.every((field) => a[field] === b[field]);
}
