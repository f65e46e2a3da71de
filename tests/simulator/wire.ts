import { BerReader, TAG } from './ber-reader';
import { BerWriter, encodeArcs } from './ber-writer';
import { PDU } from './message';
import { parseOid } from './oid-table';

/** The manager's side of the conversation, for tests and measurements. */

export interface Answer {
  version: number;
  community: string;
  requestId: number;
  errorStatus: number;
  errorIndex: number;
  varbinds: { oid: string; tag: number; value: number | string | Buffer | null }[];
}

export interface Question {
  version?: 0 | 1;
  community?: string;
  pdu: number;
  requestId?: number;
  /** GETBULK: non-repeaters. */
  first?: number;
  /** GETBULK: max-repetitions. */
  second?: number;
  oids: readonly string[];
}

export function encodeRequest(question: Question): Buffer {
  const { version = 1, community = 'c', pdu, requestId = 7, first = 0, second = 0, oids } = question;
  const list = new BerWriter(64_000);
  for (const oid of oids) {
    list.varbind(encodeArcs(parseOid(oid), true), new Uint8Array(0), { tag: TAG.null, value: null });
  }
  const body = new BerWriter(64_100);
  [requestId, first, second].forEach((n) => body.integer(n));
  body.octets(TAG.sequence, list.bytes.subarray(0, list.offset));
  const message = new BerWriter(64_200);
  message.integer(version);
  message.octets(TAG.octetString, Buffer.from(community));
  message.octets(pdu, body.bytes.subarray(0, body.offset));
  const whole = new BerWriter(64_300);
  whole.octets(TAG.sequence, message.bytes.subarray(0, message.offset));
  return whole.bytes.subarray(0, whole.offset);
}

/** Throws BerError for what is no Response-PDU. */
export function decodeResponse(bytes: Uint8Array): Answer {
  const outer = new BerReader(bytes);
  const message = outer.enter(TAG.sequence);
  const version = message.integer();
  const community = Buffer.from(message.octets()).toString();
  const body = message.enter(PDU.response);
  const [requestId, errorStatus, errorIndex] = [body.integer(), body.integer(), body.integer()];
  const list = body.enter(TAG.sequence);
  const varbinds: Answer['varbinds'] = [];
  while (!list.done) {
    const varbind = list.enter(TAG.sequence);
    const oid = varbind.oid().join('.');
    const tag = varbind.peekTag();
    varbinds.push({ oid, tag, value: readValue(varbind, tag) });
  }
  return { version, community, requestId, errorStatus, errorIndex, varbinds };
}

function readValue(varbind: BerReader, tag: number): number | string | Buffer | null {
  switch (tag) {
    case TAG.integer:
      return varbind.integer();
    case TAG.oid:
      return varbind.oid().join('.');
    case TAG.octetString:
      return Buffer.from(varbind.octets());
    case TAG.counter32:
    case TAG.gauge32:
    case TAG.timeTicks:
    case TAG.counter64:
      return Buffer.from(varbind.content(tag)).reduce((n, octet) => n * 256 + octet, 0);
    default:
      varbind.skip();
      return null;
  }
}
