import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { IF_MIB } from '../../../exporter/src/snmp/if-mib';
import { cpuMicros } from '../measured-process';
import { read } from './read';

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

export const COLUMN_OIDS = Object.keys(COLUMNS).map((name) => IF_MIB[name as keyof typeof COLUMNS]);

/** Interfaces that the module `cells` names one by one. */
const NAMED_INTERFACES = 4;
export const CELLS = COLUMN_OIDS.flatMap((oid) =>
  Array.from({ length: NAMED_INTERFACES }, (_, i) => `${oid}.${i + 1}`)
);

/** The module `eleven` walks the columns; `cells` asks for their values one by one, which is the best it can do. */
export type Module = 'eleven' | 'cells';

/** Debian's prometheus-snmp-exporter with the same columns. */
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
    const module = {
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
    const modules = { eleven: { ...module, walk: COLUMN_OIDS }, cells: { ...module, get: CELLS } };
    await writeFile(file, JSON.stringify(modules), { mode: 0o600 });
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

  /** Scrapes one device; rejects when its answer has not `interfaces` rows of all columns. */
  async scrape(module: Module, target: string, interfaces: number): Promise<void> {
    const url = `http://127.0.0.1:${this.port}/snmp?module=${module}&target=${encodeURIComponent(target)}`;
    const text = await read(url);
    const samples = text.match(/^if\w+\{/gm)?.length ?? 0;
    if (samples < interfaces * COLUMN_OIDS.length) {
      throw new Error(`${target}: the peer brought ${samples} samples:\n${text.slice(0, 500)}`);
    }
  }

  /** CPU time used so far, user and system, in µs; to 10 ms. */
  cpuMicros(): number {
    return cpuMicros(this.child.pid!);
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
