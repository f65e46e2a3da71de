import { createSocket, type Socket } from 'node:dgram';
import type { SnmpAuth } from '../../exporter/src/model/snmp-auth';
import type { EchoOutcome, EchoPlan, PingDriver } from '../../exporter/src/ping/driver';
import { SharedSocketEngine } from '../../exporter/src/snmp/engine';
import { BerReader, TAG } from '../simulator/ber-reader';
import { scriptedAgent, type Row, type ScriptedAgent } from './scripted-agent';
import { freeUdpPort } from './snmp-agents';

export interface SentPacket {
  /** Monotonic ms. */
  at: number;
  to: string;
  /** Of versions 1 and 2c; empty for version 3. */
  community: string;
}

export const v2c = (community: string): SnmpAuth => ({ version: 2, community });

const SYSTEM = '1.3.6.1.2.1.1';

/** The system group of an agent. */
export const systemRows = (name: string, descr = 'RouterOS CHR', objectId = '1.3.6.1.4.1.14988.1'): Row[] => [
  [`${SYSTEM}.1.0`, TAG.octetString, descr],
  [`${SYSTEM}.2.0`, TAG.oid, objectId],
  [`${SYSTEM}.3.0`, TAG.timeTicks, 4711],
  [`${SYSTEM}.5.0`, TAG.octetString, name],
  [`${SYSTEM}.6.0`, TAG.octetString, 'rack 7'],
];

/** Addresses of 127.0.0.0/8 behind one port, some of them with agents; engines of which every packet is seen to leave. */
export class LoopbackNet {
  readonly sent: SentPacket[] = [];
  readonly agents = new Map<string, ScriptedAgent>();

  private constructor(readonly port: number) {}

  static async open(): Promise<LoopbackNet> {
    return new LoopbackNet(await freeUdpPort());
  }

  /** An agent that answers to one community and is silent to others. */
  async add(address: string, community: string, rows: readonly Row[]): Promise<ScriptedAgent> {
    const agent = await scriptedAgent(rows, { address, port: this.port });
    agent.script = (request, _from, answer) =>
      Buffer.from(request.community).toString() === community ? answer() : null;
    this.agents.set(address, agent);
    return agent;
  }

  openEngine(): SharedSocketEngine {
    const openSocket = ((...args: Parameters<typeof createSocket>) => {
      const socket = createSocket(...args);
      const send = socket.send.bind(socket) as (...args: unknown[]) => void;
      socket.send = ((packet: Buffer, ...rest: unknown[]) => {
        const to = rest.find((one): one is string => typeof one === 'string') ?? '';
        this.sent.push({ at: performance.now(), to, community: communityOf(packet) });
        send(packet, ...rest);
      }) as Socket['send'];
      return socket;
    }) as typeof createSocket;
    return new SharedSocketEngine({ openSocket });
  }

  /** Packets of the busiest second. */
  get mostInOneSecond(): number {
    const times = this.sent.map(({ at }) => at);
    return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
  }

  async close(): Promise<void> {
    await Promise.all([...this.agents.values()].map((agent) => agent.close()));
  }
}

function communityOf(packet: Buffer): string {
  const message = new BerReader(packet).enter(TAG.sequence);
  return message.integer() === 3 ? '' : Buffer.from(message.octets()).toString();
}

/** Echoes that come back from these addresses alone, after the timeout's tenth; silence takes the whole timeout. */
export class MemoryEchoes implements PingDriver {
  readonly name = 'socket';
  readonly description = 'memory';
  readonly slotMs = 100;
  readonly asked: string[] = [];
  closed = false;
  /** What the system says instead of sending. */
  refusal: string | undefined;

  constructor(private readonly alive: ReadonlySet<string>) {}

  async round(
    addresses: readonly string[],
    plan: EchoPlan,
    onDecided: (index: number, outcome: EchoOutcome) => void
  ): Promise<void> {
    await Promise.all(
      addresses.map(async (address, index) => {
        this.asked.push(address);
        if (this.refusal !== undefined) {
          onDecided(index, { sent: 0, rttsMs: [], error: this.refusal });
          return;
        }
        const rttMs = plan.timeoutMs / 10;
        const isAlive = this.alive.has(address);
        await new Promise((resolve) => setTimeout(resolve, isAlive ? rttMs : plan.timeoutMs));
        onDecided(index, { sent: 1, rttsMs: isAlive ? [rttMs] : [] });
      })
    );
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
