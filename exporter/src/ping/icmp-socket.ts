import { createArena, describeErrno, type Arena, type KernelCalls } from './kernel-calls';
import type { Clock, ClockReading } from './kernel-clock';
import type { EchoAddress } from './echo-address';
import { foldChecksum, HALF, PACKET_BYTES, partialSum, swap16, WORD, writeTemplate } from './echo-packet';
import { openIcmpFd, type SocketKind } from './icmp-descriptor';
import {
  AF_INET,
  AF_INET6,
  EAGAIN,
  EINTR,
  ENOBUFS,
  ICMP_ECHO_REQUEST,
  ICMPV6_ECHO_REQUEST,
  IOVEC,
  MMSGHDR,
  MSG_DONTWAIT,
  SOCKADDR,
} from './kernel-layout';
import { ReplyBatch } from './reply-batch';

export const BATCH = 64;

/**
 * Echoes of one call to the kernel. When each of them left is not told, only when the call began and ended: the fewer,
 * the closer the estimate. The first echo after a pause takes several times as long as the others and goes alone.
 */
const FIRST_CALL = 1;
const LATER_CALLS = 16;

/** What the flight of echoes needs of a socket; tests put another one in its place. */
export interface EchoSocket {
  readonly family: 4 | 6;
  /** Echoes queued and not yet flushed; at most `BATCH`. */
  readonly queued: number;
  /** Puts an echo into the batch. Call `flush` when `queued` reaches `BATCH`. */
  queue(address: EchoAddress, sequence: number, slot: number, generation: number): void;
  /** Sends the batch. Afterwards `sendErrno`, `sentRealMs` and `sentOffsetMs` tell of each queued echo, in order. */
  flush(): number;
  /** 0 = sent; EAGAIN = the system had no room, nothing was sent, try again. */
  readonly sendErrno: Int32Array;
  /** Wall clock of the send in ms. */
  readonly sentRealMs: Float64Array;
  /** Wall clock minus monotonic clock at the send, in ms. */
  sentOffsetMs: number;
  /** Reads one batch of replies; false when nothing more was waiting. */
  receive(): boolean;
  readonly replies: ReplyBatch;
  close(): void;
}

/** One kernel socket for all echoes of one address family. */
export class IcmpSocket implements EchoSocket {
  queued = 0;
  sentOffsetMs = 0;
  readonly sendErrno = new Int32Array(BATCH);
  readonly sentRealMs = new Float64Array(BATCH);
  readonly replies: ReplyBatch;
  private readonly arena: Arena;
  private readonly fixedSum: number;
  private readonly before: ClockReading = { realMs: 0, monotonicMs: 0 };
  private readonly after: ClockReading = { realMs: 0, monotonicMs: 0 };

  private constructor(
    private readonly calls: KernelCalls,
    private readonly clock: Clock,
    private readonly fd: number,
    readonly family: 4 | 6,
    readonly kind: SocketKind,
    ident: number,
    owner: number
  ) {
    this.arena = createArena(calls, BATCH * ROOM);
    this.layOut(ident, owner);
    // Only raw IPv4 sockets leave the checksum to us; the kernel computes the others itself.
    this.fixedSum =
      family === 4 && kind === 'raw' ? partialSum(this.arena.halves, PACKETS / 2, PACKET_BYTES / 2) : Number.NaN;
    this.replies = new ReplyBatch(calls, BATCH, family, kind, ident, owner);
  }

  /**
   * @param ident 16 bits; datagram sockets have theirs from the kernel
   * @param owner 32 random bits that tell our replies from anyone else's
   * @throws Error of one line with the system's word for why the socket could not be opened
   */
  static open(
    calls: KernelCalls,
    clock: Clock,
    options: { family: 4 | 6; kind: SocketKind; ident: number; owner: number }
  ): IcmpSocket {
    const { family, kind, ident, owner } = options;
    return new IcmpSocket(calls, clock, openIcmpFd(calls, family, kind, ident), family, kind, ident, owner);
  }

