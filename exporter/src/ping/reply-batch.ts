import type { EchoAddress } from './echo-address';
import { HALF, HEADER_BYTES, swap16, TOKEN_BYTES, WORD } from './echo-packet';
import type { SocketKind } from './icmp-descriptor';
import { createArena, type Arena, type KernelCalls } from './kernel-calls';
import {
  CMSG,
  CONTROL_ROOM,
  ICMP_ECHO_REPLY,
  ICMPV6_ECHO_REPLY,
  IOVEC,
  MMSGHDR,
  SO_RXQ_OVFL,
  SO_TIMESTAMPNS,
  SOCKADDR,
  SOL_SOCKET,
} from './kernel-layout';

/** An IP header of at most 60 bytes, the ICMP header and our token; what does not fit is cut off and not missed. */
const PACKET_ROOM = 128;

/** Memory for one recvmmsg call, and what was read from it. */
export class ReplyBatch {
  /** Address of the mmsghdr array. */
  readonly vector: bigint;
  /** Replies that carry our token; the arrays below hold that many. */
  count = 0;
  readonly slot: Uint32Array;
  readonly generation: Uint32Array;
  readonly sequence: Uint16Array;
  /** Kernel receive time, wall clock, in ms. */
  readonly receivedRealMs: Float64Array;
  /** Packets that were not ours since the socket was opened. */
  foreign = 0;
  /** Packets that the kernel dropped because the receive buffer was full, since the socket was opened. */
  dropped = 0;
  private readonly message: Uint8Array;
  private readonly arena: Arena;
  private readonly names: number;
  private readonly controls: number;
  private readonly packets: number;
  private readonly replyType: number;

  constructor(
    calls: KernelCalls,
    readonly size: number,
    private readonly family: 4 | 6,
    private readonly kind: SocketKind,
    private readonly ident: number,
    private readonly owner: number
  ) {
    const iovecs = size * MMSGHDR.size;
    this.names = iovecs + size * IOVEC.size;
    this.controls = this.names + size * SOCKADDR.room;
    this.packets = this.controls + size * CONTROL_ROOM;
    this.arena = createArena(calls, this.packets + size * PACKET_ROOM);
    this.vector = this.arena.address;
    this.slot = new Uint32Array(size);
    this.generation = new Uint32Array(size);
    this.sequence = new Uint16Array(size);
    this.receivedRealMs = new Float64Array(size);
    this.message = new Uint8Array(size);
    this.replyType = family === 4 ? ICMP_ECHO_REPLY : ICMPV6_ECHO_REPLY;
    const { words, wide, address } = this.arena;
    for (let i = 0; i < size; i++) {
      const header = i * MMSGHDR.size;
      const iov = iovecs + i * IOVEC.size;
      wide[(header + MMSGHDR.name) / 8] = address + BigInt(this.names + i * SOCKADDR.room);
      wide[(header + MMSGHDR.iov) / 8] = address + BigInt(iov);
      words[(header + MMSGHDR.iovLength) / 4] = 1;
      wide[(header + MMSGHDR.control) / 8] = address + BigInt(this.controls + i * CONTROL_ROOM);
      wide[(iov + IOVEC.base) / 8] = address + BigInt(this.packets + i * PACKET_ROOM);
      words[(iov + IOVEC.length) / 4] = PACKET_ROOM;
      this.makeReady(i);
    }
  }

  /** The kernel writes back the lengths it used: give each message its full room again. */
  private makeReady(i: number): void {
    const header = (i * MMSGHDR.size) / 4;
    this.arena.words[header + MMSGHDR.nameLength / 4] = SOCKADDR.room;
    this.arena.words[header + MMSGHDR.controlLength / 4] = CONTROL_ROOM;
  }

  /** Reads the first `got` messages into the arrays and makes their memory ready for the next call. */
  take(got: number): void {
    const { bytes, words, halves } = this.arena;
    let count = 0;
    for (let i = 0; i < got; i++) {
      const header = (i * MMSGHDR.size) / 4;
      let length = words[header + MMSGHDR.length / 4]!;
      let at = this.packets + i * PACKET_ROOM;
      if (this.family === 4 && this.kind === 'raw') {
        // IHL (RFC 791 section 3.1) counts 32-bit words.
        const ipHeader = (bytes[at]! & 0x0f) * 4;
        at += ipHeader;
        length -= ipHeader;
      }
      const half = at / 2;
      const word = at / 4;
      const stamp = this.receiveTime(i, words[header + MMSGHDR.controlLength / 4]!);
      const ours =
        length >= HEADER_BYTES + TOKEN_BYTES &&
        bytes[at] === this.replyType &&
        words[word + WORD.owner] === this.owner &&
        (this.kind === 'dgram' || halves[half + HALF.ident] === swap16(this.ident)) &&
        !Number.isNaN(stamp);
      if (ours) {
        this.slot[count] = words[word + WORD.slot]!;
        this.generation[count] = words[word + WORD.generation]!;
        this.sequence[count] = swap16(halves[half + HALF.sequence]!);
        this.receivedRealMs[count] = stamp;
        this.message[count] = i;
        count++;
      } else {
        this.foreign++;
      }
      this.makeReady(i);
    }
    this.count = count;
  }

  /** Walks the control messages; NaN when the kernel gave no timestamp. */
  private receiveTime(i: number, controlLength: number): number {
    const { words } = this.arena;
    const start = this.controls + i * CONTROL_ROOM;
    let stamp = Number.NaN;
    for (let at = 0; at + CMSG.data <= controlLength;) {
      const word = (start + at) / 4;
      const length = words[word]!;
      if (length < CMSG.data) {
        break;
      }
      if (words[word + CMSG.level / 4] === SOL_SOCKET) {
        const data = word + CMSG.data / 4;
        const type = words[word + CMSG.type / 4];
        if (type === SO_TIMESTAMPNS) {
          stamp = (words[data + 1]! * 4294967296 + words[data]!) * 1000 + words[data + 2]! / 1e6;
        } else if (type === SO_RXQ_OVFL) {
          this.dropped = words[data]!;
        }
      }
      at += (length + 7) & ~7;
    }
    return stamp;
  }

  /** Whether the k-th reply came from that address. */
  cameFrom(k: number, address: EchoAddress): boolean {
    const name = (this.names + this.message[k]! * SOCKADDR.room) / 4;
    const from = this.arena.words;
    if (this.family === 4) {
      return from[name + SOCKADDR.address4 / 4] === address.words[0];
    }
    const at = name + SOCKADDR.address6 / 4;
    const { words } = address;
    return from[at] === words[0] && from[at + 1] === words[1] && from[at + 2] === words[2] && from[at + 3] === words[3];
  }
}
