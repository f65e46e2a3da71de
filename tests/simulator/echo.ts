import type { SimulatedDevice } from './device';
import { fraction, hashNumber, hashText } from './hash';

export interface EchoAnswer {
  sent: number;
  /** In ms, in the order of the echoes, answered ones only. */
  rtts_ms: number[];
}

/** Of five echoes in a row these are lost while packets are lost: 40 %. */
const LOST_OF_FIVE = new Set([1, 3]);

/** What answers echoes at one address: a device, or a probe target that is always there. */
export class EchoResponder {
  private readonly seed: number;
  private sequence = 0;

  constructor(
    address: string,
    fleetSeed: number,
    private readonly device: SimulatedDevice | null
  ) {
    this.seed = hashText(hashNumber(fleetSeed, 8), address);
  }

  /** A round of echoes at `now` (unix seconds), answered at once. */
  round(count: number, timeoutMs: number, now: number): EchoAnswer {
    this.device?.advance(now);
    const mood = this.device?.echo ?? 'answers';
    const rtts: number[] = [];
    for (let i = 0; i < count; i++) {
      const n = this.sequence++;
      const lost = mood === 'silent' || (mood === 'lossy' && LOST_OF_FIVE.has(n % 5));
      const rtt = this.rtt(n);
      if (!lost && rtt <= timeoutMs) {
        rtts.push(rtt);
      }
    }
    return { sent: count, rtts_ms: rtts };
  }

  /** A distance of its own between 2 and 42 ms, and a jitter with a long tail, as queues make it. */
  private rtt(n: number): number {
    const base = 2 + 40 * fraction(this.seed, 1) ** 2;
    const jitter = -Math.log(1 - fraction(hashNumber(this.seed, 2), n)) * (0.3 + 0.06 * base);
    return Math.round((base + jitter) * 1_000) / 1_000;
  }
}
