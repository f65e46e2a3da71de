import type { BundleDevice } from '../../exporter/src/config/bundle';
import { CLOCK_SKEW_SECONDS, holdsDown, nextChange, type Fault, type ScenarioName } from './fault';
import { between, hashNumber, hashText } from './hash';
import { Port } from './port';
import type { Habit } from './traffic';

const DAY = 86_400;

/** How SNMP of a device behaves at the moment. */
export type SnmpMood = 'answers' | 'silent' | 'slow' | 'garbage';
export type EchoMood = 'answers' | 'silent' | 'lossy';

/**
 * A simulated device. Nothing runs in the background: every reading first brings the device forward to the time of the
 * reading, through all changes that were due since the last one. Times are unix seconds.
 */
export class SimulatedDevice {
  readonly seed: number;
  readonly ports: readonly Port[];
  /** ifIndex of each port, in the order of `ports`. */
  ifIndexes: readonly number[];
  /** Rises whenever `ifIndexes` changes. */
  numbering = 0;
  /** When the agent started: sysUpTime counts from here. */
  startedAt: number;
  /** Starts that this simulation has seen. */
  restarts = 0;
  now: number;
  private faults: Fault[] = [];

  constructor(
    readonly promise: BundleDevice,
    fleetSeed: number,
    now: number,
    /** How busy all interfaces are; each as its device is used when not given. */
    habit?: Habit
  ) {
    this.seed = hashText(fleetSeed, promise.id);
    this.now = now;
    this.startedAt = lastStart(this.seed, now);
    this.ports = promise.interfaces.map((i) => new Port(i, this.seed, promise.type, this.startedAt, habit));
    this.ifIndexes = promise.interfaces.map((i) => i.ifIndex);
  }

  get uplinks(): Port[] {
    return this.ports.filter((p) => p.promise.provider !== null);
  }

  get activeFaults(): readonly Fault[] {
    return this.faults;
  }

  /** IF-MIB::ifTableLastChange in seconds of uptime: rows appear while the agent starts, not all at once. */
  get tableChangedAt(): number {
    return between(hashNumber(this.seed, this.numbering), 1, 2, 9);
  }

  get snmp(): SnmpMood {
    const active = (name: ScenarioName) => this.faults.some((f) => f.name === name);
    if (active('device-down') || active('reboot') || active('acl-drop')) {
      return 'silent';
    }
    return active('malformed') ? 'garbage' : active('slow-agent') ? 'slow' : 'answers';
  }

  /** How far the device's own clock is ahead of ours, in seconds. */
  get clockSkew(): number {
    return this.faults.some((f) => f.name === 'clock-skew') ? CLOCK_SKEW_SECONDS : 0;
  }

  get echo(): EchoMood {
    const active = (name: ScenarioName) => this.faults.some((f) => f.name === name);
    return active('device-down') || active('reboot') ? 'silent' : active('packet-loss') ? 'lossy' : 'answers';
  }

  /** Brings the device to `now`; a clock that went back stays where it was. */
  advance(now: number): void {
    while (this.faults.length > 0) {
      const due = Math.min(...this.faults.map(nextChange));
      if (due > now) {
        break;
      }
      this.now = Math.max(this.now, due);
      this.change(due);
    }
    this.now = Math.max(this.now, now);
  }

  /** A scenario begins. The same one on the same interfaces begins anew. */
  begin(fault: Omit<Fault, 'toggles' | 'since'>, now: number): void {
    this.advance(now);
    this.faults = this.faults.filter((f) => f.name !== fault.name || !sameSet(f.ports, fault.ports));
    if (fault.name === 'ifindex-renumber') {
      this.renumber();
    } else {
      this.faults.push({ ...fault, since: this.now, toggles: 0 });
    }
    this.refresh(this.now);
  }

  /** Every scenario ends; a device in the middle of a reboot is up at once. */
  heal(now: number): void {
    this.advance(now);
    this.faults.forEach((f) => (f.until = this.now));
    this.advance(this.now);
  }

  private change(t: number): void {
    const ended = this.faults.filter((f) => f.until <= t);
    this.faults = this.faults.filter((f) => f.until > t);
    for (const fault of this.faults) {
      if (nextChange(fault) <= t) {
        fault.toggles++;
      }
    }
    if (ended.some((f) => f.name === 'reboot')) {
      this.restart(t);
    }
    this.refresh(t);
  }

  private refresh(t: number): void {
    const still = this.faults.some((f) => f.name === 'reboot');
    for (const port of this.ports) {
      const up = !this.faults.some((f) => holdsDown(f, port));
      const full = this.faults.some((f) => f.name === 'link-saturation' && f.ports.has(port));
      port.set(t, up, still ? 'frozen' : full ? 'saturated' : 'normal');
    }
  }

  private restart(t: number): void {
    this.startedAt = t;
    this.restarts++;
    this.ports.forEach((port) => port.restart(t));
  }

  /** Each interface gets the ifIndex of another one; with a single interface, a new one. RFC 2863 section 3.1.5. */
  private renumber(): void {
    this.numbering++;
    const count = this.ifIndexes.length;
    const by = count > 1 ? 1 + (hashNumber(this.seed, this.numbering) % (count - 1)) : 0;
    this.ifIndexes = this.ifIndexes.map((old, i) =>
      count > 1 ? (this.ifIndexes[(i + by) % count] as number) : old + 1
    );
    this.restart(this.now);
  }
}

const sameSet = (a: ReadonlySet<Port>, b: ReadonlySet<Port>) => a.size === b.size && [...a].every((p) => b.has(p));

/**
 * Start of a device that starts again every few months on days of its own: the newest one that lies three days back at
 * least. A simulator that is started again finds its devices as it left them.
 */
function lastStart(seed: number, now: number): number {
  const period = between(seed, 1, 45, 190) * DAY;
  const offset = between(seed, 2, 0, 1) * period;
  return Math.floor((now - 3 * DAY - offset) / period) * period + offset;
}
