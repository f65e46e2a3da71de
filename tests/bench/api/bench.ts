/**
 * What the API's answers cost at 5,000 and at 50,000 interfaces, on a Postgres server and on the embedded one; beside
 * each the same question in plain SQL through pg, on the same rows. `npm run bench -- api [5000] [server]`
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { postgresPrograms, startPostgres } from '../../integration/postgres-server';
import type { InventorySize } from '../../integration/inventory-fleet';
import { cpuMicros } from '../measured-process';
import { quantile } from '../ping/load';
import { questions, type Question } from './questions';

const SIZES: readonly InventorySize[] = [
  { devices: 877, interfaces: 5_000 },
  { devices: 10_000, interfaces: 50_000 },
];
const GOAL_P95_MS = 100;
const WARM_UP = 5;
const TIMES = 60;

const agent = new Agent({ keepAlive: true });

interface Reply {
  status: number;
  etag: string;
  body: Buffer;
  ms: number;
}

function ask(url: string, headers: Record<string, string> = {}): Promise<Reply> {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    get(url, { agent, headers }, (res) => {
      const parts: Buffer[] = [];
      res.on('data', (part: Buffer) => parts.push(part));
      res.on('end', () =>
        resolve({
          status: res.statusCode!,
          etag: res.headers.etag ?? '',
          body: Buffer.concat(parts),
          ms: performance.now() - begin,
        })
      );
    }).on('error', reject);
  });
}

/** How much of a core this process gets when it wants all of one; times of a machine that others use say little. */
function shareOfACore(): number {
  const [begin, used] = [performance.now(), process.cpuUsage()];
  for (let n = 0; n < 2e8; n++) {
    // Counts.
  }
  const { user, system } = process.cpuUsage(used);
  return (user + system) / 1_000 / (performance.now() - begin);
}

/** Times of one question, sorted, ms. */
async function times(work: () => Promise<number>): Promise<Float64Array> {
  for (let n = 0; n < WARM_UP; n++) {
    await work();
  }
  const taken = new Float64Array(TIMES);
  for (let n = 0; n < TIMES; n++) {
    taken[n] = await work();
  }
  return taken.sort();
}

class Served {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string
  ) {}

  static async start(size: InventorySize, place: string): Promise<Served> {
    const program = require.resolve('./served.ts');
    const args = ['--import', 'tsx', program, String(size.devices), String(size.interfaces), place];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const gone = once(child, 'exit').then(([code]): never => {
      throw new Error(`the API ended with ${code} before it served`);
    });
    const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), gone]);
    gone.catch(() => undefined);
    return new Served(child, (JSON.parse(line as string) as { url: string }).url);
  }

  get pid(): number {
    return this.child.pid!;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      this.child.kill('SIGKILL');
      await once(this.child, 'exit');
    }
  }
}

async function checked(url: string, { name, path: at, headers, finds }: Question): Promise<number> {
  const { status, body, ms } = await ask(url + at, headers);
  if (status !== (headers ? 304 : 200)) {
    throw new Error(`${name}: ${at} answered ${status} ${body.toString().slice(0, 300)}`);
  }
  if (finds && !finds(JSON.parse(body.toString()))) {
    throw new Error(`${name}: ${at} found what it should not: ${body.toString().slice(0, 300)}`);
  }
  return ms;
}

interface Row {
  p50: number;
  p95: number;
  p99: number;
}
const row = (sorted: Float64Array): Row => ({
  p50: quantile(sorted, 0.5),
  p95: quantile(sorted, 0.95),
  p99: quantile(sorted, 0.99),
});
const shown = ({ p50, p95, p99 }: Row) => [p50, p95, p99].map((ms) => ms.toFixed(1).padStart(7)).join('');

/** Answers of `/targets` while others ask for lists: a query of the embedded database holds up its whole process. */
async function together(url: string, path: string): Promise<{ targets: Row; list: Row }> {
  const list: number[] = [];
  let over = false;
  const lists = (async () => {
    while (!over) {
      list.push((await ask(url + path)).ms);
    }
  })();
  const { etag } = await ask(`${url}/targets`);
  const targets = await times(async () => (await ask(`${url}/targets`, { 'if-none-match': etag })).ms);
  over = true;
  await lists;
  return { targets: row(targets), list: row(Float64Array.from(list).sort()) };
}

