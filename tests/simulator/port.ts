import type { BundleInterface } from '../../exporter/src/config/bundle';
import { between, hashNumber, hashText } from './hash';
import { TrafficShape, type Habit } from './traffic';

/** What an interface does with its traffic. */
export type Flow = 'normal' | 'frozen' | 'saturated';

/** Share of the speed that a saturated line carries inwards. */
export const SATURATION = 0.97;

/** IANAifType: interfaces that carry nothing from outside. */
const LOOPBACK = 24;
const VIRTUAL = new Set([1, 53, 131, 135, 136, 209]);

/** bit/s that a line is taken to have when the agent has no word on its speed. */
const NOMINAL_SPEED = 20e6;

export interface PortCounters {
  inOctets: number;
  outOctets: number;
  inPackets: number;
  outPackets: number;
  inErrors: number;
  outErrors: number;
  inDiscards: number;
  outDiscards: number;
}

/** One simulated interface: its traffic since the last start of the device. Times are unix seconds. */
export class Port {
  operUp: boolean;
  /** When operUp changed last. */
  changedAt: number;
  private flow: Flow = 'frozen';
  /** When the present flow began, and what had been counted until then. */
  private since: number;
  private inOctets = 0;
  private outOctets = 0;
  /** Seconds spent saturated: a full line throws packets away. */
  private fullSeconds = 0;

  private latest: PortCounters | undefined;
  private latestAt = 0;

  private readonly inShape: TrafficShape;
  private readonly outShape: TrafficShape;
  /** Mean octets per second. */
  private readonly inMean: number;
  private readonly outMean: number;
  private readonly packetSize: number;
  private readonly errorShare: number;
  private readonly discardShare: number;
  private readonly lineRate: number;

  constructor(
    readonly promise: BundleInterface,
    deviceSeed: number,
    deviceType: string,
    startedAt: number,
    usual?: Habit
  ) {
    const seed = hashText(deviceSeed, promise.ifName);
    const habit = usual ?? habitOf(deviceType, seed);
    this.inShape = new TrafficShape(hashNumber(seed, 1), habit);
    this.outShape = new TrafficShape(hashNumber(seed, 2), habit);
    const speed = promise.speed || NOMINAL_SPEED;
    this.lineRate = speed / 8;
    const [low, high] = promise.provider ? [0.14, 0.42] : promise.ifType === LOOPBACK ? [0, 0] : [0.01, 0.15];
    this.inMean = this.lineRate * between(seed, 3, low, high);
    this.outMean = this.inMean * between(seed, 4, 0.15, promise.provider ? 0.45 : 1.6);
    this.packetSize = between(seed, 5, 480, 1_050);
    const clean = VIRTUAL.has(promise.ifType) || promise.ifType === LOOPBACK;
    this.errorShare = clean ? 0 : between(seed, 6, 1e-9, 4e-7);
    this.discardShare = clean ? 0 : between(seed, 7, 1e-8, 2e-6);
    this.operUp = promise.enabled && promise.connected;
    this.since = startedAt;
    this.changedAt = startedAt;
    this.restart(startedAt);
  }

  /** The device came up at `t`: counters begin at zero. */
  restart(t: number): void {
    this.latest = undefined;
    this.inOctets = 0;
    this.outOctets = 0;
    this.fullSeconds = 0;
    this.since = t;
    // A link comes up a while after its device.
    this.changedAt = t + 12;
    this.flow = this.operUp ? 'normal' : 'frozen';
  }

  /** Link state and flow from `t` on. An interface that was shut or unplugged in the bundle stays so. */
  set(t: number, up: boolean, flow: Flow): void {
    const operUp = up && this.promise.enabled && this.promise.connected;
    const next = operUp ? flow : 'frozen';
    if (operUp !== this.operUp) {
      this.operUp = operUp;
      this.changedAt = t;
    }
    if (next !== this.flow) {
      const [inOctets, outOctets, fullSeconds] = this.counted(t);
      this.latest = undefined;
      this.inOctets = inOctets;
      this.outOctets = outOctets;
      this.fullSeconds = fullSeconds;
      this.since = t;
      this.flow = next;
    }
  }

  private counted(t: number): [inOctets: number, outOctets: number, fullSeconds: number] {
    if (this.flow === 'frozen' || t <= this.since) {
      return [this.inOctets, this.outOctets, this.fullSeconds];
    }
    const seconds = t - this.since;
    const outgoing = this.outMean * (this.outShape.integral(t) - this.outShape.integral(this.since));
    return this.flow === 'saturated'
      ? [this.inOctets + SATURATION * this.lineRate * seconds, this.outOctets + outgoing, this.fullSeconds + seconds]
      : [
          this.inOctets + this.inMean * (this.inShape.integral(t) - this.inShape.integral(this.since)),
          this.outOctets + outgoing,
          this.fullSeconds,
        ];
  }

  /** Counters at `t`, whole numbers; packets, errors and discards follow from the octets. */
  counters(t: number): PortCounters {
    // One answer reads a dozen counters of one moment.
    if (!this.latest || this.latestAt !== t) {
      this.latest = this.countersAt(t);
      this.latestAt = t;
    }
    return this.latest;
  }

  private countersAt(t: number): PortCounters {
    const [inOctets, outOctets, fullSeconds] = this.counted(t);
    const inPackets = Math.floor(inOctets / this.packetSize);
    const outPackets = Math.floor(outOctets / this.packetSize);
    return {
      inOctets: Math.floor(inOctets),
      outOctets: Math.floor(outOctets),
      inPackets,
      outPackets,
      inErrors: Math.floor(inPackets * this.errorShare),
      outErrors: Math.floor(outPackets * this.errorShare * 0.3),
      inDiscards: Math.floor(inPackets * this.discardShare),
      outDiscards: Math.floor(outPackets * this.discardShare + fullSeconds * 40),
    };
  }
}

function habitOf(deviceType: string, seed: number): Habit {
  if (deviceType === 'router') {
    return seed % 3 === 0 ? 'office' : 'home';
  }
  return deviceType === 'switch' ? 'office' : 'backbone';
}
