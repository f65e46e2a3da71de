import { parseEchoAddress, type EchoAddress } from './echo-address';
import type { EchoOutcome, EchoPlan } from './driver';
import { EchoRound, type EchoTarget } from './echo-round';
import { EchoSlots } from './echo-slots';
import { BATCH, type EchoSocket } from './icmp-socket';
import { roundTripMs, type Clock, type ClockReading } from './kernel-clock';
import { EAGAIN } from './kernel-layout';
import { refusal, waysOut } from './send-error';

/** Echoes sent in one turn, so that the turn stays a few ms long. */
const SENDS_PER_TURN = 512;
/** Batches of replies read in one turn of one socket: a flood must not hold the loop. */
const READS_PER_TURN = 256;

/** Counts since the driver was opened. */
export interface FlightCounters {
  sent: number;
  replies: number;
  /** Answers to an echo that was answered already. */
  duplicates: number;
  /** Replies after the timeout. */
  late: number;
  /** Replies with our token from an address that was not asked. */
  misaddressed: number;
  /** Echoes that the system refused to send. */
  sendErrors: number;
  /** Times that an echo had to wait because the system's send buffer was full. */
  sendWaits: number;
}

/** An echo that found the send buffer full. */
interface WaitingEcho {
  target: EchoTarget;
  echo: number;
  /** Monotonic time of the first try. */
  sinceMs: number;
}

/** The echoes of one batch in the order in which the socket has them; as arrays, because there are thousands a second. */
class QueuedEchoes {
  readonly target: EchoTarget[] = [];
  readonly echo = new Uint16Array(BATCH);
  readonly sinceMs = new Float64Array(BATCH);
  readonly slot = new Uint32Array(BATCH);
}

/** How much sooner an echo may leave than its gap says, to leave together with others: half a turn, or a tenth. */
function slackMs(plan: EchoPlan): number {
  return Math.min(10, plan.gapMs / 10);
}

/**
 * All echoes in flight, without any timer of its own: `turn` sends what is due, reads what has come and decides what
 * has timed out, and says when it wants the next turn. Round-trip times come from kernel timestamps and timeouts are
 * judged by them, so a turn may come late without making any value wrong.
 */
export class EchoFlight {
  readonly counters: FlightCounters = {
    sent: 0,
    replies: 0,
    duplicates: 0,
    late: 0,
    misaddressed: 0,
    sendErrors: 0,
    sendWaits: 0,
  };
  private readonly rounds = new Set<EchoRound>();
  private readonly slots = new EchoSlots<EchoTarget>();
  private readonly now: ClockReading = { realMs: 0, monotonicMs: 0 };
  private readonly queued: Record<4 | 6, QueuedEchoes> = { 4: new QueuedEchoes(), 6: new QueuedEchoes() };
  private waiting: WaitingEcho[] = [];
  /** Echoes that left through the socket of a family and whose target is not decided. */
  private readonly away: Record<4 | 6, number> = { 4: 0, 6: 0 };
  private sequence = 0;

  /** @param noSocket why a family has no socket, for the outcome of its targets */
  constructor(
    private readonly sockets: Partial<Record<4 | 6, EchoSocket>>,
    private readonly clock: Clock,
    private readonly noSocket: Partial<Record<4 | 6, string>> = {}
  ) {}

  get idle(): boolean {
    return this.rounds.size === 0;
  }

  get inFlight(): number {
    return this.slots.inUse;
  }

  /** Adds a round; nothing is sent and nobody called before the next turn. */
  add(
    addresses: readonly string[],
    plan: EchoPlan,
    onDecided: (index: number, outcome: EchoOutcome) => void,
    onDone: () => void
  ): void {
    this.clock.read(this.now);
    const parsed = addresses.map((text) => this.reachable(text));
    this.rounds.add(new EchoRound(parsed, plan, this.now.monotonicMs, onDecided, onDone));
  }

  private reachable(text: string): EchoAddress | Error {
    try {
      const address = parseEchoAddress(text);
      const why = this.sockets[address.family] ? undefined : (this.noSocket[address.family] ?? 'no socket');
      return why === undefined ? address : new Error(`cannot ping ${text}: ${why}`);
    } catch (err) {
      return err as Error;
    }
  }

  /** @returns ms until the next turn is wanted at the latest, 0 when work was left over; undefined when idle */
  turn(): number | undefined {
    this.clock.read(this.now);
    const left = this.sendDue(this.now.monotonicMs);
    // What the sockets held at this moment is read before anything is called lost that was due by then.
    this.clock.read(this.now);
    const drainedFrom = this.now.monotonicMs;
    const drained = this.readReplies();
    if (drained) {
      this.expire(drainedFrom);
    }
    if (this.rounds.size === 0) {
      return undefined;
    }
    return left || !drained ? 0 : Math.max(1, this.nextDue() - drainedFrom);
  }

  private sendDue(nowMs: number): boolean {
    let budget = SENDS_PER_TURN;
    const waited = this.waiting;
    this.waiting = [];
    for (const { target, echo, sinceMs } of waited) {
      if (nowMs - sinceMs > target.round.plan.timeoutMs) {
        target.pending--;
        this.refuse(target, EAGAIN);
      } else if (this.waiting.length > 0) {
        this.waiting.push({ target, echo, sinceMs });
      } else {
        this.queue(target, echo, sinceMs);
        budget--;
      }
    }
    for (const round of this.rounds) {
      while (round.phase < round.plan.count && (round.cursor > 0 || round.phaseDueMs - slackMs(round.plan) <= nowMs)) {
        if (budget <= 0) {
          this.flushAll();
          return true;
        }
        const target = round.targets[round.cursor]!;
        if (target.address) {
          target.pending++;
          round.lastSentMs[target.index] = nowMs;
          this.queue(target, round.phase, nowMs);
          budget--;
        }
        round.advance(nowMs);
      }
    }
    this.flushAll();
    return false;
  }

