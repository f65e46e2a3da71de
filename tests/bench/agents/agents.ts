import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { IF_MIB } from '../../../exporter/src/snmp/if-mib';
import { counterOf } from './counters';

const run = promisify(execFile);
const PROGRAM = path.join(__dirname, '../out/agents/agents');
/** Instances that an agent has besides 22 columns of ifTable and 19 of ifXTable. */
const OTHERS = 37;
/** Uptime of the agents at their start. */
const RUNNING_SINCE_MS = 3_600_000;

export const COMMUNITY = 'bench';

/** What the agents did since their start. */
export interface AgentCounts {
  requests: number;
  replies: number;
  varbinds: number;
  get: number;
  getNext: number;
  getBulk: number;
  wrongCommunity: number;
  malformed: number;
  unsent: number;
  /** Requests that the kernel threw away because the agents were too slow. */
  overflowed: number;
}

/** A process in which every address of 127.0.0.0/8 is one SNMP agent with that many interfaces, ether1 and so on. */
export class Agents {
  private readonly lines: AsyncIterator<string>;

  private constructor(
    private readonly child: ChildProcessByStdio<null, Readable, null>,
    readonly port: number,
    readonly interfaces: number,
    /** Unix ms from which counters count. */
    readonly epoch: number,
    lines: AsyncIterator<string>
  ) {
    this.lines = lines;
  }

  /** Compiles the agents, starts them on that CPU, and holds one of them to net-snmp's own walk. */
  static async start(interfaces: number, cpu: string): Promise<Agents> {
    mkdirSync(path.dirname(PROGRAM), { recursive: true });
    await run('cc', ['-O2', '-o', PROGRAM, path.join(__dirname, 'agents.c')]);
    const epoch = Date.now() - RUNNING_SINCE_MS;
    const numbers = [String(interfaces), COMMUNITY, String(epoch)];
    const child = spawn('taskset', ['-c', cpu, PROGRAM, ...numbers], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const agents = new Agents(child, Number((await lines.next()).value), interfaces, epoch, lines);
    try {
      await agents.check('127.3.2.1');
      return agents;
    } catch (err) {
      await agents.stop();
      throw err;
    }
  }

  async counts(): Promise<AgentCounts> {
    this.child.kill('SIGUSR1');
    return JSON.parse((await this.lines.next()).value as string) as AgentCounts;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill();
      await once(this.child, 'exit');
    }
  }

  /** Rejects when net-snmp's commands read anything else than what the agents are meant to have. */
  private async check(address: string): Promise<void> {
    const options = ['-v2c', '-c', COMMUNITY, '-r0', '-On', '-Oe', '-Oq', '-m', '', `${address}:${this.port}`];
    const begin = Date.now();
    const { stdout } = await run('snmpbulkwalk', ['-Cr20', ...options, '.1'], { maxBuffer: 1 << 26 });
    const { stdout: oneByOne } = await run('snmpwalk', [...options, `.${IF_MIB.ifName}`]);
    const took = Date.now() - begin;
    const found = new Map<string, string>();
    for (const line of `${stdout}${oneByOne}`.split('\n')) {
      const [, oid, value] = /^\.([\d.]+) "?(.*?)"?$/.exec(line) ?? [];
      if (oid !== undefined && !value!.startsWith('No more variables')) {
        found.set(oid, value!);
      }
    }
    const instances = OTHERS + 41 * this.interfaces;
    if (found.size !== instances) {
      throw new Error(`the agents: snmpbulkwalk of ${address} read ${found.size} instances instead of ${instances}`);
    }
    for (const ifIndex of [1, this.interfaces]) {
      const octets = Number(found.get(`${IF_MIB.ifHCInOctets}.${ifIndex}`));
      const elapsed = (at: number) => counterOf('ifHCInOctets', address, ifIndex, at - this.epoch);
      const name = found.get(`${IF_MIB.ifName}.${ifIndex}`);
      if (name !== `ether${ifIndex}` || !(octets >= elapsed(begin) && octets <= elapsed(begin + took))) {
        throw new Error(
          `the agents: row ${ifIndex} of ${address} is "${name}" with ${octets} octets, which it never had`
        );
      }
    }
  }
}
