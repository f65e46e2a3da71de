/**
 * Numbers and struct layouts of the Linux socket calls, little-endian 64-bit (x64 and arm64). Both C libraries agree
 * here: glibc has size_t where musl has an int or socklen_t followed by padding, and the kernel reads the wide field,
 * so a value below 2^32 with the upper half zero is the same bytes in both.
 */
export const SUPPORTED_ARCHITECTURES: readonly string[] = ['x64', 'arm64'];

export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;
export const IPPROTO_ICMP = 1;
export const IPPROTO_ICMPV6 = 58;

export const SOL_SOCKET = 1;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_ATTACH_FILTER = 26;
export const SO_SNDBUFFORCE = 32;
export const SO_RCVBUFFORCE = 33;
export const SO_TIMESTAMPNS = 35;
export const SO_RXQ_OVFL = 40;
export const SOL_RAW = 255;
/** linux/icmp.h: a bit mask of the types that are dropped. */
export const ICMP_FILTER = 1;
/** linux/icmpv6.h: the same over 256 types. */
export const ICMPV6_FILTER = 1;
export const MSG_DONTWAIT = 0x40;

/** RFC 792 and RFC 4443 section 4.2. */
export const ICMP_ECHO_REQUEST = 8;
export const ICMP_ECHO_REPLY = 0;
export const ICMPV6_ECHO_REQUEST = 128;
export const ICMPV6_ECHO_REPLY = 129;

export const CLOCK_REALTIME = 0;
export const CLOCK_MONOTONIC = 1;

/** Byte offsets inside struct mmsghdr { struct msghdr { … }; unsigned msg_len }. */
export const MMSGHDR = {
  name: 0,
  nameLength: 8,
  iov: 16,
  iovLength: 24,
  control: 32,
  controlLength: 40,
  flags: 48,
  length: 56,
  size: 64,
} as const;

/** struct iovec { void *base; size_t length }. */
export const IOVEC = { base: 0, length: 8, size: 16 } as const;

/** struct sockaddr_in and sockaddr_in6; 32 bytes hold either with alignment to spare. */
export const SOCKADDR = { family: 0, address4: 4, size4: 16, address6: 8, scope6: 24, size6: 28, room: 32 } as const;

/** struct cmsghdr { size_t length; int level; int type } and what follows it. */
export const CMSG = { length: 0, level: 8, type: 12, data: 16 } as const;
/** A timespec (32) and a drop counter (24), each with its header, and room to spare. */
export const CONTROL_ROOM = 96;

/** errno values that decide what becomes of an echo (asm-generic, the same on both architectures). */
export const EPERM = 1;
export const EINTR = 4;
export const EAGAIN = 11;
export const EACCES = 13;
export const EINVAL = 22;
export const EADDRNOTAVAIL = 99;
export const ENETDOWN = 100;
export const ENETUNREACH = 101;
export const ENOBUFS = 105;
export const EHOSTDOWN = 112;
export const EHOSTUNREACH = 113;