  private queue(target: EchoTarget, echo: number, sinceMs: number): void {
    const address = target.address!;
    const socket = this.sockets[address.family]!;
    this.sequence = (this.sequence + 1) & 0xffff;
    const slot = this.slots.take(target, echo, this.sequence);
    const queued = this.queued[address.family];
    const at = socket.queued;
    queued.target[at] = target;
    queued.echo[at] = echo;
    queued.sinceMs[at] = sinceMs;
    queued.slot[at] = slot;
    socket.queue(address, this.sequence, slot, this.slots.generationOf(slot));
    if (socket.queued === BATCH) {
      this.flush(socket);
    }
  }

  private flushAll(): void {
    for (const socket of [this.sockets[4], this.sockets[6]]) {
      if (socket && socket.queued > 0) {
        this.flush(socket);
      }
    }
  }

  private flush(socket: EchoSocket): void {
    const count = socket.flush();
    const queued = this.queued[socket.family];
    for (let i = 0; i < count; i++) {
      const target = queued.target[i]!;
      const echo = queued.echo[i]!;
      const slot = queued.slot[i]!;
      const errno = socket.sendErrno[i]!;
      if (errno === EAGAIN) {
        this.counters.sendWaits++;
        this.slots.release(slot);
        this.waiting.push({ target, echo, sinceMs: queued.sinceMs[i]! });
        continue;
      }
      target.pending--;
      if (errno === 0) {
        this.counters.sent++;
        target.sent++;
        this.away[socket.family]++;
        target.round.slots[target.round.at(target, echo)] = slot;
        const realMs = socket.sentRealMs[i]!;
        this.slots.markSent(slot, realMs, socket.sentOffsetMs);
        target.round.lastSentMs[target.index] = realMs - socket.sentOffsetMs;
      } else {
        this.slots.release(slot);
        this.refuse(target, errno);
      }
    }
    queued.target.length = 0;
  }

  private refuse(target: EchoTarget, errno: number): void {
    this.counters.sendErrors++;
    target.error ??= refusal(target.address!.text, errno);
    if (waysOut.has(errno)) {
      target.sent++;
    }
  }

  /** @returns false when there was more than one turn should read */
  private readReplies(): boolean {
    let drained = true;
    for (const socket of [this.sockets[4], this.sockets[6]]) {
      if (socket && this.away[socket.family] > 0) {
        drained = this.readSocket(socket) && drained;
      }
    }
    return drained;
  }

  private readSocket(socket: EchoSocket): boolean {
    for (let reads = 0; reads < READS_PER_TURN; reads++) {
      const more = socket.receive();
      const { count } = socket.replies;
      if (count > 0) {
        this.clock.read(this.now);
        const offset = this.now.realMs - this.now.monotonicMs;
        for (let k = 0; k < count; k++) {
          this.answer(socket, k, offset);
        }
      }
      if (!more) {
        return true;
      }
    }
    return false;
  }

  private answer(socket: EchoSocket, k: number, offsetMs: number): void {
    const { replies } = socket;
    const { counters, slots } = this;
    const slot = replies.slot[k]!;
    const target = slots.find(slot, replies.generation[k]!, replies.sequence[k]!);
    if (!target) {
      counters.late++;
      return;
    }
    if (!replies.cameFrom(k, target.address!)) {
      counters.misaddressed++;
      return;
    }
    const { round } = target;
    const at = round.at(target, slots.echoOf(slot));
    if (!Number.isNaN(round.rtts[at]!)) {
      counters.duplicates++;
      return;
    }
    const rtt = roundTripMs(
      slots.realMsOf(slot),
      slots.offsetMsOf(slot),
      replies.receivedRealMs[k]!,
      offsetMs,
      this.now.monotonicMs
    );
    if (rtt > round.plan.timeoutMs) {
      counters.late++;
      return;
    }
    counters.replies++;
    round.rtts[at] = rtt;
    target.answered++;
    if (target.answered === round.plan.count) {
      this.decide(target);
    }
  }

  /** Decides the targets whose last echo timed out by `nowMs`; they were sent to in order, so they expire in order. */
  private expire(nowMs: number): void {
    for (const round of this.rounds) {
      while (round.expiryCursor < round.targets.length) {
        const target = round.targets[round.expiryCursor]!;
        if (!target.decided) {
          const open = target.address !== null && !this.isOver(round, target, nowMs);
          if (open) {
            break;
          }
          this.decide(target);
        }
        round.expiryCursor++;
      }
    }
  }

  private isOver(round: EchoRound, target: EchoTarget, nowMs: number): boolean {
    if (!round.allSent(target)) {
      return false;
    }
    return round.allAnswered(target) || round.lastSentMs[target.index]! + round.plan.timeoutMs < nowMs;
  }

  private decide(target: EchoTarget): void {
    const { round } = target;
    for (let echo = 0; echo < round.plan.count; echo++) {
      const slot = round.slots[round.at(target, echo)]!;
      if (slot >= 0) {
        this.slots.release(slot);
        this.away[target.address!.family]--;
      }
    }
    round.decide(target);
    if (round.undecided === 0) {
      this.rounds.delete(round);
      round.onDone();
    }
  }

  private nextDue(): number {
    let due = Number.POSITIVE_INFINITY;
    for (const round of this.rounds) {
      if (round.phase < round.plan.count) {
        due = Math.min(due, round.phaseDueMs);
      }
    }
    return due;
  }
}
