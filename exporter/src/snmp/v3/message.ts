import { timingSafeEqual } from 'node:crypto';
import { BerReader } from '../ber';
import { decrypt, type PrivacyKey } from './privacy';
import { digest, FLAG, type Security } from './security';

const SEQUENCE = 0x30;
const OCTET_STRING = 0x04;
const USM = 3;

/** A version 3 message as it came (RFC 3412 section 6, RFC 3414 section 2.4), nothing of it believed yet. */
export interface Message {
  packet: Buffer;
  id: number;
  flags: number;
  engineId: Buffer;
  boots: number;
  time: number;
  user: Buffer;
  mac: Buffer;
  salt: Buffer;
  /** The scoped PDU, or its ciphertext. */
  data: Buffer;
}

/** @throws RangeError for anything that is not wholly such a message */
export function readMessage(packet: Buffer): Message {
  const outer = new BerReader(packet);
  if (outer.enter(SEQUENCE) !== packet.length || outer.natural() !== 3) {
    throw new RangeError('no message of version 3, or more than one');
  }
  const headerEnd = outer.enter(SEQUENCE);
  const id = outer.natural();
  // msgMaxSize
  outer.natural();
  const flags = outer.octets(OCTET_STRING);
  if (flags.length !== 1 || outer.natural() !== USM || outer.at !== headerEnd) {
    throw new RangeError('another security model');
  }
  const parameters = new BerReader(outer.octets(OCTET_STRING));
  parameters.enter(SEQUENCE);
  const engineId = parameters.octets(OCTET_STRING);
  const boots = parameters.natural();
  const time = parameters.natural();
  const user = parameters.octets(OCTET_STRING);
  const mac = parameters.octets(OCTET_STRING);
  const salt = parameters.octets(OCTET_STRING);
  const encrypted = (flags[0]! & FLAG.priv) !== 0;
  const data = encrypted ? outer.octets(OCTET_STRING) : packet.subarray(outer.at);
  return { packet, id, flags: flags[0]!, engineId, boots, time, user, mac, salt, data };
}

/** Whether the digest is the one that only the engine and we can make (RFC 3414 section 6.3.2). */
export function isAuthentic({ packet, mac }: Message, { mac: key, macBytes }: Security): boolean {
  if (!key || mac.length !== macBytes) {
    return false;
  }
  const said = Buffer.from(mac);
  // The digest is made over the message with zeros in its place.
  mac.fill(0);
  const right = Buffer.from(digest(key, packet).slice(0, macBytes), 'latin1');
  said.copy(mac);
  return timingSafeEqual(said, right);
}

/** A reader at the PDU. @throws RangeError for a scoped PDU that is none, or is encrypted and cannot be read */
export function readScoped({ flags, boots, time, salt, data }: Message, privacy: PrivacyKey | null): BerReader {
  let plain = data;
  if (flags & FLAG.priv) {
    if (!privacy) {
      throw new RangeError('encrypted, although it was not asked for');
    }
    plain = decrypt(privacy, boots, time, salt, data);
  }
  const reader = new BerReader(plain);
  reader.enter(SEQUENCE);
  reader.octets(OCTET_STRING);
  reader.octets(OCTET_STRING);
  return reader;
}
