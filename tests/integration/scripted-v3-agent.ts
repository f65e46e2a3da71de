import { createHmac } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { ber, element } from '../../exporter/src/snmp/ber';
import { isAuthentic, type Message, readMessage, readScoped } from '../../exporter/src/snmp/v3/message';
import { encrypt } from '../../exporter/src/snmp/v3/privacy';
import { FLAG, type Security, securityAt } from '../../exporter/src/snmp/v3/security';
import type { SnmpAuth } from '../../exporter/src/snmp/session';
import { decodeRequest, type Request } from '../simulator/message';
import { ANYWHERE, response, type AgentPlace, type Row } from './scripted-agent';

/** Counters of RFC 3414 section 5, as the last arc but one. */
export const USM = { level: 1, time: 2, user: 3, engine: 4, digest: 5, decryption: 6 } as const;

const octets = (content: Buffer) => element(ber.tag.octetString, content);

export interface Engine {
  id: Buffer;
  boots: number;
  time: number;
}

export interface V3Request {
  message: Message;
  /** Discovery: no engine id, no user. */
  discovery: boolean;
  /** What a well-behaved agent answers. */
  answer(): Buffer;
  /** `arcs` of an object below 1.3.6.1.6.3, or one of USM. */
  report(stat: number | string, signed?: boolean): Buffer;
}

export interface ScriptedV3Agent {
  port: number;
  engine: Engine;
  rows: Row[];
  script: (request: V3Request) => Buffer | null;
  requests: V3Request[];
  close(): Promise<void>;
}

/** An agent of one SNMPv3 user on loopback that behaves, until told how not to. */
export async function scriptedV3Agent(
  auth: SnmpAuth,
  rows: readonly Row[],
  at: AgentPlace = ANYWHERE
): Promise<ScriptedV3Agent> {
  const socket = createSocket('udp4');
  const agent: ScriptedV3Agent = {
    port: 0,
    engine: { id: Buffer.from('80001f88ff01', 'hex'), boots: 3, time: 1000 },
    rows: [...rows],
    script: (request) => (request.discovery ? request.report(USM.engine) : request.answer()),
    requests: [],
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
  socket.on('message', (packet, from) => {
    const request = requestOf(packet, auth, agent);
    agent.requests.push(request);
    const reply = agent.script(request);
    if (reply) {
      socket.send(reply, from.port, from.address);
    }
  });
  await new Promise<void>((resolve) => socket.bind(at.port, at.address, resolve));
  agent.port = socket.address().port;
  return agent;
}

const securities = new WeakMap<Buffer, Security>();

function securityOf(auth: SnmpAuth, engineId: Buffer): Security {
  const security = securities.get(engineId) ?? securityAt(auth, engineId);
  securities.set(engineId, security);
  return security;
}

/** @param agent read when the request is answered */
export function requestOf(packet: Buffer, auth: SnmpAuth, agent: Pick<ScriptedV3Agent, 'engine' | 'rows'>): V3Request {
  const message = readMessage(packet);
  const { id } = message;
  const security = () => securityOf(auth, agent.engine.id);
  return {
    message,
    discovery: message.engineId.length === 0,
    answer: () => {
      if (security().mac && !isAuthentic(message, security())) {
        throw new Error('the request is not authentic');
      }
      const request = plainRequest(message, security());
      return sealed(id, agent.engine, security(), responsePdu(request, agent.rows));
    },
    report: (stat, signed = false) => {
      const arcs = typeof stat === 'number' ? [15, 1, 1, stat, 0] : stat.split('.').map(Number);
      const oid = element(ber.tag.objectId, Buffer.from([0x2b, 6, 1, 6, 3, ...arcs]));
      const varbind = element(ber.sequence, oid, Buffer.from([0x41, 1, 9]));
      const zero = ber.integer(0);
      const pdu = element(0xa8, zero, zero, zero, element(ber.sequence, varbind));
      const level = signed ? { flags: FLAG.auth } : { flags: 0, mac: null, macBytes: 0 };
      return sealed(id, agent.engine, { ...security(), privacy: null, ...level }, pdu);
    },
  };
}

/** The request inside, as the simulator's agents read them: the same PDU with a community around it. */
function plainRequest(message: Message, security: Security): Request {
  const reader = readScoped(message, security.privacy);
  const from = reader.at;
  const end = reader.enter(reader.tag);
  return decodeRequest(
    element(ber.sequence, ber.integer(1), octets(Buffer.alloc(0)), reader.bytes.subarray(from, end))
  );
}

export function responsePdu(request: Request, rows: readonly Row[]): Buffer {
  // Behind the header of the message, its version and its empty community.
  const answer = response(request, rows);
  return answer.subarray(answer.indexOf(Buffer.from([ber.tag.octetString, 0, 0xa2])) + 2);
}

export function scopedPdu(engineId: Buffer, pdu: Buffer): Buffer {
  return element(ber.sequence, octets(engineId), octets(Buffer.alloc(0)), pdu);
}

/** A message of the engine to us. */
export function sealed(id: number, { id: engineId, boots, time }: Engine, security: Security, pdu: Buffer): Buffer {
  const { privacy, mac, macBytes, flags, user } = security;
  const salt = Buffer.from(privacy ? '0102030405060708' : '', 'hex');
  const scoped = scopedPdu(engineId, pdu);
  const data = privacy ? octets(encrypt(privacy, boots, time, salt, scoped)) : scoped;
  const msgId = Buffer.alloc(4);
  msgId.writeUInt32BE(id);
  const header = element(
    ber.sequence,
    element(ber.tag.integer, msgId),
    ber.integer(65_507),
    octets(Buffer.from([flags])),
    ber.integer(3)
  );
  const parameters = element(
    ber.sequence,
    ...[octets(engineId), ber.integer(boots), ber.integer(time), octets(user)],
    ...[octets(Buffer.alloc(macBytes)), octets(salt)]
  );
  const packet = element(ber.sequence, ber.integer(3), header, octets(parameters), data);
  if (mac) {
    const at = packet.length - data.length - octets(salt).length - macBytes;
    createHmac(mac.hash, mac.key).update(packet).digest().copy(packet, at, 0, macBytes);
  }
  return packet;
}
