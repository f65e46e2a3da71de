import { createSocket, type RemoteInfo } from 'node:dgram';
import { TAG } from '../simulator/ber-reader';
import { BerWriter, encodeArcs, type Value } from '../simulator/ber-writer';
import { decodeRequest, encodeResponse, PDU, type Request } from '../simulator/message';
import { compareOids } from '../../exporter/src/snmp/oid';

export type Row = readonly [oid: string, tag: number, value: number | string];

/** Answers to one request: none, one or several packets. */
export type Script = (request: Request, from: RemoteInfo, answer: () => Buffer) => Buffer | null | undefined;

export interface ScriptedAgent {
  port: number;
  /** What it has; may be replaced at any time. */
  rows: Row[];
  /** What it does instead of answering well. */
  script: Script;
  requests: Request[];
  /** Sends a packet of its own accord. */
  reply(packet: Buffer, to: RemoteInfo): void;
  close(): Promise<void>;
}

/** Where an agent listens; port 0 is any that is free. */
export interface AgentPlace {
  address: string;
  port: number;
}
export const ANYWHERE: AgentPlace = { address: '127.0.0.1', port: 0 };

/** An SNMP agent on loopback that behaves, until told how not to. */
export async function scriptedAgent(rows: readonly Row[], at: AgentPlace = ANYWHERE): Promise<ScriptedAgent> {
  const socket = createSocket('udp4');
  const agent: ScriptedAgent = {
    port: 0,
    rows: [...rows],
    script: (_request, _from, answer) => answer(),
    requests: [],
    reply: (packet, to) => socket.send(packet, to.port, to.address),
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
  socket.on('message', (packet, from) => {
    const request = decodeOrNull(packet);
    if (!request) {
      return;
    }
    agent.requests.push(request);
    const reply = agent.script(request, from, () => response(request, agent.rows));
    if (reply) {
      socket.send(reply, from.port, from.address);
    }
  });
  await new Promise<void>((resolve) => socket.bind(at.port, at.address, resolve));
  agent.port = socket.address().port;
  return agent;
}

/** What a well-behaved agent answers. */
export function response(request: Request, rows: readonly Row[]): Buffer {
  const found = answeredRows(request, rows);
  const missing = found.findIndex((row) => row[1] === TAG.noSuchInstance);
  if (request.version === 0 && missing >= 0) {
    return encodeResponse(request, 2, missing + 1, request.varbinds);
  }
  return encodeResponse(request, 0, 0, varbinds(found));
}

/** The variables of its answer. */
export function answeredRows(request: Request, rows: readonly Row[]): Row[] {
  const sorted = [...rows].sort((a, b) => compareOids(a[0], b[0]));
  const asked = request.names.map((name) => name.join('.'));
  if (request.pdu === PDU.get) {
    return asked.map((oid) => sorted.find((row) => row[0] === oid) ?? [oid, TAG.noSuchInstance, '']);
  }
  const repetitions = request.pdu === PDU.getBulk ? request.second : 1;
  const list: Row[] = [];
  const behind = (at: string) => {
    const i = sorted.findIndex((row) => compareOids(row[0], at) > 0);
    return i < 0 ? sorted.length : i;
  };
  const cursors = asked.map(behind);
  for (let i = 0; i < repetitions; i += 1) {
    list.push(
      ...cursors.map((from, c): Row => {
        const last = sorted[Math.min(from + i, sorted.length) - 1];
        return sorted[from + i] ?? [from < sorted.length ? last![0] : asked[c]!, TAG.endOfMibView, ''];
      })
    );
  }
  return list;
}

export function varbinds(rows: readonly Row[]): Buffer {
  // An arc takes five octets at most, a header four.
  const bytes = rows.map(([oid, , value]) => 5 * oid.length + 24 + (typeof value === 'string' ? 4 * value.length : 0));
  const writer = new BerWriter(bytes.reduce((sum, one) => sum + one, 16));
  for (const [oid, tag, value] of rows) {
    const absent = tag === TAG.noSuchInstance || tag === TAG.endOfMibView;
    const wire: Value = { tag, value: absent ? null : onWire(tag, value) };
    writer.varbind(encodeArcs(arcsOf(oid), true), new Uint8Array(0), wire);
  }
  return writer.bytes.subarray(0, writer.offset);
}

const arcsOf = (oid: string) => oid.split('.').map(Number);

function onWire(tag: number, value: number | string): Value['value'] {
  if (typeof value === 'number') {
    return value;
  }
  return tag === TAG.oid ? arcsOf(value) : Buffer.from(value);
}

/** SNMPv3 and worse: nothing that this agent has an answer to. */
function decodeOrNull(packet: Buffer): Request | null {
  try {
    return decodeRequest(packet);
  } catch {
    return null;
  }
}
