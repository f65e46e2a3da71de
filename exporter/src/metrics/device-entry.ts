import { deviceIdentity, type Device } from '../model/device';
import { isUplinkOrCritical } from '../model/interface';
import { intervalsOf, type DeviceIntervals } from '../model/poll-kind';
import type { ModulePollResult, ModuleSnapshot, PingRound, PollResult } from '../model/snapshot';
import type { SnmpReason } from '../model/snmp-reason';
import { isFresh } from '../model/state';
import type { Target } from '../model/target-list';
import type { Damping } from './damping';
import { blankMemory, outcomeOf, type DeviceMemory, type Intervals } from './device-memory';
import { DeviceModules } from './device-modules';
import { deviceStatus, type DeviceStatus } from './device-status';
import { InterfaceSeries, type InterfaceMemory } from './interface-series';
import type { Labels } from './line';
import { ModuleSeries, type CountDropped } from './module-series';
import { PingSeries } from './ping-series';
import { continueState, holdState, judgeDevice, type Held, type PastDevice } from './states';
import type { SeriesId, SeriesStore } from './store';

/** What the entries of all devices share. */
export interface EntryGround {
  store: SeriesStore;
  /** How many series a device may have. */
  maxSeries: number;
  dropped: CountDropped;
}

type Collector = 'ping' | 'interfaces' | 'device';

/** One device: its series, what is known of it, and the state that follows. */
export class DeviceEntry {
  private readonly ping: PingSeries | null = null;
  private readonly interfaces = new Map<string, InterfaceSeries>();
  private readonly placed: Labels;
  private readonly info: SeriesId;
  private readonly ages: Record<Collector, SeriesId | null> = { ping: null, interfaces: null, device: null };
  private readonly modules: DeviceModules | null = null;
  private readonly snmpUp: SeriesId | null = null;
  private snmpState: { reason: SnmpReason; series: SeriesId } | null = null;
  private stateSeries: SeriesId | null = null;
  private pingShown = false;
  private snmpShown = false;
  /** Values of the uplinks and critical interfaces, and of the others: they may be of different age. */
  private fastShown = false;
  private restShown = false;
  /** Of this device under the intervals that were asked for last. */
  private due: { under: Intervals; intervals: DeviceIntervals } | null = null;
  private readonly store: SeriesStore;

  private constructor(
    private readonly ground: EntryGround,
    readonly target: Target,
    private readonly memory: DeviceMemory,
    modules: DeviceModules | null
  ) {
    const { device } = target;
    const { store } = ground;
    this.store = store;
    const identity = deviceIdentity(device);
    this.placed = { ...identity, branch: device.site, region: device.region, device_type: device.type };
    this.info = store.add('device_info', device.id, {
      ...identity,
      vendor: device.vendor,
      model: device.model,
      os_version: device.osVersion,
      sys_name: device.sysName,
      role: device.role,
      site: device.site,
    });
    store.set(this.info, 1);
    if (device.enabled && device.ping) {
      this.ping = new PingSeries(store, identity, this.placed, memory.totals);
      this.addAge('ping');
    }
    if (isPolled(device)) {
      this.snmpUp = store.add('device_snmp_up', device.id, { ...identity });
      this.addAge('interfaces');
      this.modules = modules ?? new DeviceModules(new ModuleSeries(store, identity), memory.modules);
    }
    const place = { branch: device.site, region: device.region };
    for (const about of target.interfaces) {
      const collected = isPolled(device) && about.monitored;
      this.interfaces.set(about.ifName, new InterfaceSeries(store, identity, place, about, collected));
    }
  }

  /** Adds the series of a new device. Throws what the store throws, leaving nothing of the device in it. */
  static create(ground: EntryGround, target: Target, damping: Damping, now: number): DeviceEntry {
    return DeviceEntry.build(ground, target, blankMemory({ requests: 0, replies: 0 }, null, damping, now), null);
  }

  private static build(
    ground: EntryGround,
    target: Target,
    memory: DeviceMemory,
    modules: DeviceModules | null
  ): DeviceEntry {
    try {
      return new DeviceEntry(ground, target, memory, modules);
    } catch (err) {
      ground.store.removeDevice(target.device.id);
      throw err;
    }
  }

