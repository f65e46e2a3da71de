import type { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { AgentSession } from './agent-session';
import { FastClient } from './fast/client';
import { PduSizes } from './pdu-size';
import { SnmpError, type SnmpEndpoint, type SnmpEngine, type SnmpSession } from './session';
import { canonicalAddress, SharedSocket } from './shared-socket';
import { AgentEngine } from './v3/agent-engine';
import { provideDes } from './v3/des-for-library';
import { provideKeys } from './v3/keys';
import { WALK_CUTS, type WalkCut } from './walk-cut';
import { WalkLimits } from './walk-limits';

export interface EngineCounters {
  /** Packets from addresses that nothing was asked of. */
  unknownSource: number;
  /** Packets from the right address that answer no open request. */
  late: number;
  /** Columns and subtrees of which a walk took only a part, or nothing, without failing. */
  cutWalks: Readonly<Record<WalkCut, number>>;
}

export interface EngineOptions {
  /** Upper bound of GETBULK repetitions. */
  maxRepetitions?: number;
  /** Opens the sockets of the system. */
  openSocket?: typeof createSocket;
  /** Monotonic ms. */
  clock?: () => number;
}

/**
 * SNMP over net-snmp and, for plain GETs of versions 2c and 3, over our own codec; all of it on one UDP socket per address
 * family. What was learnt of an agent's limits stays with its address and port for as long as the engine lives.
 */
export class SharedSocketEngine implements SnmpEngine {
  private readonly sockets: Record<'udp4' | 'udp6', SharedSocket>;
  private readonly fast: Record<'udp4' | 'udp6', FastClient>;
  private readonly sessions = new Set<AgentSession>();
  private readonly sizes = new Map<string, PduSizes>();
  private readonly limits = new Map<string, WalkLimits>();
  private readonly cutWalks = Object.fromEntries(WALK_CUTS.map((cut) => [cut, 0])) as Record<WalkCut, number>;
  private readonly engines = new Map<string, AgentEngine>();
  private latePackets = 0;
  private closed = false;

  constructor(private readonly options: EngineOptions = {}) {
    const { openSocket } = options;
    this.sockets = { udp4: new SharedSocket('udp4', openSocket), udp6: new SharedSocket('udp6', openSocket) };
    this.fast = { udp4: new FastClient(this.sockets.udp4), udp6: new FastClient(this.sockets.udp6) };
    provideDes();
    provideKeys();
  }

  get openSessions(): number {
    return this.sessions.size;
  }

  /** Agents that do not answer GETBULK, as far as is known: they are walked by GETNEXT. */
  get agentsWithoutBulk(): number {
    return [...this.limits.values()].filter((limits) => !limits.hasBulk).length;
  }

  get counters(): EngineCounters {
    return {
      unknownSource: this.sockets.udp4.counters.unknownSource + this.sockets.udp6.counters.unknownSource,
      late: this.latePackets + this.fast.udp4.late + this.fast.udp6.late,
      cutWalks: { ...this.cutWalks },
    };
  }

  /** @throws SnmpError (auth, unreachable) when the credential or the address cannot be used at all */
  open(endpoint: SnmpEndpoint): SnmpSession {
    if (this.closed) {
      throw new SnmpError('unreachable', 'the SNMP engine is closed');
    }
    const address = literal(endpoint.address);
    const transport = isIPv6(address) ? 'udp6' : 'udp4';
    const agent = `${address}|${endpoint.port}`;
    const session = new AgentSession({ ...endpoint, address }, transport, {
      socket: this.sockets[transport],
      fast: this.fast[transport],
      sizes: remembered(this.sizes, agent, () => new PduSizes(this.options.maxRepetitions)),
      limits: remembered(this.limits, agent, () => new WalkLimits(this.options.clock)),
      engine: endpoint.auth.version === 3 ? remembered(this.engines, agent, () => new AgentEngine()) : null,
      onLate: () => (this.latePackets += 1),
      onCut: (cut) => (this.cutWalks[cut] += 1),
      onClose: () => this.sessions.delete(session),
    });
    this.sessions.add(session);
    return session;
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const session of [...this.sessions]) {
      session.close();
    }
    this.fast.udp4.close();
    this.fast.udp6.close();
    await Promise.all([this.sockets.udp4.close(), this.sockets.udp6.close()]);
  }
}

function remembered<T>(known: Map<string, T>, agent: string, make: () => T): T {
  let found = known.get(agent);
  if (found === undefined) {
    found = make();
    known.set(agent, found);
  }
  return found;
}

function literal(address: string): string {
  try {
    return canonicalAddress(address);
  } catch {
    throw new SnmpError('unreachable', `"${address}" is no IP address: names must be resolved before`);
  }
}
