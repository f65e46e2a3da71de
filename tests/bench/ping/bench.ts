import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { fpingLoad } from './fping-load';
import { loopbackTargets, median, type Load } from './load';
import { startBlackbox, startSmokeping } from './probers';
import { measureRttError, whyNoResponder } from './rtt-truth';

/** How many times as much as ours an echo costs the others. */
const GOALS = { fping: 5, blackbox_exporter: 35, smokeping_prober: 35 } as const;
type Peer = keyof typeof GOALS;
/** Each echo of blackbox_exporter is an HTTP request: as many as take it about a second. */
const BLACKBOX_TARGETS = 2000;
const GOAL_RTT_P99_MS = 0.1;
const folder = path.join(__dirname, '../out/ping');

const { values } = parseArgs({
  options: {
    targets: { type: 'string', default: '10000' },
    interval: { type: 'string', default: '10000' },
    runs: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
  },
});

/** Plain JavaScript, so that no compiler of the bench runs inside what is measured. */
function build(): void {
  mkdirSync(folder, { recursive: true });
  buildSync({
    entryPoints: ['socket-load.ts', 'rtt-load.ts'].map((name) => path.join(__dirname, name)),
    outdir: folder,
    bundle: true,
    platform: 'node',
    external: ['koffi'],
  });
}

async function socketLoad(targets: number, intervalMs: number): Promise<Load> {
  const numbers = [targets, intervalMs, 1].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(folder, 'socket-load.js'), ...numbers]);
  return JSON.parse(stdout) as Load;
}

/** smokeping_prober never rests, so it lives for its turns only. */
async function comparePeers(addresses: readonly string[], intervalMs: number, runs: number): Promise<void> {
  const ours: Load[] = [];
  const theirs: Record<Peer, Load[]> = { fping: [], blackbox_exporter: [], smokeping_prober: [] };
  const blackbox = await startBlackbox(folder, addresses.slice(0, BLACKBOX_TARGETS));
  try {
    await blackbox.measure();
    // Turn and turn about, so that whatever else the machine does falls on all.
    for (let run = 0; run < runs; run++) {
      ours.push(await socketLoad(addresses.length, intervalMs));
      theirs.fping.push(await fpingLoad(addresses, intervalMs));
      theirs.blackbox_exporter.push(await blackbox.measure());
      const smokeping = await startSmokeping(folder, addresses, intervalMs);
      try {
        theirs.smokeping_prober.push(await smokeping.measure());
      } finally {
        await smokeping.stop();
      }
    }
  } finally {
    await blackbox.stop();
  }
  console.log(`CPU per echo in µs, ${addresses.length} targets, 5 echoes per ${intervalMs / 1000} s, ${ours[0]!.way}`);
  const rounded = (load: Load) => perEcho(load).toFixed(1);
  console.table(
    ours.map((load, i) => ({
      sockets: rounded(load),
      ...Object.fromEntries(Object.entries(theirs).map(([peer, loads]) => [peer, rounded(loads[i]!)])),
      'smokeping_prober, echoes': theirs.smokeping_prober[i]!.echoes,
    }))
  );
  for (const [peer, goal] of Object.entries(GOALS) as [Peer, number][]) {
    const ratio = median(ours.map((load, i) => perEcho(theirs[peer][i]!) / perEcho(load)));
    console.log(verdict(`${peer} costs ${ratio.toFixed(2)} times as much; goal: ${goal}`, ratio >= goal));
  }
}

const perEcho = ({ cpuUs, echoes }: Load) => cpuUs / echoes;

async function main(): Promise<void> {
  const [targets, intervalMs] = [Number(values.targets), Number(values.interval)];
  build();
  console.log(
    `load average before: ${loadavg()
      .map((load) => load.toFixed(2))
      .join(' ')}, ${cpus().length} cores`
  );
  await comparePeers(loopbackTargets(targets), intervalMs, Number(values.runs));

  const why = whyNoResponder();
  if (why !== undefined) {
    console.log(`Round-trip times against an exact responder: not measured, ${why}`);
    return;
  }
  const errors = await measureRttError(folder, Number(values.seconds));
  console.log('Error of round-trip times against the time that the kernel saw each echo away, ms');
  console.table(
    errors.map(({ what, echoes, lossy, p50, p99, max, responderP99 }) => ({
      what,
      echoes,
      'devices with loss': lossy,
      p50: p50.toFixed(3),
      p99: p99.toFixed(3),
      max: max.toFixed(3),
      'responder off its 5 ms, p99': responderP99.toFixed(3),
    }))
  );
  for (const { what, p99 } of errors) {
    console.log(verdict(`p99 ${p99.toFixed(3)} ms, ${what}; goal: ${GOAL_RTT_P99_MS}`, p99 <= GOAL_RTT_P99_MS));
  }
}

function verdict(text: string, reached: boolean): string {
  if (!reached) {
    process.exitCode = 1;
  }
  return `${reached ? 'reached' : 'MISSED '} ${text}`;
}

void main();
