import { isInteger } from '../number';
import type { AskedObjects, RenderedGet } from './request';
import { takeVarbind, type WantedVarbinds } from './varbind';

const COUNTER64 = 0x46;
const TWO_32 = 2 ** 32;

/** How a reply was taken. */
export const Reply = {
  Values: 0,
  /** tooBig, genErr and the like: the values are not there. */
  ErrorStatus: 1,
  /** It does not repeat what was asked, or is cut short. */
  Misfit: 2,
} as const;
export type Reply = (typeof Reply)[keyof typeof Reply];

/**
 * Values by position of the OID in the request; `octets` has holes where none is. Octets that are there already stay the
 * same Buffer while their bytes are the same: names of interfaces are, for years, and a view of every packet is garbage.
 */
export interface ReplyValues {
  numbers: Float64Array;
  octets: (Buffer | undefined)[];
  /** With these the others stay empty. */
  varbinds?: WantedVarbinds;
}

/** Offset behind the length at `at`, and the length, without an object for each. */
let length = 0;
function content(packet: Uint8Array, at: number): number {
  const first = packet[at]!;
  if (first < 0x80) {
    length = first;
    return at + 1;
  }
  if (first === 0x81) {
    length = packet[at + 1]!;
    return at + 2;
  }
  if (first === 0x82) {
    length = (packet[at + 1]! << 8) | packet[at + 2]!;
    return at + 3;
  }
  // Longer than a UDP packet can be, or the indefinite form that SNMP forbids (RFC 3417 section 8).
  length = Number.NaN;
  return at + 1;
}

/**
 * Request id of a version 2c response, -1 when the packet is anything else. Reads no further than the id, so that a
 * packet of somebody else costs next to nothing.
 */
export function responseId(packet: Uint8Array): number {
  if (packet.length < 20 || packet[0] !== 0x30) {
    return -1;
  }
  let at = content(packet, 1);
  if (packet[at] !== 0x02 || packet[at + 1] !== 1 || packet[at + 2] !== 1 || packet[at + 3] !== 0x04) {
    return -1;
  }
  at = content(packet, at + 4);
  at += length;
  if (packet[at] !== 0xa2) {
    return -1;
  }
  at = content(packet, at + 1);
  if (packet[at] !== 0x02 || packet[at + 1] !== 4 || at + 6 > packet.length) {
    return -1;
  }
  return ((packet[at + 2]! << 24) | (packet[at + 3]! << 16) | (packet[at + 4]! << 8) | packet[at + 5]!) >>> 0;
}

/**
 * Takes the values of a reply whose id was already found to be ours. Community and every OID must repeat the request's
 * bytes in its order; then a value can only belong to what it is taken for.
 */
export function decodeReply(packet: Buffer, request: RenderedGet, values: ReplyValues): Reply {
  const end = packet.length;
  let at = content(packet, 1);
  at = content(packet, at + 4);
  if (!same(packet, at, request.community, 0, request.community.length) || length !== request.community.length) {
    return Reply.Misfit;
  }
  at = content(packet, at + length + 1) + 6;
  return decodeResponse(packet, at, end, request, values);
}

/** The same from behind the request id to the end of the PDU. */
export function decodeResponse(
  packet: Buffer,
  from: number,
  end: number,
  asked: AskedObjects,
  values: ReplyValues
): Reply {
  let at = from;
  if (packet[at] !== 0x02 || packet[at + 1] !== 1) {
    return Reply.Misfit;
  }
  if (packet[at + 2] !== 0) {
    return Reply.ErrorStatus;
  }
  at += 3;
  if (packet[at] !== 0x02) {
    return Reply.Misfit;
  }
  at = content(packet, at + 1);
  at += length;
  if (packet[at] !== 0x30) {
    return Reply.Misfit;
  }
  at = content(packet, at + 1);
  if (at + length !== end) {
    return Reply.Misfit;
  }
  const { packet: request, oidFrom, oidTo } = asked;
  const { varbinds } = values;
  const count = oidFrom.length;
  for (let i = 0; i < count; i += 1) {
    if (packet[at] !== 0x30) {
      return Reply.Misfit;
    }
    at = content(packet, at + 1);
    const next = at + length;
    const objectFrom = oidFrom[i]!;
    const size = oidTo[i]! - objectFrom;
    if (!(next <= end) || !same(packet, at, request, objectFrom, size)) {
      return Reply.Misfit;
    }
    at += size;
    if (!(varbinds ? takeVarbind(packet, at, next, i, varbinds) : takeValue(packet, at, next, i, values))) {
      return Reply.Misfit;
    }
    at = next;
  }
  return at === end ? Reply.Values : Reply.Misfit;
}

function takeValue(packet: Buffer, at: number, next: number, i: number, values: ReplyValues): boolean {
  const tag = packet[at]!;
  let from = content(packet, at + 1);
  if (from + length !== next) {
    return false;
  }
  const { octets } = values;
  if (tag !== 0x04 && i < octets.length) {
    octets[i] = undefined;
  }
  switch (tag) {
    case 0x02: {
      if (length < 1 || length > 5) {
        return false;
      }
      let value = packet[from]! < 0x80 ? 0 : -1;
      for (; from < next; from += 1) {
        value = value * 256 + packet[from]!;
      }
      values.numbers[i] = isInteger(value) ? value : Number.NaN;
      return true;
    }
    case 0x41:
    case 0x42:
    case 0x43: {
      // Some agents leave out the zero in front of a high bit: these types have no sign (RFC 2578 section 7.1).
      if (length < 1 || length > 5) {
        return false;
      }
      let value = 0;
      for (; from < next; from += 1) {
        value = value * 256 + packet[from]!;
      }
      values.numbers[i] = value < TWO_32 ? value : Number.NaN;
      return true;
    }
    case COUNTER64: {
      if (length < 1 || length > 9) {
        return false;
      }
      let high = 0;
      let low = 0;
      const middle = next - 4;
      for (; from < middle; from += 1) {
        high = (high * 256 + packet[from]!) % TWO_32;
      }
      for (; from < next; from += 1) {
        low = low * 256 + packet[from]!;
      }
      // Modulo 2^53, as `counter64` does it.
      values.numbers[i] = length === 9 && packet[next - 9] !== 0 ? Number.NaN : (high & 0x1fffff) * TWO_32 + low;
      return true;
    }
    case 0x04: {
      values.numbers[i] = Number.NaN;
      const before = octets[i];
      if (before?.length !== length || !same(packet, from, before, 0, length)) {
        octets[i] = Buffer.from(packet.subarray(from, next));
      }
      return true;
    }
    default:
      // noSuchObject, noSuchInstance, endOfMibView, NULL and types that no column of ours has: not there.
      values.numbers[i] = Number.NaN;
      return true;
  }
}

function same(a: Uint8Array, at: number, b: Uint8Array, from: number, size: number): boolean {
  // From the end: OIDs of one table differ there.
  for (let i = size - 1; i >= 0; i -= 1) {
    if (a[at + i] !== b[from + i]) {
      return false;
    }
  }
  return true;
}