  /**
   * The same device under a new description: its series are replaced, its values, totals and states go on. Of a device
   * that was or is disabled only totals and state do: what it once answered says nothing of it now.
   */
  changed(target: Target, damping: Damping, now: number, intervals: Intervals): DeviceEntry {
    const echoes = this.ping?.values();
    const rows = new Map<string, InterfaceMemory>();
    for (const [ifName, series] of this.interfaces) {
      rows.set(ifName, series.memory());
    }
    const { totals, held } = this.memory;
    const goesOn = target.device.enabled && this.target.device.enabled;
    // What modules gave is not kept beside its lines: they stay where they are, if they may.
    const stays = goesOn && isPolled(target.device) && this.modules?.series.belongsTo(deviceIdentity(target.device));
    const modules = stays ? this.modules : null;
    this.store.removeDevice(this.target.device.id, (series) => modules?.series.has(series) ?? false);
    const memory = goesOn ? this.memory : blankMemory(totals, held, damping, now);
    const next = DeviceEntry.build(this.ground, target, memory, modules);
    if (goesOn) {
      if (echoes && next.ping && this.pingShown) {
        next.ping.restore(echoes);
        next.pingShown = true;
      }
      if (this.snmpShown && next.snmpUp !== null) {
        next.showSnmp();
      }
      next.fastShown = this.fastShown;
      next.restShown = this.restShown;
    }
    for (const [ifName, series] of next.interfaces) {
      const row = rows.get(ifName);
      if (row) {
        series.recall(goesOn ? row : { row: undefined, polledAt: null, held: row.held });
      }
    }
    next.tick(now, intervals, true);
    return next;
  }

  publishRound(round: PingRound, now: number, intervals: Intervals): void {
    const { memory } = this;
    if (!this.ping) {
      return;
    }
    memory.lastRound = outcomeOf(round);
    memory.verdict = memory.damping.observe(round);
    // Nothing was sent: that is our trouble (no route, name not resolved) and no word about the device.
    if (round.sent > 0) {
      memory.lastRoundAt = round.decidedAt;
      if (round.rttsMs.length > 0) {
        memory.lastReplyAt = round.decidedAt;
      }
      this.ping.publish(round);
      this.pingShown = true;
    }
    this.tick(now, intervals);
  }

  publishPoll(result: PollResult, now: number, intervals: Intervals): void {
    const { memory } = this;
    if (this.snmpUp === null) {
      return;
    }
    const { reason, detail, durationMs, snapshot } = result;
    // Without the values: they are in the store from here on.
    memory.lastPoll = { reason, detail, durationMs };
    memory.lastPollAt = now;
    const all = snapshot?.scope !== 'fast';
    if (snapshot) {
      const rows = snapshot.interfaces;
      let next = 0;
      for (const [ifName, series] of this.interfaces) {
        if (!series.about.monitored || !(all || isUplinkOrCritical(series.about))) {
          continue;
        }
        // They come in the order of the target list; only what is missing must be looked for.
        const inTurn = rows[next]?.ifName === ifName;
        series.publish(inTurn ? rows[next] : rows.find((row) => row.ifName === ifName), snapshot.polledAt);
        next += inTurn ? 1 : 0;
      }
      this.fastShown = true;
      this.restShown ||= all;
      this.ground.dropped('max_interfaces', all ? (this.target.leftOut?.series ?? 0) : 0);
    }
    if (snapshot || reason === 'ok') {
      memory.lastSnmpAt = snapshot?.polledAt ?? now;
      memory.lastAllAt = all ? memory.lastSnmpAt : memory.lastAllAt;
    }
    this.showSnmp();
    this.tick(now, intervals, true);
  }

  publishModules(tier: ModuleSnapshot['tier'], result: ModulePollResult, now: number, intervals: Intervals): number {
    const { modules, store } = this;
    if (!modules) {
      return 0;
    }
    const others = store.countOf(this.target.device.id) - modules.series.size;
    modules.publish(tier, result, now, this.ground.maxSeries - others, this.ground.dropped);
    this.tick(now, intervals);
    return modules.series.overBudget;
  }

  /** What was known before this process began, whenever that is found out: what is still so began then. */
  recall(past: PastDevice, now: number, intervals: Intervals): void {
    this.memory.past = past;
    this.tick(now, intervals, true);
  }

  /** Ages, withdrawal of what is too old, states. `news`: interfaces must be judged although the device did not change. */
  tick(now: number, intervals: Intervals, news = false): void {
    const { memory } = this;
    const due = this.dueUnder(intervals);
    this.setAges(now, intervals);
    const old = (at: number | null, intervalMs: number) => at === null || !isFresh(now - at, intervalMs);
    if (this.pingShown && old(memory.lastRoundAt, intervals.pingMs)) {
      this.ping?.hide();
      this.pingShown = false;
    }
    const leadMs = due.interfaces_fast ?? due.interfaces;
    if (this.snmpShown && old(memory.lastPollAt, leadMs)) {
      this.hideSnmp();
    }
    const fastGone = this.fastShown && old(memory.lastSnmpAt, leadMs);
    const restGone = this.restShown && old(memory.lastAllAt, due.interfaces);
    if (fastGone || restGone) {
      this.hideInterfaces(fastGone, restGone);
    }
    this.modules?.tick(due, now, intervals.modules);
    const before = memory.held;
    this.judge(now, intervals, leadMs);
    if (news || fastGone || memory.held !== before) {
      for (const series of this.interfaces.values()) {
        series.judge(memory.held!, leadMs, now, memory.past);
      }
    }
  }

