import { ber, element, oidContent, oidText } from '../ber';

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
  const packet = kept(element(ber.sequence, ber.integer(version), element(ber.tag.octetString, secret), pdu));
  const pduAt = packet.length - pdu.length;
  return {
    ...objectsAtEnd(packet, oids),
    idAt: packet.length - idBefore,
    community: packet.subarray(pduAt - secret.length, pduAt),
  };
}

/** A GetRequest-PDU; `idBefore` is how far before its end the four octets of its request id begin. */
export function renderPdu(oids: readonly string[]): { pdu: Buffer; idBefore: number } {
  const varbinds = oids.map((oid) => element(ber.sequence, element(ber.tag.objectId, oidContent(oid)), ber.null));
  const list = element(ber.sequence, ...varbinds);
  const zero = ber.integer(0);
  const pdu = element(GET_REQUEST, Buffer.from([ber.tag.integer, 4, 0x40, 0, 0, 0]), zero, zero, list);
  return { pdu, idBefore: list.length + 2 * zero.length + 4 };
}

/**
 * Bytes that are kept for long, in memory of their own: a small Buffer lies in a block of 8 KB together with others, and
 * one that is kept keeps the whole block. Ten thousand requests took 80 MB that way.
 */
export function kept(bytes: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return own;
}

type Places = Pick<AskedObjects, 'oidFrom' | 'oidTo'>;

/** Requests for the same columns of like interfaces have their objects in the same places, whatever the OIDs are. */
const placesByShape = new Map<string, Places>();
const MOST_SHAPES = 10_000;

/** Where the objects stand in a message that ends with their PDU. */
export function objectsAtEnd(packet: Buffer, oids: readonly string[]): AskedObjects {
  const sizes = oids.map((oid) => oidContent(oid).length);
  const shape = `${packet.length} ${sizes.join()}`;
  let places = placesByShape.get(shape);
  if (!places) {
    places = placesOf(packet.length, sizes);
    if (placesByShape.size === MOST_SHAPES) {
      placesByShape.clear();
    }
    placesByShape.set(shape, places);
  }
  return { packet, ...places };
}

/** `sizes`: of the content of each OID. */
function placesOf(packetLength: number, sizes: readonly number[]): Places {
  const oidFrom = new Uint16Array(sizes.length);
  const oidTo = new Uint16Array(sizes.length);
  let end = packetLength;
  for (let i = sizes.length - 1; i >= 0; i -= 1) {
    const object = element(ber.tag.objectId, Buffer.alloc(sizes[i]!));
    // Behind each OID stands the NULL.
    oidTo[i] = end - ber.null.length;
    oidFrom[i] = oidTo[i]! - object.length;
    end -= element(ber.sequence, object, ber.null).length;
  }
  return { oidFrom, oidTo };
}

/** The OIDs of a rendered request: keeping their texts beside it would take five times its memory. */
export function oidsOf({ packet, oidFrom, oidTo }: AskedObjects): string[] {
  // Behind the tag and a length of one byte: OIDs of tables are far shorter than 128 bytes.
  return Array.from(oidFrom, (from, i) => oidText(packet.subarray(from + 2, oidTo[i]))!);
}
