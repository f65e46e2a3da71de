import { IF_MIB } from '../../exporter/src/snmp/if-mib';
import { IF_STACK_STATUS } from '../../exporter/src/snmp/if-stack';
import {
  SnmpError,
  type ColumnRows,
  type SnmpEndpoint,
  type SnmpEngine,
  type SnmpSession,
  type Varbind,
} from '../../exporter/src/snmp/session';

/** An interface of an agent that lives in memory. */
export interface MemoryPort {
  index: number;
  name: string;
  /** ifDescr; absent: as `name`. */
  descr?: string;
  alias?: string;
  type?: number;
}

export interface MemoryAgent {
  descr?: string;
  ports: MemoryPort[];
  /** ifStackTable: ifIndexes of what lies on what, the upper one first; absent: the agent has no such table. */
  stack?: (readonly [higher: number, lower: number])[];
  /** Scalars beside the system group, by OID. */
  scalars?: Record<string, number>;
  /** Communities that it answers to; absent: any. */
  communities?: readonly string[];
  /** Columns of which it tells no more than so many rows, and then breaks off. */
  cut?: Record<string, number>;
  /** Fails every request this way. */
  failure?: SnmpError;
  /** Fails requests for these OIDs. */
  failures?: Record<string, SnmpError>;
  /** Awaited before every request. */
  gate?: Promise<void>;
}

const SYSTEM = '1.3.6.1.2.1.1';

/** Agents by address, answering without a network, so that a test decides what each says and when. */
export class MemoryAgents implements SnmpEngine {
  readonly agents = new Map<string, MemoryAgent>();
  openSessions = 0;
  /** Sessions opened so far, by address. */
  readonly opened: string[] = [];
  mostOpen = 0;
  /** What was asked, in order: each GET, and each column of walks; of sessions as they were opened. */
  readonly asked: { address: string; community: string; retries: number; timeoutMs: number; oids: string[] }[] = [];

  open({ address, auth, retries, timeoutMs }: SnmpEndpoint): SnmpSession {
    const { community } = auth;
    this.opened.push(address);
    this.openSessions++;
    this.mostOpen = Math.max(this.mostOpen, this.openSessions);
    const agent = async (oids: readonly string[]): Promise<MemoryAgent> => {
      this.asked.push({ address, community, retries, timeoutMs, oids: [...oids] });
      const found = this.agents.get(address);
      await found?.gate;
      if (!found || found.failure || !(found.communities ?? [community]).includes(community)) {
        throw found?.failure ?? new SnmpError('timeout', `no answer from ${address}`);
      }
      const failing = oids.find((oid) => found.failures?.[oid]);
      if (failing !== undefined) {
        throw found.failures![failing];
      }
      return found;
    };
    return {
      prepare: () => {
        throw new Error('these agents are walked, not polled');
      },
      walk: () => Promise.reject(new Error('these agents have tables of interfaces only')),
      get: async (oids) => {
        const { descr = 'RouterOS CHR', scalars = {} } = await agent(oids);
        const values = new Map<string, Varbind>([
          [`${SYSTEM}.1.0`, text(`${SYSTEM}.1.0`, descr)],
          [`${SYSTEM}.2.0`, { oid: `${SYSTEM}.2.0`, type: 6, value: '1.3.6.1.4.1.14988.1' }],
          [`${SYSTEM}.5.0`, text(`${SYSTEM}.5.0`, `sys-${address}`)],
          ...Object.entries(scalars).map(([oid, value]) => [oid, { oid, type: 0x43, value }] as const),
        ]);
        return new Map([...values].filter(([oid]) => oids.includes(oid)));
      },
      columns: async (columns, { onCut } = {}) => {
        const { ports, stack = [], cut = {} } = await agent(columns);
        const layers = stack.map((pair): [string, Varbind] => [pair.join('.'), { oid: '', type: 2, value: 1 }]);
        return new Map(
          columns.map((column) => {
            const rows = column === IF_STACK_STATUS ? new Map(layers) : cells(column, ports);
            if (cut[column] === undefined) {
              return [column, rows];
            }
            onCut?.('error_status');
            return [column, new Map([...rows].slice(0, cut[column]))];
          })
        ) as ColumnRows;
      },
      close: () => {
        this.openSessions--;
      },
    };
  }

  async close(): Promise<void> {}
}

const text = (oid: string, value: string): Varbind => ({ oid, type: 4, value: Buffer.from(value) });

function cells(column: string, ports: readonly MemoryPort[]): Map<string, Varbind> {
  const value = (port: MemoryPort): Varbind | undefined => {
    const oid = `${column}.${port.index}`;
    switch (column) {
      case IF_MIB.ifName:
        return text(oid, port.name);
      case IF_MIB.ifDescr:
        return text(oid, port.descr ?? port.name);
      case IF_MIB.ifAlias:
        return text(oid, port.alias ?? '');
      case IF_MIB.ifType:
        return { oid, type: 2, value: port.type ?? 6 };
      case IF_MIB.ifAdminStatus:
      case IF_MIB.ifOperStatus:
        return { oid, type: 2, value: 1 };
      default:
        return undefined;
    }
  };
  return new Map(
    ports.flatMap((port) => {
      const cell = value(port);
      return cell ? [[String(port.index), cell] as const] : [];
    })
  );
}