  /** True until the first round of a device that is pinged. */
  get pending(): boolean {
    return this.ping !== null && this.memory.lastRound === null;
  }

  get held(): Held {
    return this.memory.held!;
  }

  remove(): void {
    this.store.removeDevice(this.target.device.id);
  }

  status(): DeviceStatus {
    const interfaces = [...this.interfaces.values()].map((series) => series.status()).filter((i) => i.state !== null);
    const collected = { ping: this.ping !== null, snmp: this.snmpUp !== null };
    return deviceStatus(this.target.device, this.memory, this.held, collected, interfaces, this.overBudget);
  }

  /** What of the device is left out for want of room; null when all of it is served. */
  get overBudget(): { interfaces: number; series: number } | null {
    const { interfaces, series } = this.target.leftOut ?? { interfaces: 0, series: 0 };
    const all = { interfaces, series: series + (this.modules?.series.overBudget ?? 0) };
    return all.series > 0 ? all : null;
  }

  private dueUnder(intervals: Intervals): DeviceIntervals {
    if (this.due?.under !== intervals) {
      const { device, interfaces } = this.target;
      this.due = { under: intervals, intervals: intervalsOf(device, interfaces, intervals.snmp) };
    }
    return this.due.intervals;
  }

  private setAges(now: number, { modules }: Intervals): void {
    const { memory } = this;
    const asked = this.modules !== null && modules;
    if (asked && this.ages.device === null) {
      this.addAge('device');
    } else if (!asked && this.ages.device !== null) {
      this.store.remove(this.ages.device);
      this.ages.device = null;
    }
    this.setAge(this.ages.ping, memory.lastReplyAt, now);
    this.setAge(this.ages.interfaces, memory.lastAllAt, now);
    this.setAge(this.ages.device, memory.modules.standard.lastAnswerAt, now);
  }

  private setAge(series: SeriesId | null, newest: number | null, now: number): void {
    if (series !== null) {
      this.store.set(series, Math.max(0, Math.floor((now - (newest ?? this.memory.addedAt)) / 1000)));
    }
  }

  private hideInterfaces(fast: boolean, rest: boolean): void {
    for (const series of this.interfaces.values()) {
      if (isUplinkOrCritical(series.about) ? fast : rest) {
        series.hideValues();
      }
    }
    this.fastShown &&= !fast;
    this.restShown &&= !rest;
  }

  private judge(now: number, intervals: Intervals, snmpIntervalMs: number): void {
    const { memory } = this;
    const verdict = judgeDevice({
      now,
      enabled: this.target.device.enabled,
      pingIntervalMs: intervals.pingMs,
      snmpIntervalMs,
      ping: this.ping && memory.verdict,
      lastRoundAt: this.ping && memory.lastRoundAt,
      lastSnmpAt: this.snmpUp === null ? null : memory.lastSnmpAt,
      snmpAnswering: memory.lastPoll?.reason === 'ok',
    });
    const held = continueState(holdState(memory.held, verdict, now), memory.past?.state);
    if (held === memory.held && this.stateSeries !== null) {
      return;
    }
    memory.held = held;
    if (this.stateSeries !== null) {
      this.store.remove(this.stateSeries);
    }
    const { state, sinceMs, exact } = held;
    const { id } = this.target.device;
    const labels = { ...this.placed, state, since: exact ? 'exact' : 'approximate' };
    this.stateSeries = this.store.add('device_state_since_timestamp_seconds', id, labels);
    this.store.set(this.stateSeries, sinceMs / 1000);
  }

  private showSnmp(): void {
    const { reason } = this.memory.lastPoll!;
    const { device } = this.target;
    this.store.set(this.snmpUp!, reason === 'ok' ? 1 : 0);
    this.snmpShown = true;
    if (this.snmpState?.reason === reason) {
      return;
    }
    this.removeSnmpState();
    const series = this.store.add('device_snmp_state', device.id, { ...deviceIdentity(device), reason });
    this.store.set(series, 1);
    this.snmpState = { reason, series };
  }

  private hideSnmp(): void {
    this.store.hide(this.snmpUp!);
    this.removeSnmpState();
    this.snmpShown = false;
  }

  private removeSnmpState(): void {
    if (this.snmpState !== null) {
      this.store.remove(this.snmpState.series);
      this.snmpState = null;
    }
  }

  private addAge(collector: Collector): void {
    const { device } = this.target;
    const labels = { ...deviceIdentity(device), collector };
    this.ages[collector] = this.store.add('device_data_age_seconds', device.id, labels);
  }
}

function isPolled(device: Device): boolean {
  return device.enabled && device.auth !== null;
}
