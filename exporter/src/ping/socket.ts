import { randomInt } from 'node:crypto';
import type { EchoOutcome, EchoPlan, PingDriver } from './driver';
import { EchoFlight, type FlightCounters } from './echo-flight';
import type { SocketKind } from './icmp-descriptor';
import { IcmpSocket } from './icmp-socket';
import { loadKernelCalls } from './kernel-calls';
import { createKernelClock } from './kernel-clock';

/**
 * Rounds begin on this grid, so that one wake-up serves all that is due. Waking up costs as much as a dozen echoes, and
 * what a processor has not done for some ms it does slowly.
 */
const SLOT_MS = 100;
/**
 * Replies are stamped by the kernel, so reading them late costs no truth and saves wake-ups. A little longer than a
 * slot: as long as rounds begin in every slot, they drive the turns and this timer never fires.
 */
const LONGEST_WAIT_MS = 105;
/** With few echoes in flight wake-ups cost next to nothing, and whoever waits for a single device has it sooner. */
const FEW_ECHOES = 256;
const LONGEST_WAIT_FOR_FEW_MS = 25;
/** Echoes that fall due within this time of each other leave in one batch. */
const SHORTEST_WAIT_MS = 5;
/** A round that is added this soon after a turn waits for the next one. */
const TURN_GAP_MS = 10;

export interface SocketCounters extends FlightCounters {
  /** Packets that were not for us. */
  foreign: number;
  /** Replies that the kernel dropped because its receive buffer was full. */
  dropped: number;
}

/** Echoes through ICMP sockets of the kernel, all of one address family through one socket. */
export class SocketDriver implements PingDriver {
  readonly name = 'socket';
  readonly slotMs = SLOT_MS;
  private lastTurnMs = Number.NEGATIVE_INFINITY;
  private soon: NodeJS.Immediate | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private readonly aborts = new Set<(err: Error) => void>();

  private constructor(
    readonly description: string,
    private readonly flight: EchoFlight,
    private readonly sockets: readonly IcmpSocket[]
  ) {}

  /**
   * Opens what this process may open: datagram sockets, else raw sockets.
   * @param kinds which to try, in order
   * @throws Error of one line when there is no socket for IPv4 and none for IPv6
   */
  static async open(kinds: readonly SocketKind[] = ['dgram', 'raw']): Promise<SocketDriver> {
    const calls = await loadKernelCalls();
    const clock = createKernelClock(calls);
    const ident = randomInt(1, 0x10000);
    const owner = randomInt(0, 0x100000000);
    const opened: Partial<Record<4 | 6, IcmpSocket>> = {};
    const why: Partial<Record<4 | 6, string>> = {};
    for (const family of [4, 6] as const) {
      const causes: string[] = [];
      for (const kind of kinds) {
        try {
          opened[family] = IcmpSocket.open(calls, clock, { family, kind, ident, owner });
          break;
        } catch (err) {
          causes.push((err as Error).message);
        }
      }
      if (!opened[family]) {
        why[family] = causes.join(', ');
      }
    }
    const sockets = [opened[4], opened[6]].filter((socket) => socket !== undefined);
    if (sockets.length === 0) {
      throw new Error(`${why[4]}, ${why[6]}`);
    }
    return new SocketDriver(describe(opened), new EchoFlight(opened, clock, why), sockets);
  }

  get counters(): SocketCounters {
    const sum = { ...this.flight.counters, foreign: 0, dropped: 0 };
    for (const { replies } of this.sockets) {
      sum.foreign += replies.foreign;
      sum.dropped += replies.dropped;
    }
    return sum;
  }

  round(
    addresses: readonly string[],
    plan: EchoPlan,
    onDecided: (index: number, outcome: EchoOutcome) => void
  ): Promise<void> {
    if (this.closed) {
      return Promise.reject(new Error(`ping ${addresses.length} addresses: the ICMP sockets are closed`));
    }
    if (addresses.length === 0) {
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      this.aborts.add(reject);
      this.flight.add(addresses, plan, onDecided, () => {
        this.aborts.delete(reject);
        resolve();
      });
      this.turnSoon();
    });
  }

  /** A new round is a turn for all, unless the last turn was just now. */
  private turnSoon(): void {
    if (this.timer === undefined || performance.now() - this.lastTurnMs >= TURN_GAP_MS) {
      // Gone before the caller's own timer returns to Node, or Node sets its alarm to a time at which nothing is due.
      clearTimeout(this.timer);
      this.timer = undefined;
      this.soon ??= setImmediate(this.turn);
    }
  }

  private readonly turn = (): void => {
    clearImmediate(this.soon);
    clearTimeout(this.timer);
    this.soon = undefined;
    this.timer = undefined;
    this.lastTurnMs = performance.now();
    const wanted = this.flight.turn();
    if (wanted !== undefined && !this.closed) {
      this.timer = setTimeout(this.turn, wanted === 0 ? 0 : waitMs(wanted, this.flight.inFlight));
    }
  };

  /** Closes the sockets; rounds that are still open are rejected. */
  close(): Promise<void> {
    if (!this.closed) {
      this.closed = true;
      clearImmediate(this.soon);
      clearTimeout(this.timer);
      this.soon = undefined;
      this.timer = undefined;
      for (const socket of this.sockets) {
        socket.close();
      }
      for (const abort of this.aborts) {
        abort(new Error('round of echoes ended early: the ICMP sockets were closed'));
      }
      this.aborts.clear();
    }
    return Promise.resolve();
  }
}

/** What is wanted about when the next round begins waits for that round, so that both are one wake-up. */
function waitMs(wanted: number, inFlight: number): number {
  if (inFlight < FEW_ECHOES) {
    return Math.min(Math.max(wanted, SHORTEST_WAIT_MS), LONGEST_WAIT_FOR_FEW_MS);
  }
  return wanted > SLOT_MS - SHORTEST_WAIT_MS ? LONGEST_WAIT_MS : Math.max(wanted, SHORTEST_WAIT_MS);
}

const KIND_NAMES: Record<SocketKind, string> = { dgram: 'ICMP datagram sockets', raw: 'ICMP raw sockets' };

function describe({ 4: v4, 6: v6 }: Partial<Record<4 | 6, IcmpSocket>>): string {
  if (v4 && v6) {
    return v4.kind === v6.kind ? KIND_NAMES[v4.kind] : `${KIND_NAMES[v4.kind]}, IPv6: ${KIND_NAMES[v6.kind]}`;
  }
  return `${KIND_NAMES[(v4 ?? v6)!.kind]}, IPv${v4 ? 4 : 6} only`;
}
