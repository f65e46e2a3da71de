import { ber, element, naturalBytes } from '../ber';
import { type AskedObjects, objectsAtEnd, renderPdu } from '../fast/request';
import type { EngineTime } from './agent-engine';
import { cipherBytes, encrypt } from './privacy';
import { nextSalt } from './salt';
import { digest, FLAG, type Security } from './security';

/** The largest message that UDP carries: answers are bounded by what is asked. */
const MAX_SIZE = 65_507;
const USM = 3;

/** A GET under one user at one engine, rendered once; ids, time, salt and digest change from message to message. */
export interface SecuredGet {
  packet: Buffer;
  idAt: number;
  bootsAt: number;
  bootsBytes: number;
  timeAt: number;
  timeBytes: number;
  macAt: number;
  saltAt: number;
  /** Content of the encrypted PDU, or the scoped PDU itself. */
  dataAt: number;
  /** The scoped PDU in plain: `asked.packet`. */
  asked: AskedObjects;
  requestIdAt: number;
}

/** Octets of time and boots are as few as BER wants, so that the message is rendered anew when they need more. */
export function fits({ bootsBytes, timeBytes }: SecuredGet, { boots, time }: EngineTime): boolean {
  return naturalBytes(boots) === bootsBytes && naturalBytes(time) === timeBytes;
}

export function renderSecured(security: Security, oids: readonly string[], { boots, time }: EngineTime): SecuredGet {
  const { engineId, user, contextName, macBytes, privacy } = security;
  const { pdu, idBefore } = renderPdu(oids);
  const plain = element(ber.sequence, octets(engineId), octets(contextName), pdu);
  const salt = octets(Buffer.alloc(privacy ? 8 : 0));
  const mac = octets(Buffer.alloc(macBytes));
  const data = privacy ? octets(Buffer.alloc(cipherBytes(privacy, plain.length))) : plain;
  const parameters = element(
    ber.sequence,
    octets(engineId),
    ber.integer(boots),
    ber.integer(time),
    octets(user),
    mac,
    salt
  );
  const packet = message(security.flags | FLAG.reportable, parameters, data);
  // Everything behind the header has its place from the end.
  const dataAt = packet.length - (privacy ? cipherBytes(privacy, plain.length) : data.length);
  const saltEnd = packet.length - data.length;
  const macEnd = saltEnd - salt.length;
  const timeEnd = macEnd - mac.length - octets(user).length;
  const timeBytes = naturalBytes(time);
  const bootsBytes = naturalBytes(boots);
  return {
    packet,
    idAt: ID_AT(packet),
    bootsAt: timeEnd - timeBytes - 2 - bootsBytes,
    bootsBytes,
    timeAt: timeEnd - timeBytes,
    timeBytes,
    macAt: macEnd - macBytes,
    saltAt: saltEnd - (privacy ? 8 : 0),
    dataAt,
    asked: objectsAtEnd(plain, oids),
    requestIdAt: plain.length - idBefore,
  };
}

/** The packet of one attempt: the same buffer every time. */
export function seal(get: SecuredGet, security: Security, { boots, time }: EngineTime, id: number): Buffer {
  const { packet, asked, macAt } = get;
  const { mac, macBytes, privacy } = security;
  packet.writeUInt32BE(id, get.idAt);
  packet.writeUIntBE(boots, get.bootsAt, get.bootsBytes);
  packet.writeUIntBE(time, get.timeAt, get.timeBytes);
  asked.packet.writeUInt32BE(id, get.requestIdAt);
  if (privacy) {
    const salt = nextSalt();
    packet.set(salt, get.saltAt);
    packet.set(encrypt(privacy, boots, time, salt, asked.packet), get.dataAt);
  } else {
    packet.set(asked.packet, get.dataAt);
  }
  if (mac) {
    packet.fill(0, macAt, macAt + macBytes);
    packet.write(digest(mac, packet), macAt, macBytes, 'latin1');
  }
  return packet;
}

/** Discovery (RFC 3414 section 4): what every v3 manager sends first; it carries no user. */
export function renderDiscovery(): { packet: Buffer; idAt: number } {
  const none = octets(Buffer.alloc(0));
  const parameters = element(ber.sequence, none, ber.integer(0), ber.integer(0), none, none, none);
  const scoped = element(ber.sequence, none, none, renderPdu([]).pdu);
  const packet = message(FLAG.reportable, parameters, scoped);
  return { packet, idAt: ID_AT(packet) };
}

function message(flags: number, parameters: Buffer, data: Buffer): Buffer {
  const header = element(
    ber.sequence,
    Buffer.from([ber.tag.integer, 4, 0x40, 0, 0, 0]),
    ber.integer(MAX_SIZE),
    octets(Buffer.from([flags])),
    ber.integer(USM)
  );
  return element(ber.sequence, ber.integer(3), header, octets(parameters), data);
}

/** Behind the headers of message and global data, which are as long as the message makes them. */
const ID_AT = (packet: Buffer) => (packet[1]! < 0x80 ? 2 : 2 + (packet[1]! & 0x7f)) + 3 + 2 + 2;

const octets = (content: Buffer) => element(ber.tag.octetString, content);
