/**
 * What an import of 1,000 and of 100,000 rows takes, over HTTP, on a Postgres server and on the embedded one, beside psql
 * copying the same file into a table without any check; what another client waits meanwhile, and what memory it takes.
 * `npm run bench -- import`
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { postgresPrograms, startPostgres } from '../../integration/postgres-server';

const SIZES = [1_000, 100_000];
const GOAL_MS: Readonly<Record<number, number>> = { 1_000: 5_000, 100_000: 120_000 };

/** Devices of an ISP with eight at a site; every fifth column of the features' list is filled. */
function table(rows: number): string {
  const lines = ['name,ip,vendor,device_type,region,branch,latitude,longitude,enabled,auth,tags,notes'];
  for (let i = 0; i < rows; i++) {
    const site = i >> 3;
    lines.push(
      `sw-${site}-${i & 7},10.${i >> 16}.${(i >> 8) & 255}.${i & 255},mikrotik,switch,რეგიონი ${site % 11},სოფელი ${site},${(41 + (site % 1000) / 1000).toFixed(3)},44.8,true,branch,ring;access,"rack ${i & 3}, second floor"`
    );
  }
  return `${lines.join('\n')}\n`;
}

class Served {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string
  ) {}

  static async start(place: string): Promise<Served> {
    const program = path.join(__dirname, '../api/served.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', program, '0', '0', place], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = once(child, 'exit').then(([code]): never => {
      throw new Error(`the API ended with ${code} before it served`);
    });
    const [line] = await Promise.race([once(createInterface(child.stdout!), 'line'), gone]);
    gone.catch(() => undefined);
    return new Served(child, (JSON.parse(line as string) as { url: string }).url);
  }

  /** The most memory that it ever had, MB. */
  get peak(): number {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'))?.[1]) / 1024;
  }

  /** Each on a connection of its own: a server that was held up closes those that idle. */
  private ask(method: string, at: string, body?: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { 'content-type': 'text/csv' };
      request(this.url + at, { method, headers, agent: false }, (res) => {
        const parts: Buffer[] = [];
        res.on('data', (part: Buffer) => parts.push(part));
        res.on('error', reject);
        res.on('end', () => resolve({ status: res.statusCode!, text: Buffer.concat(parts).toString() }));
      })
        .on('error', reject)
        .end(body);
    });
  }

  async post(body: string): Promise<{ ms: number; created: number; unchanged: number }> {
    const begin = performance.now();
    const { status, text } = await this.ask('POST', '/api/v1/devices/import', body);
    const report = JSON.parse(text) as { created: number; unchanged: number; detail?: string };
    if (status !== 200) {
      throw new Error(`the import ended with ${status}: ${report.detail}`);
    }
    return { ...report, ms: performance.now() - begin };
  }

  async export(): Promise<{ ms: number; text: string }> {
    const begin = performance.now();
    const { text } = await this.ask('GET', '/api/v1/devices/export');
    return { ms: performance.now() - begin, text };
  }

  /** The longest that another client waited for an answer while `work` was done, ms. */
  async longestWait<T>(work: () => Promise<T>): Promise<{ result: T; longest: number }> {
    let [done, longest] = [false, 0];
    const asking = (async () => {
      while (!done) {
        const begin = performance.now();
        await this.ask('GET', '/-/healthy');
        longest = Math.max(longest, performance.now() - begin);
        await wait(5);
      }
    })();
    const result = await work();
    done = true;
    await asking;
    return { result, longest };
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      this.child.kill('SIGKILL');
      await once(this.child, 'exit');
    }
  }
}

/** psql copying the file into a table of texts, the process itself left out. */
function copyMs(bin: string, url: string, file: string): number {
  const columns = 'name,ip,vendor,device_type,region,branch,latitude,longitude,enabled,auth,tags,notes';
  const create = `create temp table t (${columns.split(',').join(' text, ')} text)`;
  const copy = `\\copy t from '${file}' with (format csv, header true)`;
  const said = execFileSync(path.join(bin, 'psql'), [url, '-X', '-c', create, '-c', '\\timing on', '-c', copy], {
    encoding: 'utf8',
  });
  return Number(/Time: ([\d.]+) ms/.exec(said)?.[1]);
}

async function main(): Promise<void> {
  const bin = postgresPrograms();
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-import-'));
  const server = bin === undefined ? undefined : await startPostgres(bin);
  if (!server) {
    console.log('left out: no Postgres server in /usr/lib/postgresql');
  }
  let missed = false;
  console.log(
    'database  rows     import ms  rows/s  x of copy  again ms  export ms  other client waits ms  peak memory MB'
  );
  try {
    for (const rows of SIZES) {
      const text = table(rows);
      const file = path.join(directory, 'devices.csv');
      writeFileSync(file, text);
      const copy = server && bin ? copyMs(bin, server.url, file) : undefined;
      const places = [server?.createDatabase(`import_${rows}`), path.join(directory, `embedded-${rows}`)];
      for (const place of places.filter((one) => one !== undefined)) {
        const served = await Served.start(place);
        try {
          const { result: first, longest } = await served.longestWait(() => served.post(text));
          const again = await served.post(text);
          const exported = await served.export();
          const back = await served.post(exported.text);
          if (first.created !== rows || again.unchanged !== rows || back.unchanged !== rows) {
            throw new Error(`${rows} rows: ${JSON.stringify([first, again, back])}`);
          }
          const late = first.ms > GOAL_MS[rows]!;
          missed ||= late;
          console.log(
            [
              (place.startsWith('postgres:') ? 'server' : 'embedded').padEnd(8),
              String(rows).padEnd(7),
              first.ms.toFixed(0).padStart(9),
              ((rows / first.ms) * 1000).toFixed(0).padStart(7),
              (copy === undefined ? '-' : (first.ms / copy).toFixed(1)).padStart(10),
              again.ms.toFixed(0).padStart(9),
              exported.ms.toFixed(0).padStart(10),
              longest.toFixed(0).padStart(22),
              served.peak.toFixed(0).padStart(15),
              late ? `goal missed: ${GOAL_MS[rows]} ms` : '',
            ]
              .join('  ')
              .trimEnd()
          );
        } finally {
          await served.stop();
        }
      }
    }
  } finally {
    await server?.stop();
    rmSync(directory, { recursive: true, force: true });
  }
  process.exitCode = missed ? 1 : 0;
}

void main();
