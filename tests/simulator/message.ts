import { BerError, BerReader, TAG } from './ber-reader';
import { BerWriter } from './ber-writer';

export const PDU = { get: 0xa0, getNext: 0xa1, response: 0xa2, set: 0xa3, getBulk: 0xa5 } as const;

/** RFC 3416 section 3 and RFC 1157 section 4.1.1. */
export const ERROR_STATUS = { noError: 0, tooBig: 1, noSuchName: 2, notWritable: 17 } as const;

/** A request of v1 or v2c, as it came. */
export interface Request {
  /** 0 = v1, 1 = v2c (RFC 1157, RFC 1901). */
  version: number;
  community: Uint8Array;
  pdu: number;
  requestId: number;
  /** GETBULK: non-repeaters and max-repetitions (RFC 3416 section 4.2.3); else error-status and error-index. */
  first: number;
  second: number;
  names: number[][];
  /** The variable bindings as they stood in the request, without the list around them. */
  varbinds: Uint8Array;
}

/** Throws BerError for everything that is not a v1 or v2c request. */
export function decodeRequest(bytes: Uint8Array): Request {
  const message = new BerReader(bytes).enter(TAG.sequence);
  const version = message.integer();
  if (version !== 0 && version !== 1) {
    throw new BerError(`version ${version}, expected 0 (v1) or 1 (v2c)`);
  }
  const community = message.octets();
  const pdu = message.peekTag();
  if (pdu !== PDU.get && pdu !== PDU.getNext && pdu !== PDU.set && !(pdu === PDU.getBulk && version === 1)) {
    throw new BerError(`PDU 0x${pdu.toString(16)} is no request of this version`);
  }
  const body = message.enter(pdu);
  const requestId = body.integer();
  const first = body.integer();
  const second = body.integer();
  const list = body.enter(TAG.sequence);
  const start = list.offset;
  const names: number[][] = [];
  while (!list.done) {
    const varbind = list.enter(TAG.sequence);
    names.push(varbind.oid());
    varbind.skip();
  }
  return { version, community, pdu, requestId, first, second, names, varbinds: bytes.subarray(start, list.offset) };
}

/** Most octets that a message has around its variable bindings: four headers of 4, version, ids and statuses. */
export function overhead(community: Uint8Array): number {
  return 36 + community.length;
}

/** A Response-PDU around variable bindings that are already encoded. */
export function encodeResponse(
  request: Pick<Request, 'version' | 'community' | 'requestId'>,
  errorStatus: number,
  errorIndex: number,
  varbinds: Uint8Array
): Buffer {
  // From the inside out: each header needs the length of what it holds.
  const inner = new BerWriter(32);
  inner.integer(request.requestId);
  inner.integer(errorStatus);
  inner.integer(errorIndex);
  inner.tagged(TAG.sequence, varbinds.length);
  const pduLength = inner.offset + varbinds.length;
  const outer = new BerWriter(16 + request.community.length);
  outer.integer(request.version);
  outer.octets(TAG.octetString, request.community);
  outer.tagged(PDU.response, pduLength);
  const messageLength = outer.offset + pduLength;
  const out = new BerWriter(messageLength + 4);
  out.tagged(TAG.sequence, messageLength);
  for (const part of [outer.bytes.subarray(0, outer.offset), inner.bytes.subarray(0, inner.offset), varbinds]) {
    out.bytes.set(part, out.offset);
    out.offset += part.length;
  }
  return out.bytes.subarray(0, out.offset);
}
