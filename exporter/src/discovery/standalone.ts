import { isDeepStrictEqual } from 'node:util';
import type { Device } from '../model/device';
import { AUTO_AUTH } from '../model/snmp-auth';
import type { Target, TargetList } from '../model/target-list';
import { SnmpError } from '../snmp/session';
import { nextRefresh, nextRetry } from './due-times';
import { polledInterfaces } from './polled-interfaces';
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
  /** As the configuration says it. */
  configured: Device;
  /** As it is told: with what was found out. */
  target: Target;
  /** For `auth: auto`: the one that answered last. */
  authFound: string | null;
  /** What ifStackTable said when it was read last: interface -> what carries it. */
  stackParents: ReadonlyMap<string, string>;
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
      this.entries.set(device.id, old && sameAgent(old.configured, device) ? this.renewed(old, device) : fresh(device));
    }
    this.publish();
    this.pump();
  }

  /** Walks a device at once, say because its interfaces were renumbered; false for an unknown or SNMP-less one. */
  request(deviceId: string): boolean {
    const entry = this.entries.get(deviceId);
    if (!entry || !isAsked(entry.configured)) {
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
      if (entry.walking || !isAsked(entry.configured)) {
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
    const device = entry.configured;
    try {
      const { authFound } = entry;
      const walk = await walkDevice(this.walker, { ...device, auth: device.auth ?? '', authFound });
      entry.failures = 0;
      entry.dueAt = nextRefresh(this.now(), this.options.refreshMs);
      // Reloaded without it meanwhile, or with another agent behind its id.
      if (this.stopped || this.entries.get(device.id) !== entry) {
        return;
      }
      const { vendor, model, osVersion, sysName } = walk.system;
      if (walk.stackRead) {
        entry.stackParents = new Map(
          walk.interfaces.flatMap((one) => (one.parentSource === 'stack' ? [[one.ifName, one.parentIfName]] : []))
        );
      }
      entry.authFound = walk.auth;
      const found = polledInterfaces(walk.interfaces, entry.stackParents);
      const target = {
        device: { ...told(entry.configured, walk.auth), vendor, model, osVersion, sysName },
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

  /** The same agent under the new words of the configuration; the entry itself goes on, and a walk of it with it. */
  private renewed(entry: Entry, device: Device): Entry {
    const { vendor, model, osVersion, sysName } = entry.target.device;
    if (entry.authFound !== null && !Object.hasOwn(this.walker.auths, entry.authFound)) {
      entry.authFound = null;
      entry.dueAt = 0;
    }
    entry.configured = device;
    entry.target = {
      device: { ...told(device, entry.authFound), vendor, model, osVersion, sysName },
      interfaces: entry.target.interfaces,
    };
    return entry;
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

/** Nobody knows how to ask a device of `auth: auto` until it answered: it is pinged only. */
const told = (device: Device, authFound: string | null): Device =>
  device.auth === AUTO_AUTH ? { ...device, auth: authFound } : device;

const fresh = (device: Device): Entry => ({
  configured: device,
  target: { device: told(device, null), interfaces: [] },
  authFound: null,
  stackParents: new Map(),
  dueAt: 0,
  walking: false,
  again: false,
  failures: 0,
});
