/** One GET of version 2c (RFC 3416 section 4.2.1), rendered once; only the four bytes of its id change from poll to poll. */
export interface RenderedGet {
  packet: Buffer;
  idAt: number;
  /** Where each OID, with tag and length, begins and ends in `packet`: a reply must repeat these bytes. */
  oidFrom: Uint16Array;
  oidTo: Uint16Array;
  community: Buffer;
}

const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const NULL = 0x05;
const OBJECT_ID = 0x06;
const SEQUENCE = 0x30;
const GET_REQUEST = 0xa0;

const ZERO = Buffer.from([INTEGER, 1, 0]);

/** @throws RangeError for an OID that cannot be encoded; OIDs come from our own tables */
export function renderGet(community: string, oids: readonly string[], version: 0 | 1 = 1): RenderedGet {
  const objects = oids.map((oid) => element(OBJECT_ID, oidContent(oid)));
  const varbinds = objects.map((object) => element(SEQUENCE, object, Buffer.from([NULL, 0])));
  const id = element(INTEGER, Buffer.from([0x40, 0, 0, 0]));
  const list = element(SEQUENCE, ...varbinds);
  const pdu = element(GET_REQUEST, id, ZERO, ZERO, list);
  const secret = Buffer.from(community, 'utf8');
  const packet = element(SEQUENCE, Buffer.from([INTEGER, 1, version]), element(OCTET_STRING, secret), pdu);
  const oidFrom = new Uint16Array(oids.length);
  const oidTo = new Uint16Array(oids.length);
  let end = packet.length;
  for (let i = oids.length - 1; i >= 0; i -= 1) {
    // Behind each OID stands the NULL.
    oidTo[i] = end - 2;
    oidFrom[i] = end - 2 - objects[i]!.length;
    end -= varbinds[i]!.length;
  }
  const pduAt = packet.length - pdu.length;
  const idAt = pduAt + (pdu.length - (id.length + ZERO.length * 2 + list.length)) + 2;
  return { packet, idAt, oidFrom, oidTo, community: secret };
}

/** The OIDs of a rendered request: keeping their texts beside it would take five times its memory. */
export function oidsOf({ packet, oidFrom, oidTo }: RenderedGet): string[] {
  return Array.from(oidFrom, (from, i) => {
    // Behind the tag and a length of one byte: OIDs of tables are far shorter than 128 bytes.
    const bytes = packet.subarray(from + 2, oidTo[i]);
    const arcs: number[] = [];
    let arc = 0;
    for (const byte of bytes) {
      arc = arc * 128 + (byte & 0x7f);
      if (byte < 0x80) {
        arcs.push(arc);
        arc = 0;
      }
    }
    const first = Math.min(2, Math.floor(arcs[0]! / 40));
    return [first, arcs[0]! - first * 40, ...arcs.slice(1)].join('.');
  });
}

function element(tag: number, ...content: Buffer[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(length)]), ...content]);
}

/** Definite length (X.690 section 8.1.3). */
function lengthBytes(length: number): number[] {
  if (length < 0x80) {
    return [length];
  }
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function oidContent(oid: string): Buffer {
  const arcs = oid.split('.').map(Number);
  if (arcs.length < 2 || arcs.some((arc) => !Number.isInteger(arc) || arc < 0 || arc > 0xffffffff)) {
    throw new RangeError(`"${oid}" is no object identifier`);
  }
  const bytes: number[] = [];
  for (const arc of [arcs[0]! * 40 + arcs[1]!, ...arcs.slice(2)]) {
    const groups = [arc % 128];
    for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
      groups.unshift((rest % 128) | 0x80);
    }
    bytes.push(...groups);
  }
  return Buffer.from(bytes);
}
