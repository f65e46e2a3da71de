import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const DELAY_MS = 5;

export interface RttError {
  what: string;
  echoes: number;
  lost: number;
  /** ms */
  p50: number;
  p99: number;
  max: number;
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

/** Error of the socket driver's round-trip times in a namespace of its own, with a quiet and with a blocked loop. */
export async function measureRttError(folder: string, seconds: number): Promise<RttError[]> {
  const namespace = `bench-ping-${process.pid}`;
  const program = path.join(folder, 'responder');
  await run('cc', ['-O2', '-o', program, path.join(__dirname, 'responder.c')]);
  await run('ip', ['netns', 'add', namespace]);
  // With real-time priority, or whatever else the machine does would show as a round-trip time.
  const command = ['chrt', '-f', '50', program, 'echo0', String(DELAY_MS * 1000)];
  const responder = spawn('ip', ['netns', 'exec', namespace, ...command]);
  try {
    await once(responder.stdout, 'data');
    await run('ip', ['-n', namespace, 'address', 'add', '10.78.0.1/16', 'dev', 'echo0']);
    await run('ip', ['-n', namespace, 'link', 'set', 'echo0', 'up']);
    const results: RttError[] = [];
    // The responder answers one packet after another, so what leaves in one batch queues up in front of it: the few
    // echoes a second show the driver's own error, the many also the queue.
    for (const [what, blockMs, devices] of [
      ['200 echoes/s, quiet event loop', 0, 400],
      ['200 echoes/s, event loop blocked for 50 ms, 5 times a second', 50, 400],
      ['2,000 echoes/s, quiet event loop', 0, 4000],
      ['2,000 echoes/s, event loop blocked for 50 ms, 5 times a second', 50, 4000],
    ] as const) {
      const load = path.join(folder, 'rtt-load.js');
      const numbers = [DELAY_MS, seconds, blockMs, devices].map(String);
      const { stdout } = await run('ip', ['netns', 'exec', namespace, process.execPath, load, ...numbers]);
      results.push({ what, ...(JSON.parse(stdout) as Omit<RttError, 'what'>) });
    }
    return results;
  } finally {
    responder.kill('SIGKILL');
    await once(responder, 'exit');
    await run('ip', ['netns', 'del', namespace]);
  }
}
