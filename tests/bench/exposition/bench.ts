/**
 * Our exposition against prom-client and client_golang in one run: CPU per series scraped, cost of setting a value, and
 * how long the event loop stands still while a reader takes everything over HTTP. `npx tsx tests/bench/exposition/bench.ts [devices]`
 */
import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Order } from './candidate';
import { fleet } from './fleet';
import { GoSide } from './pushgateway';
import { open, verify } from './verify';

const DEVICES = Number(process.argv[2] ?? 10_000);
const RUNS = 5;
const SCRAPE_GOAL = 12;
const GO_SCRAPE_GOAL = 8;
const SET_GOAL = 10;
const LOOP_P99_MS = 5;
const LOOP_MAX_MS = 50;

const SERIES = [...fleet(DEVICES)].length;

class Side {
  readonly setNs: number[] = [];
  readonly scrapeNs: number[] = [];
  readonly loopP99: number[] = [];
  readonly loopMax: number[] = [];
  /** The same without a reader: what a busy machine alone does to the event loop. */
  readonly idleP99: number[] = [];
  url = '';

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess
  ) {}

  static async start(program: string, name: string): Promise<Side> {
    const options = { execArgv: ['--max-old-space-size=4096'] };
    const side = new Side(name, fork(program, [name, String(DEVICES)], options));
    side.url = (await side.answer<{ url: string }>()).url;
    return side;
  }

  async run(pass: number): Promise<void> {
    const set = await this.ask<{ cpu: number }>({ set: pass });
    this.setNs.push((set.cpu / SERIES) * 1e9);
    await this.ask({ watch: true });
    await new Promise((resolve) => setTimeout(resolve, 300));
    this.idleP99.push((await this.ask<{ p99: number }>({ unwatch: true })).p99);
    await this.ask({ watch: true });
    const answer = await open(this.url);
    answer.resume();
    await once(answer, 'end');
    const scraped = await this.ask<{ cpu: number; p99: number; max: number }>({ unwatch: true });
    this.scrapeNs.push((scraped.cpu / SERIES) * 1e9);
    this.loopP99.push(scraped.p99);
    this.loopMax.push(scraped.max);
  }

  stop(): void {
    this.child.kill();
  }

  private async ask<T>(order: Order): Promise<T> {
    const answer = this.answer<T>();
    this.child.send(order);
    return answer;
  }

  private async answer<T>(): Promise<T> {
    const [message] = (await once(this.child, 'message')) as [T];
    return message;
  }
}

/**
 * The sides as plain JavaScript, as the product ships: a loader that compiles while running wraps every import, which
 * doubles the cost of code as hot as this.
 */
function build(directory: string): string {
  const root = path.join(__dirname, '../../..');
  const flags = [
    '--rootDir',
    root,
    '--outDir',
    directory,
    '--target',
    'es2023',
    '--module',
    'node16',
    '--skipLibCheck',
  ];
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const types = ['--moduleResolution', 'node16', '--esModuleInterop', '--types', 'node'];
  execFileSync(process.execPath, [tsc, path.join(__dirname, 'candidate.ts'), ...flags, ...types], { stdio: 'inherit' });
  // Packages are found from where the program is.
  symlinkSync(path.join(root, 'node_modules'), path.join(directory, 'node_modules'));
  return path.join(directory, 'tests/bench/exposition/candidate.js');
}

async function main(): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), 'exposition-bench-'));
  try {
    await compare(build(directory));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function compare(program: string): Promise<void> {
  console.log(
    `${DEVICES} devices, ${SERIES} series, node ${process.version}; ${RUNS} runs after one to warm up, alternating`
  );
  const go = await GoSide.start(DEVICES, SERIES);
  const [store, prom] = [await Side.start(program, 'store'), await Side.start(program, 'prom-client')];
  try {
    for (let pass = 0; pass <= RUNS; pass++) {
      for (const side of [store, prom]) {
        await side.run(pass);
      }
      await go.run();
    }
    const wrong = [
      ...(await verify(store.url, DEVICES, RUNS, true)).map((w) => `store: ${w}`),
      ...(await verify(prom.url, DEVICES, RUNS, false)).map((w) => `prom-client: ${w}`),
    ];
    report(store, prom, go, wrong);
  } finally {
    store.stop();
    prom.stop();
    await go.stop();
  }
}

function report(store: Side, prom: Side, go: GoSide, wrong: string[]): void {
  console.log(`${''.padEnd(36)} ${'store'.padStart(10)} ${'prom-client'.padStart(12)}   ratio   goal`);
  const row = (what: string, pick: (side: Side) => number[], goal: string): number => {
    // Without the run to warm up.
    const [ours, theirs] = [median(pick(store).slice(1)), median(pick(prom).slice(1))];
    const ratio = theirs / ours;
    const cells = [ours.toFixed(1).padStart(10), theirs.toFixed(1).padStart(12), `1/${ratio.toFixed(1)}`.padStart(7)];
    console.log(`${what.padEnd(36)} ${cells.join(' ')}   ${goal}`);
    return ratio;
  };
  const scrape = row('CPU per series scraped, ns', (s) => s.scrapeNs, `1/${SCRAPE_GOAL}`);
  const set = row('CPU per set(), ns', (s) => s.setNs, `1/${SET_GOAL}`);
  row('both together, ns', (s) => s.setNs.map((ns, i) => ns + s.scrapeNs[i]!), '');
  row('event loop p99 while scraped, ms', (s) => s.loopP99, `${LOOP_P99_MS} ms more than without a reader`);
  row('event loop p99 without a reader, ms', (s) => s.idleP99, '');
  row('event loop max while scraped, ms', (s) => s.loopMax, `${LOOP_MAX_MS} ms`);
  const goNs = median(go.scrapeNs.slice(1));
  const goScrape = goNs / median(store.scrapeNs.slice(1));
  console.log(
    `client_golang, CPU per series scraped, ns: ${goNs.toFixed(1)}, 1/${goScrape.toFixed(1)}; goal 1/${GO_SCRAPE_GOAL}`
  );
  console.log(`event loop max of each run, ms: ${store.loopMax.map((ms) => ms.toFixed(1)).join(', ')}`);
  const max = Math.max(...store.loopMax.slice(1));
  const misses = [
    ...(scrape >= SCRAPE_GOAL ? [] : [`scrape 1/${scrape.toFixed(1)}`]),
    ...(goScrape >= GO_SCRAPE_GOAL ? [] : [`scrape 1/${goScrape.toFixed(1)} of client_golang`]),
    ...(set >= SET_GOAL ? [] : [`set() 1/${set.toFixed(1)}`]),
    ...(median(store.loopP99.slice(1)) <= LOOP_P99_MS + median(store.idleP99.slice(1)) ? [] : ['event loop p99']),
    ...(max <= LOOP_MAX_MS ? [] : [`event loop max ${max.toFixed(1)} ms in one run`]),
    ...wrong,
  ];
  console.log(
    misses.length === 0 ? `all ${SERIES} values verified on both sides; goals met` : `MISSED: ${misses.join('; ')}`
  );
  process.exitCode = misses.length === 0 ? 0 : 1;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

void main();
