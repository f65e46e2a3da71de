import type { EchoAddress } from './echo-address';
import type { EchoOutcome, EchoPlan } from './driver';

/** One target of one round, until it is decided. */
export interface EchoTarget {
  round: EchoRound;
  /** Place in the list of addresses of the round. */
  index: number;
  /** Null when the address could not be read or no socket of its family is open: decided before anything is sent. */
  address: EchoAddress | null;
  /** Echoes handed to a socket or waiting for room in it. */
  pending: number;
  sent: number;
  answered: number;
  error?: string;
  decided: boolean;
}

/** One call of the driver's `round`: its targets, and where in sending and in waiting it is. */
export class EchoRound {
  readonly targets: EchoTarget[];
  /** Echo that is being sent, 0 … count; count when all were. */
  phase = 0;
  /** Next target of this phase. */
  cursor = 0;
  /** Monotonic time at which the current phase may begin. */
  phaseDueMs: number;
  /** Monotonic time of the last echo to each target. */
  readonly lastSentMs: Float64Array;
  /** Round-trip time in ms of each echo of each target, target by target; NaN until it is answered. */
  readonly rtts: Float64Array;
  /** Place in flight of each echo, in the same order; -1 when it has none. */
  readonly slots: Int32Array;
  undecided: number;
  /** All targets before this one are decided. */
  expiryCursor = 0;

  constructor(
    addresses: readonly (EchoAddress | Error)[],
    readonly plan: EchoPlan,
    nowMs: number,
    private readonly onDecided: (index: number, outcome: EchoOutcome) => void,
    readonly onDone: () => void
  ) {
    this.phaseDueMs = nowMs;
    this.undecided = addresses.length;
    this.lastSentMs = new Float64Array(addresses.length);
    this.rtts = new Float64Array(addresses.length * plan.count).fill(Number.NaN);
    this.slots = new Int32Array(addresses.length * plan.count).fill(-1);
    this.targets = addresses.map((address, index) => ({
      round: this,
      index,
      address: address instanceof Error ? null : address,
      pending: 0,
      sent: 0,
      answered: 0,
      error: address instanceof Error ? address.message : undefined,
      decided: false,
    }));
  }

  /** Whether every echo to that target has gone its way, so that only replies are waited for. */
  allSent(target: EchoTarget): boolean {
    const behind = this.phase === this.plan.count || (this.phase === this.plan.count - 1 && target.index < this.cursor);
    return behind && target.pending === 0;
  }

  /** Place of an echo in `rtts` and `slots`. */
  at(target: EchoTarget, echo: number): number {
    return target.index * this.plan.count + echo;
  }

  /** Whether no echo to that target is without its answer. */
  allAnswered(target: EchoTarget): boolean {
    let away = 0;
    const first = this.at(target, 0);
    for (let echo = first; echo < first + this.plan.count; echo++) {
      away += this.slots[echo]! >= 0 ? 1 : 0;
    }
    return target.answered === away;
  }

  /** Moves past the target whose echo was just sent; begins the next phase after the last one. */
  advance(nowMs: number): void {
    if (this.cursor === 0) {
      this.phaseDueMs = nowMs + this.plan.gapMs;
    }
    this.cursor++;
    if (this.cursor === this.targets.length) {
      this.cursor = 0;
      this.phase++;
    }
  }

  decide(target: EchoTarget): void {
    target.decided = true;
    this.undecided--;
    const rttsMs: number[] = [];
    const first = target.index * this.plan.count;
    for (let echo = first; echo < first + this.plan.count; echo++) {
      const rtt = this.rtts[echo]!;
      if (!Number.isNaN(rtt)) {
        rttsMs.push(rtt);
      }
    }
    const outcome: EchoOutcome = { sent: target.sent, rttsMs };
    if (target.error !== undefined) {
      outcome.error = target.error;
    }
    this.onDecided(target.index, outcome);
  }
}
