import { createArena, describeErrno, type KernelCalls } from './kernel-calls';
import {
  AF_INET,
  AF_INET6,
  ICMP_ECHO_REPLY,
  ICMP_FILTER,
  ICMPV6_ECHO_REPLY,
  ICMPV6_FILTER,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  SO_ATTACH_FILTER,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_RXQ_OVFL,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SO_TIMESTAMPNS,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOL_RAW,
  SOL_SOCKET,
} from './kernel-layout';

/** `dgram`: ICMP datagram sockets, for the groups in net.ipv4.ping_group_range; `raw`: root or cap_net_raw. */
export type SocketKind = 'dgram' | 'raw';

/** Room for the replies of some seconds; the kernel takes what net.core.rmem_max allows. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** Room for the echoes of one turn (under 1 KB each with the kernel's bookkeeping); net.core.wmem_max limits it. */
const SEND_BUFFER_BYTES = 1024 * 1024;

/**
 * Opens a non-blocking socket that receives echo replies only, each with the kernel's receive timestamp.
 * @throws Error of one line: what was opened and what the system said
 */
export function openIcmpFd(calls: KernelCalls, family: 4 | 6, kind: SocketKind, ident: number): number {
  const type = (kind === 'raw' ? SOCK_RAW : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
  const fd = calls.socket(family === 4 ? AF_INET : AF_INET6, type, family === 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
  if (fd < 0) {
    throw new Error(`open ICMPv${family} ${kind} socket: ${describeErrno(calls.errno())}`);
  }
  try {
    require1(calls, fd, SOL_SOCKET, SO_TIMESTAMPNS, 'SO_TIMESTAMPNS');
    sizeBuffer(calls, fd, SO_RCVBUFFORCE, SO_RCVBUF, RECEIVE_BUFFER_BYTES);
    sizeBuffer(calls, fd, SO_SNDBUFFORCE, SO_SNDBUF, SEND_BUFFER_BYTES);
    require1(calls, fd, SOL_SOCKET, SO_RXQ_OVFL, 'SO_RXQ_OVFL');
    if (kind === 'raw') {
      keepOnlyReplies(calls, fd, family, ident);
    }
    return fd;
  } catch (err) {
    calls.close(fd);
    throw err;
  }
}

/** The forced option needs CAP_NET_ADMIN; without it the plain one is clamped, which is no error. */
function sizeBuffer(calls: KernelCalls, fd: number, forced: number, plain: number, bytes: number): void {
  if (calls.setsockopt(fd, SOL_SOCKET, forced, int32(bytes), 4) < 0) {
    calls.setsockopt(fd, SOL_SOCKET, plain, int32(bytes), 4);
  }
}

function int32(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

function require1(calls: KernelCalls, fd: number, level: number, option: number, name: string): void {
  if (calls.setsockopt(fd, level, option, int32(1), 4) < 0) {
    throw new Error(`set ${name} on ICMP socket: ${describeErrno(calls.errno())}`);
  }
}

/** A raw socket sees every ICMP packet of the machine: let through echo replies to our identifier and nothing else. */
function keepOnlyReplies(calls: KernelCalls, fd: number, family: 4 | 6, ident: number): void {
  const filtered =
    family === 4
      ? calls.setsockopt(fd, SOL_RAW, ICMP_FILTER, int32(~(1 << ICMP_ECHO_REPLY)), 4)
      : calls.setsockopt(fd, IPPROTO_ICMPV6, ICMPV6_FILTER, allBut(ICMPV6_ECHO_REPLY), 32);
  if (filtered < 0) {
    throw new Error(`set ICMP filter on ICMPv${family} raw socket: ${describeErrno(calls.errno())}`);
  }
  const program = identFilter(family, ident);
  const arena = createArena(calls, 16 + program.byteLength);
  arena.halves[0] = program.byteLength / BPF_INSTRUCTION;
  arena.wide[1] = arena.address + 16n;
  arena.bytes.set(program, 16);
  // Copies of other programs' replies only cost time, the identifier is checked again: no reason to fail.
  calls.setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, arena.bytes.subarray(0, 16), 16);
}

/** struct icmp6_filter: a set bit drops its type. */
function allBut(type: number): Uint8Array {
  const words = new Uint32Array(8).fill(0xffffffff);
  words[type >> 5] = ~(1 << (type & 31));
  return new Uint8Array(words.buffer);
}

const BPF_INSTRUCTION = 8;

/**
 * Classic BPF (linux/filter.h): accept when the 16 bits of the identifier are ours. An IPv4 raw socket sees the packet
 * from the IP header on, an IPv6 one from the ICMPv6 header on (RFC 3542 section 3).
 */
export function identFilter(family: 4 | 6, ident: number): Uint8Array {
  const load: [number, number, number, number][] =
    family === 4
      ? [
          [0xb1, 0, 0, 0], // ldx 4*([0]&0xf)
          [0x48, 0, 0, 4], // ldh [x + 4]
        ]
      : [[0x28, 0, 0, 4]]; // ldh [4]
  const program = [...load, [0x15, 0, 1, ident], [0x06, 0, 0, 0xffff], [0x06, 0, 0, 0]] as const;
  const bytes = new Uint8Array(program.length * BPF_INSTRUCTION);
  const view = new DataView(bytes.buffer);
  program.forEach(([code, jumpTrue, jumpFalse, k], i) => {
    view.setUint16(i * 8, code, true);
    view.setUint8(i * 8 + 2, jumpTrue);
    view.setUint8(i * 8 + 3, jumpFalse);
    view.setUint32(i * 8 + 4, k, true);
  });
  return bytes;
}
