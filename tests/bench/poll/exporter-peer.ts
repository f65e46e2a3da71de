import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { IF_MIB } from '../../../exporter/src/snmp/if-mib';

/** The eleven columns that a poll of ours reads. */
export const COLUMNS = {
  ifAdminStatus: 'gauge',
  ifOperStatus: 'gauge',
  ifHighSpeed: 'gauge',
  ifHCInOctets: 'counter',
  ifHCOutOctets: 'counter',
  ifHCInUcastPkts: 'counter',
  ifHCOutUcastPkts: 'counter',
  ifInErrors: 'counter',
  ifOutErrors: 'counter',
  ifInDiscards: 'counter',
  ifOutDiscards: 'counter',
} as const;

/** Ticks of /proc/PID/stat per second: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Debian's prometheus-snmp-exporter with the same columns as walks. */
export class ExporterPeer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
    private readonly dir: string
  ) {}

  static async start(community: string, cpu: string): Promise<ExporterPeer> {
    const dir = await mkdtemp(path.join(tmpdir(), 'poll-bench-'));
    const file = path.join(dir, 'snmp.yml');
    const columns = Object.entries(COLUMNS) as [keyof typeof COLUMNS, string][];
    const eleven = {
      walk: columns.map(([name]) => IF_MIB[name]),
      metrics: columns.map(([name, type]) => ({
        name,
        oid: IF_MIB[name],
        type,
        help: name,
        indexes: [{ labelname: 'ifIndex', type: 'gauge' }],
      })),
      version: 2,
      auth: { community },
    };
    // JSON is YAML.
    await writeFile(file, JSON.stringify({ eleven }), { mode: 0o600 });
    const port = await freePort();
    const args = [
      '-c',
      cpu,
      'prometheus-snmp-exporter',
      `--config.file=${file}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ];
    const peer = new ExporterPeer(spawn('taskset', args, { stdio: 'ignore' }), port, dir);
    const deadline = Date.now() + 10_000;
    while (!(await peer.up())) {
      if (Date.now() > deadline) {
        throw new Error('prometheus-snmp-exporter did not listen within 10 s');
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return peer;
  }

  /** Scrapes one device; returns its answer. */
  async scrape(target: string): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/snmp?module=eleven&target=${encodeURIComponent(target)}`);
    return answer.text();
  }

  /** CPU time used so far, user and system, in µs; to 10 ms. */
  cpuMicros(): number {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e6;
  }

  async stop(): Promise<void> {
    this.child.kill();
    await rm(this.dir, { recursive: true });
  }

  private async up(): Promise<boolean> {
    return fetch(`http://127.0.0.1:${this.port}/`).then(
      () => true,
      () => false
    );
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address ? address.port : 0;
}
