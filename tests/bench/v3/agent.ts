/** An SNMPv3 agent that answers one GET as fast as it can: all but ids and digest is rendered before. */
import { createHmac } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { ber } from '../../../exporter/src/snmp/ber';
import { readMessage, readScoped } from '../../../exporter/src/snmp/v3/message';
import { encrypt } from '../../../exporter/src/snmp/v3/privacy';
import { securityAt } from '../../../exporter/src/snmp/v3/security';
import type { Row } from '../../integration/scripted-agent';
import { requestOf, responsePdu, scopedPdu, sealed, USM } from '../../integration/scripted-v3-agent';
import { TAG } from '../../simulator/ber-reader';
import { CELLS } from '../poll/exporter-peer';
import { obey } from '../measured-process';
import { AUTH, valueAt } from './cells';

const engine = { id: Buffer.from('80001f88ff01', 'hex'), boots: 3, time: 100_000 };
const rows = CELLS.map((oid, i): Row => [oid, TAG.counter64, valueAt(i)]);
const security = securityAt(AUTH, engine.id);
/** What is shorter is discovery, or asks for one object. */
const SMALL_BYTES = 300;

const GATHER_MS = 1;

/** Ids of four octets, so that others can be written over them. */
const ID = Buffer.from([0x40, 0, 0, 0]);
const requestId = ID.readUInt32BE();
const names = CELLS.map((oid) => oid.split('.').map(Number));
const request = { version: 1, community: ID, pdu: 0xa0, requestId, first: 0, second: 0, names, varbinds: ID };
const plain = scopedPdu(engine.id, responsePdu({ ...request, community: Buffer.alloc(0) }, rows));
const packet = sealed(requestId, engine, security, responsePdu({ ...request, community: Buffer.alloc(0) }, rows));
const requestIdAt = plain.indexOf(Buffer.concat([Buffer.from([ber.tag.integer, 4]), ID])) + 2;
const idAt = packet.indexOf(Buffer.concat([Buffer.from([ber.tag.integer, 4]), ID])) + 2;
const dataAt = packet.length - plain.length;
const salt = Buffer.from('0102030405060708', 'hex');
const saltEnd = packet.indexOf(salt) + salt.length;
const macAt = saltEnd - salt.length - 2 - security.macBytes;

function answer(asked: Buffer): Buffer {
  const message = readMessage(asked);
  if (message.engineId.length === 0 || asked.length < SMALL_BYTES) {
    const small = requestOf(asked, AUTH, { engine, rows });
    return small.discovery ? small.report(USM.engine) : small.answer();
  }
  const pdu = readScoped(message, security.privacy);
  pdu.enter(0xa0);
  plain.writeUInt32BE(pdu.natural(), requestIdAt);
  packet.writeUInt32BE(message.id, idAt);
  encrypt(security.privacy!, engine.boots, engine.time, salt, plain).copy(packet, dataAt);
  packet.fill(0, macAt, macAt + security.macBytes);
  const digest = createHmac(security.mac!.hash, security.mac!.key).update(packet).digest();
  digest.copy(packet, macAt, 0, security.macBytes);
  return packet;
}

const socket = createSocket('udp4');
/** Answers leave together, so that neither side is woken for each of them: a slow agent would blur what is compared. */
const due: (() => void)[] = [];
socket.on('message', (asked, from) => {
  const reply = Buffer.from(answer(asked));
  if (due.push(() => socket.send(reply, from.port, from.address)) === 1) {
    setTimeout(() => due.splice(0).forEach((send) => send()), GATHER_MS);
  }
});
socket.bind(0, '127.0.0.1', () => {
  socket.setRecvBufferSize(4 * 1024 * 1024);
  obey(() => ({ port: socket.address().port }));
});
