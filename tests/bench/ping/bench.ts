import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { fpingLoad } from './fping-load';
import { loopbackTargets, median, type Load } from './load';
import { measureRttError, whyNoResponder } from './rtt-truth';

const GOAL_RATIO = 5;
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

const perEcho = ({ cpuUs, echoes }: Load) => cpuUs / echoes;

async function main(): Promise<void> {
  const [targets, intervalMs] = [Number(values.targets), Number(values.interval)];
  build();
  console.log(
    `load average before: ${loadavg()
      .map((load) => load.toFixed(2))
      .join(' ')}, ${cpus().length} cores`
  );
  const addresses = loopbackTargets(targets);
  const rows: { sockets: Load; fping: Load }[] = [];
  // Turn and turn about, so that whatever else the machine does falls on both.
  for (let i = 0; i < Number(values.runs); i++) {
    rows.push({ sockets: await socketLoad(targets, intervalMs), fping: await fpingLoad(addresses, intervalMs) });
  }
  console.log(`CPU per echo, ${targets} targets, 5 echoes per ${intervalMs / 1000} s, ${rows[0]!.sockets.way}`);
  console.table(
    rows.map(({ sockets, fping }) => ({
      'sockets us': perEcho(sockets).toFixed(1),
      'fping us': perEcho(fping).toFixed(1),
      'fping / sockets': (perEcho(fping) / perEcho(sockets)).toFixed(2),
    }))
  );
  const ratio = median(rows.map(({ sockets, fping }) => perEcho(fping) / perEcho(sockets)));
  console.log(verdict(`fping costs ${ratio.toFixed(2)} times as much; goal: ${GOAL_RATIO}`, ratio >= GOAL_RATIO));

  const why = whyNoResponder();
  if (why !== undefined) {
    console.log(`Round-trip times against an exact responder: not measured, ${why}`);
    return;
  }
  const errors = await measureRttError(folder, Number(values.seconds));
  console.log('Error of round-trip times against a responder with exactly 5 ms, ms');
  console.table(
    errors.map(({ what, echoes, lost, p50, p99, max }) => ({
      what,
      echoes,
      lost,
      p50: p50.toFixed(3),
      p99: p99.toFixed(3),
      max: max.toFixed(3),
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