  private layOut(ident: number, owner: number): void {
    const { bytes, words, wide, address } = this.arena;
    const type = this.family === 4 ? ICMP_ECHO_REQUEST : ICMPV6_ECHO_REQUEST;
    for (let i = 0; i < BATCH; i++) {
      const header = HEADERS + i * MMSGHDR.size;
      const iov = IOVECS + i * IOVEC.size;
      const name = NAMES + i * SOCKADDR.room;
      const packet = PACKETS + i * PACKET_BYTES;
      wide[(header + MMSGHDR.name) / 8] = address + BigInt(name);
      words[(header + MMSGHDR.nameLength) / 4] = this.family === 4 ? SOCKADDR.size4 : SOCKADDR.size6;
      wide[(header + MMSGHDR.iov) / 8] = address + BigInt(iov);
      words[(header + MMSGHDR.iovLength) / 4] = 1;
      wide[(iov + IOVEC.base) / 8] = address + BigInt(packet);
      words[(iov + IOVEC.length) / 4] = PACKET_BYTES;
      this.arena.halves[(name + SOCKADDR.family) / 2] = this.family === 4 ? AF_INET : AF_INET6;
      writeTemplate(bytes, packet, type, ident, owner);
    }
  }

  queue(address: EchoAddress, sequence: number, slot: number, generation: number): void {
    const { halves, words } = this.arena;
    const i = this.queued++;
    const name = (NAMES + i * SOCKADDR.room) / 4;
    if (this.family === 4) {
      words[name + SOCKADDR.address4 / 4] = address.words[0]!;
    } else {
      words.set(address.words, name + SOCKADDR.address6 / 4);
      words[name + SOCKADDR.scope6 / 4] = address.scope;
    }
    const half = (PACKETS + i * PACKET_BYTES) / 2;
    const word = half / 2;
    const swapped = swap16(sequence);
    halves[half + HALF.sequence] = swapped;
    words[word + WORD.slot] = slot;
    words[word + WORD.generation] = generation;
    if (!Number.isNaN(this.fixedSum)) {
      const token = (slot & 0xffff) + (slot >>> 16) + (generation & 0xffff) + (generation >>> 16);
      halves[half + HALF.checksum] = foldChecksum(this.fixedSum + swapped + token);
    }
  }

  flush(): number {
    const { calls, clock, before, after, queued } = this;
    let next = 0;
    let room = FIRST_CALL;
    clock.read(before);
    this.sentOffsetMs = before.realMs - before.monotonicMs;
    while (next < queued) {
      const vector = this.arena.address + BigInt(HEADERS + next * MMSGHDR.size);
      const sent = calls.sendmmsg(this.fd, vector, Math.min(room, queued - next), MSG_DONTWAIT);
      if (sent < 0) {
        const errno = calls.errno();
        if (errno === EINTR) {
          continue;
        }
        if (errno === EAGAIN || errno === ENOBUFS) {
          this.sendErrno.fill(EAGAIN, next, queued);
          break;
        }
        this.sendErrno[next++] = errno;
        clock.read(before);
        continue;
      }
      clock.read(after);
      // The kernel sends them one by one at an even pace. What is left of a call when the one echo of it leaves is about
      // half; of later echoes, which take some µs each, the beginning is near enough, and before any reply of this host.
      const into = sent > 1 ? 0 : 0.5;
      const each = (after.monotonicMs - before.monotonicMs) / sent;
      for (let k = 0; k < sent; k++) {
        this.sendErrno[next + k] = 0;
        this.sentRealMs[next + k] = before.realMs + (k + into) * each;
      }
      next += sent;
      room = LATER_CALLS;
      before.realMs = after.realMs;
      before.monotonicMs = after.monotonicMs;
    }
    this.queued = 0;
    return queued;
  }

  receive(): boolean {
    const { calls, replies } = this;
    const got = calls.recvmmsg(this.fd, replies.vector, BATCH, MSG_DONTWAIT, null);
    if (got < 0) {
      const errno = calls.errno();
      replies.count = 0;
      if (errno === EAGAIN) {
        return false;
      }
      if (errno === EINTR) {
        return true;
      }
      // An asynchronous error of the socket (an interface went down): reported once, then cleared by the kernel.
      this.lastReceiveError = describeErrno(errno);
      return true;
    }
    replies.take(got);
    return got === BATCH;
  }

  /** What the system last said when replies were read; undefined when it never complained. */
  lastReceiveError: string | undefined;

  close(): void {
    this.calls.close(this.fd);
  }
}

const HEADERS = 0;
const IOVECS = HEADERS + BATCH * MMSGHDR.size;
const NAMES = IOVECS + BATCH * IOVEC.size;
const PACKETS = NAMES + BATCH * SOCKADDR.room;
const ROOM = MMSGHDR.size + IOVEC.size + SOCKADDR.room + PACKET_BYTES;
