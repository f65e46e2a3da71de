import { getSystemErrorMap } from 'node:util';
import { SUPPORTED_ARCHITECTURES } from './kernel-layout';

/** The calls of the C library that the socket driver makes. Each returns -1 on failure, with the cause in `errno()`. */
export interface KernelCalls {
  socket(family: number, type: number, protocol: number): number;
  close(fd: number): number;
  setsockopt(fd: number, level: number, option: number, value: Uint8Array, length: number): number;
  sendmmsg(fd: number, vector: bigint, length: number, flags: number): number;
  recvmmsg(fd: number, vector: bigint, length: number, flags: number, timeout: null): number;
  clock_gettime(clock: number, timespec: bigint): number;
  errno(): number;
  /** Where the first byte lies in memory. */
  addressOf(bytes: Uint8Array): bigint;
}

let loaded: KernelCalls | undefined;

/**
 * Binds the calls once per process.
 * @throws Error with one line when the platform's layouts are not known or the binding has no build for it.
 */
export async function loadKernelCalls(
  platform: string = process.platform,
  arch: string = process.arch
): Promise<KernelCalls> {
  if (platform !== 'linux' || !SUPPORTED_ARCHITECTURES.includes(arch)) {
    throw new Error(
      `ICMP sockets work on linux with ${SUPPORTED_ARCHITECTURES.join(' or ')}; this is ${platform} ${arch}`
    );
  }
  loaded ??= await bind();
  return loaded;
}

async function bind(): Promise<KernelCalls> {
  // Loaded late: a machine for which there is no prebuilt binding must still be able to ping by other means.
  const { default: koffi } = await import('koffi');
  const libc = koffi.load(null);
  return {
    socket: libc.func('socket', 'int', ['int', 'int', 'int']),
    close: libc.func('close', 'int', ['int']),
    setsockopt: libc.func('setsockopt', 'int', ['int', 'int', 'int', 'void *', 'uint32_t']),
    sendmmsg: libc.func('sendmmsg', 'int', ['int', 'void *', 'uint32_t', 'int']),
    recvmmsg: libc.func('recvmmsg', 'int', ['int', 'void *', 'uint32_t', 'int', 'void *']),
    clock_gettime: libc.func('clock_gettime', 'int', ['int', 'void *']),
    errno: () => koffi.errno(),
    addressOf: (bytes) => koffi.address(bytes) as bigint,
  };
}

/** Memory whose address stays put: V8 keeps the bytes of an ArrayBuffer outside its moving heap. */
export interface Arena {
  address: bigint;
  bytes: Uint8Array;
  halves: Uint16Array;
  words: Uint32Array;
  wide: BigUint64Array;
}

export function createArena(calls: KernelCalls, size: number): Arena {
  const buffer = new ArrayBuffer(Math.ceil(size / 8) * 8);
  const bytes = new Uint8Array(buffer);
  return {
    address: calls.addressOf(bytes),
    bytes,
    halves: new Uint16Array(buffer),
    words: new Uint32Array(buffer),
    wide: new BigUint64Array(buffer),
  };
}

/** "ENETUNREACH (network is unreachable)". */
export function describeErrno(errno: number): string {
  const known = getSystemErrorMap().get(-errno);
  return known ? `${known[0]} (${known[1]})` : `errno ${errno}`;
}
