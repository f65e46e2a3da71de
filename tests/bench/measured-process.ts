import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';

/** What is measured shares one CPU with nobody; agents, readers and the bench itself have the other. */
export const MEASURED_CPU = '0';
export const OTHER_CPU = '1';

/** Ticks of /proc/PID/stat per second: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS = 100;

/** CPU time that a process has used, user and system, in µs; to 10 ms. */
export function cpuMicros(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e6;
}

/** Puts a process with all its threads on one CPU. */
export function pin(cpu: string, pid = process.pid): void {
  execFileSync('taskset', ['-a', '-p', '-c', cpu, String(pid)], { stdio: 'ignore' });
}

/** Plain JavaScript of a program, so that no compiler of the bench runs inside what is measured. */
export function compiled(source: string): string {
  const folder = path.join(__dirname, 'out', path.basename(path.dirname(source)));
  buildSync({
    entryPoints: [source],
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
  });
  return path.join(folder, path.basename(source).replace(/\.ts$/, '.js'));
}

/**
 * One side of a comparison as a process of its own, so that no side pays for the heap of another. It is told what to do
 * by messages, one at a time, and answers each with one. With BENCH_CPU_PROF=FOLDER each leaves a profile there.
 */
export class MeasuredProcess<Order extends object> {
  private readonly ended: Promise<never>;

  private constructor(private readonly child: ChildProcess) {
    this.ended = once(child, 'exit').then(([code]) => {
      throw new Error(`${child.spawnargs.slice(1).join(' ')} ended with ${code}`);
    });
    // Only news to whoever waits for an answer.
    this.ended.catch(() => undefined);
  }

  /** `source`: TypeScript; its first message says that it is ready. */
  static async start<Order extends object>(
    source: string,
    args: readonly (string | number)[],
    cpu = MEASURED_CPU
  ): Promise<MeasuredProcess<Order>> {
    const folder = process.env['BENCH_CPU_PROF'];
    const execArgv = folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
    const measured = new MeasuredProcess<Order>(fork(compiled(source), args.map(String), { execArgv }));
    await measured.answer();
    pin(cpu, measured.child.pid!);
    return measured;
  }

  async ask<T>(order: Order): Promise<T> {
    const answer = this.answer<T>();
    this.child.send(order);
    return answer;
  }

  /** It ends by itself when nobody is there to tell it what to do; that way it writes its profile. */
  stop(): void {
    this.child.disconnect();
  }

  private async answer<T>(): Promise<T> {
    const message = await Promise.race([
      new Promise<T | { failed: string }>((resolve) => this.child.once('message', resolve as () => void)),
      this.ended,
    ]);
    if (typeof message === 'object' && message !== null && 'failed' in message) {
      throw new Error(message.failed);
    }
    return message as T;
  }
}

/** The other end: does what it is told, one order after the other. */
export function obey<Order>(carryOut: (order: Order) => Promise<object> | object): void {
  process.on('message', (order: Order) => {
    Promise.resolve(order)
      .then(carryOut)
      .then(
        (answer) => process.send!(answer),
        (err: Error) => process.send!({ failed: err.stack ?? String(err) })
      );
  });
  process.on('disconnect', () => process.exit(0));
  process.send!({ ready: true });
}

/** Calls `work` for 0 … total-1, that many at a time. */
export async function inFlight(limit: number, total: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < total) {
      await work(next++);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
