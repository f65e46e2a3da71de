import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { isIP } from 'node:net';
import type { EchoOutcome, EchoPlan, PingDriver } from './driver';
import { fpingArguments, parseFpingLine } from './fping-format';

/** Enough processes to keep the load even, few enough that starting them costs little. */
const SLOT_MS = 1000;
const PROBE_TIMEOUT_MS = 10_000;

/** Echoes through the fping program: one process a round, addresses on its standard input, no shell. */
export class FpingDriver implements PingDriver {
  readonly name = 'fping';
  readonly slotMs = SLOT_MS;
  private readonly children = new Set<ChildProcessWithoutNullStreams>();
  private closed = false;

  private constructor(
    private readonly path: string,
    readonly description: string
  ) {}

  /**
   * Finds the program and pings the loopback address once: fping 5.1 without privileges reports every host as lost
   * (schweikert/fping issue 248), which must never be taken for an outage.
   * @throws Error of one line naming the cure
   */
  static async open(path = 'fping'): Promise<FpingDriver> {
    const version = /\d+\.\d+\S*/.exec(await capture(path, ['-v']))?.[0] ?? 'of unknown version';
    const driver = new FpingDriver(path, `fping ${version} (${path})`);
    let answered = false;
    await driver.round(['127.0.0.1'], { count: 1, gapMs: 100, timeoutMs: 500 }, (_, outcome) => {
      answered = outcome.rttsMs.length > 0;
    });
    if (!answered) {
      throw new Error(
        `${driver.description} gets no answer from 127.0.0.1, as fping without privileges does (it then reports every ` +
          `host as lost); run \`setcap cap_net_raw+ep $(command -v ${path})\``
      );
    }
    return driver;
  }

  async round(
    addresses: readonly string[],
    plan: EchoPlan,
    onDecided: (index: number, outcome: EchoOutcome) => void
  ): Promise<void> {
    if (this.closed) {
      throw new Error(`ping ${addresses.length} addresses: the fping driver is closed`);
    }
    // One address of two devices is asked once, and nothing that fping could take for an option or a name gets to it.
    const indexes = new Map<string, number[]>();
    for (const [index, address] of addresses.entries()) {
      if (isIP(address) === 0) {
        onDecided(index, { sent: 0, rttsMs: [], error: `cannot ping "${address}": it is no IPv4 or IPv6 address` });
      } else {
        indexes.set(address, [...(indexes.get(address) ?? []), index]);
      }
    }
    if (indexes.size === 0) {
      return;
    }
    const complaints = await this.run([...indexes.keys()], plan, (address, outcome) => {
      const found = indexes.get(address);
      indexes.delete(address);
      for (const index of found ?? []) {
        onDecided(index, { ...outcome });
      }
    });
    if (this.closed && indexes.size > 0) {
      throw new Error('round of echoes ended early: the fping driver was closed');
    }
    for (const [address, missing] of indexes) {
      const error = `ping ${address} with ${this.description}: no result for it${complaints ? `; it said: ${complaints}` : ''}`;
      for (const index of missing) {
        onDecided(index, { sent: 0, rttsMs: [], error });
      }
    }
  }

  /** @returns the lines that are no results, for the error text */
  private run(
    addresses: readonly string[],
    plan: EchoPlan,
    onResult: (address: string, outcome: EchoOutcome) => void
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.path, fpingArguments(addresses.length, plan), {
        env: { LC_ALL: 'C', PATH: process.env['PATH'] },
      });
      this.children.add(child);
      const complaints: string[] = [];
      let rest = '';
      const take = (line: string) => {
        const result = parseFpingLine(line, plan);
        if (result) {
          onResult(result.address, result.outcome);
        } else if (line.trim() !== '' && complaints.length < 3) {
          complaints.push(line.trim());
        }
      };
      // The summary of -q -C goes to standard error; standard output carries nothing in this mode.
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop()!;
        lines.forEach(take);
      });
      child.stdout.resume();
      child.on('error', (err) => {
        this.children.delete(child);
        reject(startError(this.path, err));
      });
      child.on('close', () => {
        this.children.delete(child);
        take(rest);
        resolve(complaints.join(' | '));
      });
      // When fping ends before it has read all, the missing results tell more than a broken pipe.
      child.stdin.on('error', () => undefined);
      child.stdin.end(`${addresses.join('\n')}\n`);
    });
  }

  /** Ends the processes that still run; their rounds are rejected. */
  async close(): Promise<void> {
    this.closed = true;
    const ends = [...this.children].map((child) => new Promise((resolve) => child.once('close', resolve)));
    for (const child of this.children) {
      child.kill('SIGKILL');
    }
    await Promise.all(ends);
  }
}

function startError(path: string, err: NodeJS.ErrnoException): Error {
  return err.code === 'ENOENT'
    ? new Error(`fping not found as "${path}"; run \`apt-get install fping\` or give its path`)
    : new Error(`start fping as "${path}": ${err.code ?? err.message}; it must be a program this user may run`);
}

function capture(path: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(path, args, { timeout: PROBE_TIMEOUT_MS }, (err, stdout, stderr) => {
      if (err && typeof err.code === 'string') {
        reject(startError(path, err as NodeJS.ErrnoException));
      } else {
        resolve(`${stdout}${stderr}`);
      }
    });
  });
}
