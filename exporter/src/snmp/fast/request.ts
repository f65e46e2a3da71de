import { ber, element, oidContent } from '../ber';

/** Where the objects of a request stand in its bytes, each with tag and length: a reply must repeat them. */
export interface AskedObjects {
  packet: Buffer;
  oidFrom: Uint16Array;
  oidTo: Uint16Array;
}

/** One GET of version 2c (RFC 3416 section 4.2.1), rendered once; only the four bytes of its id change from poll to poll. */
export interface RenderedGet extends AskedObjects {
  idAt: number;
  community: Buffer;
}

const GET_REQUEST = 0xa0;

/** @throws RangeError for an OID that cannot be encoded; OIDs come from our own tables */
export function renderGet(community: string, oids: readonly string[], version: 0 | 1 = 1): RenderedGet {
  const secret = Buffer.from(community, 'utf8');
  const { pdu, idBefore } = renderPdu(oids);
  const packet = element(ber.sequence, ber.integer(version), element(ber.tag.octetString, secret), pdu);
  return { ...objectsAtEnd(packet, oids), idAt: packet.length - idBefore, community: secret };
}

/** A GetRequest-PDU; `idBefore` is how far before its end the four octets of its request id begin. */
export function renderPdu(oids: readonly string[]): { pdu: Buffer; idBefore: number } {
  const varbinds = oids.map((oid) => element(ber.sequence, element(ber.tag.objectId, oidContent(oid)), ber.null));
  const list = element(ber.sequence, ...varbinds);
  const zero = ber.integer(0);
  const pdu = element(GET_REQUEST, Buffer.from([ber.tag.integer, 4, 0x40, 0, 0, 0]), zero, zero, list);
  return { pdu, idBefore: list.length + 2 * zero.length + 4 };
}

/** Where the objects stand in a message that ends with their PDU. */
export function objectsAtEnd(packet: Buffer, oids: readonly string[]): AskedObjects {
  const oidFrom = new Uint16Array(oids.length);
  const oidTo = new Uint16Array(oids.length);
  let end = packet.length;
  for (let i = oids.length - 1; i >= 0; i -= 1) {
    const object = element(ber.tag.objectId, oidContent(oids[i]!));
    // Behind each OID stands the NULL.
    oidTo[i] = end - ber.null.length;
    oidFrom[i] = oidTo[i]! - object.length;
    end -= element(ber.sequence, object, ber.null).length;
  }
  return { packet, oidFrom, oidTo };
}

/** The OIDs of a rendered request: keeping their texts beside it would take five times its memory. */
export function oidsOf({ packet, oidFrom, oidTo }: AskedObjects): string[] {
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