async function measure(kind: string, size: InventorySize, place: string, floors: Map<string, Row>): Promise<string[]> {
  const served = await Served.start(size, place);
  const sql = place.startsWith('postgres:') ? new Client({ connectionString: place }) : undefined;
  const missed: string[] = [];
  try {
    await sql?.connect();
    console.log(`\n${kind}, ${size.devices} devices, ${size.interfaces} interfaces, ms`);
    console.log(`(a process gets ${(100 * shareOfACore()).toFixed(0)} % of a core)`);
    console.log(`${' '.repeat(28)}    p50    p95    p99     CPU  plain SQL p50   ratio`);
    const whole = await ask(`${served.url}/targets`);
    for (const question of questions(size, whole.etag)) {
      if (sql) {
        const begin = () => performance.now();
        const floor = await times(async () => {
          const at = begin();
          await sql.query(question.floor);
          return begin() - at;
        });
        floors.set(question.name, row(floor));
      }
      let taken: Row;
      const cpu = cpuMicros(served.pid);
      try {
        taken = row(await times(() => checked(served.url, question)));
      } catch (err) {
        console.log(`${question.name.padEnd(28)} FAILED ${(err as Error).message}`);
        missed.push((err as Error).message);
        continue;
      }
      const floor = floors.get(question.name);
      const against = floor
        ? `${floor.p50.toFixed(1).padStart(15)} ${(taken.p50 / floor.p50).toFixed(1).padStart(7)}`
        : '';
      const own = ((cpuMicros(served.pid) - cpu) / (WARM_UP + TIMES) / 1_000).toFixed(1).padStart(8);
      const miss = taken.p95 >= GOAL_P95_MS;
      console.log(`${question.name.padEnd(28)}${shown(taken)}${own} ${against}${miss ? '   MISSED' : ''}`);
      if (miss) {
        missed.push(`${kind}, ${size.interfaces}: ${question.name} ${taken.p95.toFixed(0)} ms`);
      }
    }
    console.log(
      `${'targets, whole'.padEnd(28)}${whole.ms.toFixed(1).padStart(7)}  (${(whole.body.length / 2 ** 20).toFixed(1)} MiB, rendered anew)`
    );
    const { targets, list } = await together(served.url, '/api/v1/interfaces?limit=100');
    console.log(`${'targets, known, beside lists'.padEnd(28)}${shown(targets)}   the lists${shown(list)}`);
  } finally {
    await sql?.end();
    await served.stop();
  }
  return missed;
}

async function main(wanted: readonly string[]): Promise<void> {
  const bin = postgresPrograms();
  if (bin === undefined) {
    throw new Error("no Postgres server in /usr/lib/postgresql; install Debian's package postgresql");
  }
  const sizes = SIZES.filter(
    ({ interfaces }) => wanted.every((w) => !/^\d+$/.test(w)) || wanted.includes(`${interfaces}`)
  );
  const kinds = ['server', 'embedded'].filter((kind) => wanted.every((w) => /^\d+$/.test(w)) || wanted.includes(kind));
  const missed: string[] = [];
  for (const size of sizes) {
    const floors = new Map<string, Row>();
    if (kinds.includes('server')) {
      const server = await startPostgres(bin);
      try {
        missed.push(...(await measure('server', size, server.createDatabase('bench'), floors)));
      } finally {
        await server.stop();
      }
    }
    if (kinds.includes('embedded')) {
      const directory = mkdtempSync(path.join(tmpdir(), 'bench-api-'));
      try {
        missed.push(...(await measure('embedded', size, directory, floors)));
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    }
  }
  console.log(
    missed.length === 0
      ? `\np95 below ${GOAL_P95_MS} ms: met by all`
      : `\nMISSED p95 below ${GOAL_P95_MS} ms:\n  ${missed.join('\n  ')}`
  );
  process.exitCode = missed.length === 0 ? 0 : 1;
}

main(process.argv.slice(2)).catch((err: unknown) => {
  console.error(err);
  process.exitCode = 1;
});
