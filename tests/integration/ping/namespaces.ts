import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Runs a program; throws with what it said when it fails. */
export function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Why network namespaces cannot be made here; undefined when they can. */
export function whyNoNamespaces(): string | undefined {
  const name = `probe-${process.pid}`;
  try {
    run('ip', 'netns', 'add', name);
    run('ip', 'netns', 'del', name);
    return undefined;
  } catch (err) {
    return (err as Error).message.split('\n')[0];
  }
}

/**
 * Starts the echo responder of the benchmarks in a namespace: every address of 10.78.0.0/24 but the first answers, each
 * after that delay, `answers` times, except every `dropEvery`th request.
 */
export async function startResponder(
  program: string,
  namespace: string,
  delayMs: number,
  answers = 1,
  dropEvery = 0
): Promise<ChildProcess> {
  const numbers = [delayMs * 1000, answers, dropEvery].map(String);
  const child = spawn('ip', ['netns', 'exec', namespace, program, 'echo0', ...numbers]);
  await once(child.stdout, 'data');
  run('ip', '-n', namespace, 'address', 'add', '10.78.0.1/24', 'dev', 'echo0');
  run('ip', '-n', namespace, 'link', 'set', 'echo0', 'up');
  return child;
}

/** Ends a program that `startResponder` started; its interface goes with it. */
export async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/**
 * Two namespaces with a wire between them: 10.77.0.1 and fd77::1 here, 10.77.0.2 and fd77::2 there.
 * @returns their names and what takes them away again
 */
export function createPair(): { here: string; there: string; remove: () => void } {
  const here = `here-${process.pid}`;
  const there = `there-${process.pid}`;
  run('ip', 'netns', 'add', here);
  run('ip', 'netns', 'add', there);
  for (const name of [here, there]) {
    // Duplicate address detection (RFC 4862 section 5.4) would hold IPv6 back for a second or two.
    run('ip', 'netns', 'exec', name, 'sysctl', '-qw', 'net.ipv6.conf.default.accept_dad=0');
  }
  run('ip', '-n', here, 'link', 'add', 'wire', 'type', 'veth', 'peer', 'name', 'wire', 'netns', there);
  for (const [name, last] of [
    [here, 1],
    [there, 2],
  ] as const) {
    run('ip', '-n', name, 'address', 'add', `10.77.0.${last}/24`, 'dev', 'wire');
    run('ip', '-n', name, 'address', 'add', `fd77::${last}/64`, 'dev', 'wire', 'nodad');
    run('ip', '-n', name, 'link', 'set', 'lo', 'up');
    run('ip', '-n', name, 'link', 'set', 'wire', 'up');
  }
  return {
    here,
    there,
    remove: () => {
      run('ip', 'netns', 'del', here);
      run('ip', 'netns', 'del', there);
    },
  };
}
