import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { quantile } from './load';

const run = promisify(execFile);
const DELAY_MS = 5;

/** How far the driver's round-trip times are from the time that the kernel says each echo was away. */
export interface RttError {
  what: string;
  echoes: number;
  /** Devices of which an echo was lost; they are left out. */
  lossy: number;
  /** ms */
  p50: number;
  p99: number;
  max: number;
  /** How far the responder was from its delay, ms. */
  responderP99: number;
}

/** Why the exact responder cannot run here; undefined when it can. */
export function whyNoResponder(): string | undefined {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    execFileSync('ip', ['netns', 'list'], { stdio: 'ignore' });
    execFileSync('chrt', ['--version'], { stdio: 'ignore' });
  } catch (err) {
    return (err as Error).message.split('\n')[0];
  }
  return existsSync('/dev/net/tun') && process.getuid!() === 0 ? undefined : 'it needs root and /dev/net/tun';
}

// Few echoes a second show the driver's own error, many also what the echoes of one batch do to each other.
const LOADS = [
  { what: '200 echoes/s, quiet event loop', blockMs: 0, devices: 400 },
  { what: '200 echoes/s, event loop blocked for 50 ms, 5 times a second', blockMs: 50, devices: 400 },
  { what: '2,000 echoes/s, quiet event loop', blockMs: 0, devices: 4000 },
  { what: '2,000 echoes/s, event loop blocked for 50 ms, 5 times a second', blockMs: 50, devices: 4000 },
] as const;

/** Error of the socket driver's round-trip times in a namespace of its own, with a quiet and with a blocked loop. */
export async function measureRttError(folder: string, seconds: number): Promise<RttError[]> {
  const program = path.join(folder, 'responder');
  await run('cc', ['-O2', '-o', program, path.join(__dirname, 'responder.c')]);
  const results: RttError[] = [];
  for (const { what, blockMs, devices } of LOADS) {
    results.push({ what, ...(await measureLoad(folder, program, [seconds, blockMs, devices])) });
  }
  return results;
}

async function measureLoad(folder: string, program: string, load: number[]): Promise<Omit<RttError, 'what'>> {
  const namespace = `bench-ping-${process.pid}`;
  const inside = ['netns', 'exec', namespace];
  const log = path.join(folder, 'away.bin');
  await run('ip', ['netns', 'add', namespace]);
  // With real-time priority, or whatever else the machine does would make the responder late; on the last core, away
  // from the driver, which it would otherwise push aside in the middle of a batch.
  const last = cpus().length - 1;
  const command = [
    'taskset',
    '-c',
    String(last),
    'chrt',
    '-f',
    '50',
    program,
    'echo0',
    String(DELAY_MS * 1000),
    '1',
    '0',
    log,
  ];
  const responder = spawn('ip', [...inside, ...command]);
  try {
    await once(responder.stdout, 'data');
    await run('ip', ['-n', namespace, 'address', 'add', '10.78.0.1/16', 'dev', 'echo0']);
    await run('ip', ['-n', namespace, 'link', 'set', 'echo0', 'up']);
    const aside = last > 0 ? ['taskset', '-c', `0-${last - 1}`] : [];
    const script = [...aside, process.execPath, path.join(folder, 'rtt-load.js'), ...load.map(String)];
    const { stdout } = await run('ip', [...inside, ...script], { maxBuffer: 256 * 1024 * 1024 });
    responder.kill('SIGTERM');
    await once(responder, 'exit');
    return compare(JSON.parse(stdout) as Record<string, number[] | null>, readAway(readFileSync(log)));
  } finally {
    if (responder.exitCode === null && responder.signalCode === null) {
      responder.kill('SIGKILL');
      await once(responder, 'exit');
    }
    await run('ip', ['netns', 'del', namespace]);
  }
}

/** How long the kernel saw each echo away in ms, by address, in order: the log of responder.c. */
function readAway(log: Buffer): Map<string, number[]> {
  const away = new Map<string, number[]>();
  for (let at = 0; at < log.length; at += 12) {
    const address = log.subarray(at, at + 4).join('.');
    const ms = Number(log.readBigInt64LE(at + 4)) / 1e6;
    const list = away.get(address);
    if (list) {
      list.push(ms);
    } else {
      away.set(address, [ms]);
    }
  }
  return away;
}

/** The log may go on behind the last round that was decided; both begin with the first echo. */
function compare(measured: Record<string, number[] | null>, away: Map<string, number[]>): Omit<RttError, 'what'> {
  const errors: number[] = [];
  const lateness: number[] = [];
  let lossy = 0;
  for (const [address, times] of Object.entries(measured)) {
    const truth = away.get(address) ?? [];
    if (times === null || truth.length < times.length) {
      lossy++;
      continue;
    }
    times.forEach((ms, i) => {
      errors.push(Math.abs(ms - truth[i]!));
      lateness.push(Math.abs(truth[i]! - DELAY_MS));
    });
  }
  if (errors.length === 0) {
    throw new Error(`no echo of ${Object.keys(measured).length} devices can be compared with the responder's log`);
  }
  const sorted = Float64Array.from(errors).sort();
  const [p50, p99, max] = [quantile(sorted, 0.5), quantile(sorted, 0.99), quantile(sorted, 1)];
  const responderP99 = quantile(Float64Array.from(lateness).sort(), 0.99);
  return { echoes: errors.length, lossy, p50, p99, max, responderP99 };
}
