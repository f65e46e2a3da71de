import { isDeepStrictEqual } from 'node:util';
import type { DiscoveredInterface } from '../model/discovered';
import type { Device } from '../model/device';
import type { Target, TargetList } from '../model/target-list';
import { SnmpError } from '../snmp/session';
import { nextRefresh, nextRetry } from './due-times';
import { walkDevice, type Walker } from './walk-device';

export interface StandaloneOptions {
  refreshMs: number;
  /** Devices walked at once. */
  concurrency: number;
  /** The list at each setDevices, and after walks that changed it. */
  onList: (list: TargetList) => void;
  /** Told once per device until it answers again; never with a secret. */
  onFailure: (deviceId: string, failure: SnmpError) => void;
  /** Unix ms. */
  now?: () => number;
}

interface Entry {
  target: Target;
  dueAt: number;
  walking: boolean;
  /** Asked for again while it was being walked. */
  again: boolean;
  failures: number;
}

/** What walks find within this time is told at once. */
const PUBLISH_MS = 500;
/** setTimeout's longest wait. */
const MAX_WAIT_MS = 2 ** 31 - 1;

/**
 * Discovery for an exporter without a sidecar: walks and classifies the devices of the configuration and keeps the
 * result in memory. A device that was not walked yet is in the list without interfaces, so that pings start at once;
 * one that fails keeps what was known.
 */
export class StandaloneDiscovery {
  private readonly entries = new Map<string, Entry>();
  private readonly now: () => number;
  private timer: NodeJS.Timeout | undefined;
  private publishing: NodeJS.Timeout | undefined;
  private readonly walks = new Set<Promise<void>>();
  private stopped = false;
  private list: TargetList;

  constructor(
    private readonly walker: Walker,
    private readonly options: StandaloneOptions
  ) {
    this.now = options.now ?? Date.now;
    this.list = { generatedAt: this.now(), targets: [] };
  }

  current(): TargetList {
    return this.list;
  }

  /** Takes over the devices of the configuration: at the start, and again after each reload. */
  setDevices(devices: readonly Device[]): void {
    const before = new Map(this.entries);
    this.entries.clear();
    for (const device of devices) {
      const old = before.get(device.id);
      this.entries.set(device.id, old && sameAgent(old.target.device, device) ? renewed(old, device) : fresh(device));
    }
    this.publish();
    this.pump();
  }

  /** Walks a device at once, say because its interfaces were renumbered; false for an unknown or SNMP-less one. */
  request(deviceId: string): boolean {
    const entry = this.entries.get(deviceId);
    if (!entry || !isAsked(entry.target.device)) {
      return false;
    }
    entry.again = entry.walking;
    entry.dueAt = 0;
    this.pump();
    return true;
  }

  /** Tells nothing from here on; resolves when the walks under way have ended, which closing the engine brings about. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.publishing);
    await Promise.all(this.walks);
  }

  private pump(): void {
    if (this.stopped) {
      return;
    }
    clearTimeout(this.timer);
    const now = this.now();
    let next = Infinity;
    for (const entry of this.entries.values()) {
      if (this.walks.size >= this.options.concurrency) {
        // The end of a walk pumps again.
        return;
      }
      if (entry.walking || !isAsked(entry.target.device)) {
        continue;
      }
      if (entry.dueAt <= now) {
        this.walk(entry);
      } else {
        next = Math.min(next, entry.dueAt);
      }
    }
    if (next < Infinity) {
      this.timer = setTimeout(() => this.pump(), Math.min(next - now, MAX_WAIT_MS));
    }
  }

  private walk(entry: Entry): void {
    entry.walking = true;
    const walk = this.discover(entry).finally(() => {
      entry.walking = false;
      if (entry.again) {
        entry.again = false;
        entry.dueAt = 0;
      }
      this.walks.delete(walk);
      this.pump();
    });
    this.walks.add(walk);
  }

  private async discover(entry: Entry): Promise<void> {
    const { device } = entry.target;
    try {
      const walk = await walkDevice(this.walker, { ...device, auth: device.auth ?? '' });
      entry.failures = 0;
      entry.dueAt = nextRefresh(this.now(), this.options.refreshMs);
      // Reloaded without it meanwhile, or with another agent behind its id.
      if (this.stopped || this.entries.get(device.id) !== entry) {
        return;
      }
      const { vendor, model, osVersion, sysName } = walk.system;
      const found = walk.interfaces.map(toInterface);
      const target = {
        device: { ...entry.target.device, vendor, model, osVersion, sysName },
        // An agent that starts up answers with an empty table.
        interfaces: found.length > 0 ? found : entry.target.interfaces,
      };
      if (!isDeepStrictEqual(target, entry.target)) {
        entry.target = target;
        this.publishSoon();
      }
    } catch (err) {
      if (this.stopped) {
        return;
      }
      const failure =
        err instanceof SnmpError
          ? err
          : new SnmpError('malformed', `discovery of device ${device.id} failed: ${String(err)}`, { cause: err });
      entry.failures++;
      entry.dueAt = nextRetry(this.now(), entry.failures, this.options.refreshMs);
      if (entry.failures === 1) {
        this.options.onFailure(device.id, failure);
      }
    }
  }

  /** A fleet that is walked for the first time changes many times a second; its readers take each list as a whole. */
  private publishSoon(): void {
    this.publishing ??= setTimeout(() => this.publish(), PUBLISH_MS);
  }

  private publish(): void {
    clearTimeout(this.publishing);
    this.publishing = undefined;
    this.list = { generatedAt: this.now(), targets: [...this.entries.values()].map((entry) => entry.target) };
    this.options.onList(this.list);
  }
}

const isAsked = (device: Device) => device.enabled && device.auth !== null;

const sameAgent = (a: Device, b: Device) =>
  a.address === b.address && a.snmpPort === b.snmpPort && a.auth === b.auth && a.enabled === b.enabled;

const fresh = (device: Device): Entry => ({
  target: { device, interfaces: [] },
  dueAt: 0,
  walking: false,
  again: false,
  failures: 0,
});

/** The same agent under the new words of the configuration; the entry itself goes on, and a walk of it with it. */
function renewed(old: Entry, device: Device): Entry {
  const { vendor, model, osVersion, sysName } = old.target.device;
  old.target = { device: { ...device, vendor, model, osVersion, sysName }, interfaces: old.target.interfaces };
  return old;
}

function toInterface(found: DiscoveredInterface): Target['interfaces'][number] {
  return {
    ifName: found.ifName,
    weakIdentity: found.weakIdentity,
    ifIndex: found.ifIndex,
    ifDescr: found.ifDescr,
    ifAlias: found.ifAlias,
    ifType: found.ifType,
    interfaceType: found.interfaceType,
    ispProvider: found.ispProvider,
    isCritical: found.isCritical,
    monitored: found.monitored,
    speedOverride: null,
  };
}
