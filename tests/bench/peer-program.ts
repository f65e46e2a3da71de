import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { until } from '../integration/provisioning/programs';
import { cpuMicros } from './measured-process';

/** A program of someone else that a benchmark measures against. */
export class PeerProgram {
  private constructor(private readonly child: ChildProcess) {}

  /**
   * @param command the program and its arguments; a wrapper in front must replace itself (exec), or its own CPU is counted
   * @throws Error naming the program when it ends or is not ready within 30 s
   */
  static async start(command: readonly string[], ready: (peer: PeerProgram) => Promise<boolean>): Promise<PeerProgram> {
    const peer = new PeerProgram(spawn(command[0]!, command.slice(1), { stdio: 'ignore' }));
    let failed: Error | undefined;
    peer.child.on('error', (err) => (failed = err));
    peer.child.on('exit', (code) => (failed ??= new Error(`it ended with ${code}`)));
    try {
      await until(`${command.join(' ').slice(0, 200)} is ready`, () => (failed ? Promise.resolve(true) : ready(peer)));
      if (failed) {
        throw new Error(`start ${command.join(' ').slice(0, 200)}: ${failed.message}`);
      }
    } catch (err) {
      await peer.stop();
      throw err;
    }
    return peer;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** CPU time used so far, user and system, in µs; to 10 ms. */
  cpuMicros(): number {
    return cpuMicros(this.pid);
  }

  async stop(): Promise<void> {
    if (this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await ended;
    }
  }
}

/** Whether anyone answers there. */
export async function answers(url: string): Promise<boolean> {
  return (await fetch(url)).ok;
}
