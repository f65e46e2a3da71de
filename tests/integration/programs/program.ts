import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { until } from '../provisioning/programs';

const ROOT = path.resolve(__dirname, '../../..');
const run = promisify(execFile);

/** Builds what is out of date; test files that run side by side wait for each other. */
export async function build(): Promise<void> {
  const script = `import('./scripts/setup/build.mjs').then((m) => m.ensureBuilt())`;
  const lock = path.join(os.tmpdir(), 'isp-monitor-build.lock');
  await run('flock', [lock, process.execPath, '-e', script], { cwd: ROOT });
}

export interface ProgramOptions {
  /** Added to the environment. */
  env?: Record<string, string>;
  /** Runs as this user and group, without capabilities. */
  user?: number;
}

export interface LogLine {
  level: number;
  msg: string;
}

/** The built exporter or sidecar in a process group of its own, so that whatever it leaves behind is found. */
export class Program {
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stdout = '';
  stderr = '';
  private readonly child: ChildProcess;

  constructor(
    readonly name: 'exporter' | 'discovery',
    args: readonly string[],
    { env, user }: ProgramOptions = {}
  ) {
    const program = [path.join(ROOT, 'exporter/dist/bin', `${name}.js`), ...args];
    const [command, ...rest] =
      user === undefined
        ? [process.execPath, ...program]
        : ['setpriv', '--reuid', `${user}`, '--regid', `${user}`, '--clear-groups', process.execPath, ...program];
    const child = spawn(command!, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      cwd: ROOT,
      env: { PATH: process.env['PATH'], ...env },
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    this.child = child;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Everything that it ever said. */
  get said(): string {
    return this.stdout + this.stderr;
  }

  get log(): LogLine[] {
    const whole = this.stdout.slice(0, this.stdout.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as LogLine);
  }

  told(text: string | RegExp): LogLine[] {
    return this.log.filter(({ msg }) => (typeof text === 'string' ? msg.includes(text) : text.test(msg)));
  }

  /** Address once it serves; an error with its last words when it ends instead. */
  async serving(): Promise<string> {
    await this.until('it serves', () => this.told(/^serving http/).length > 0);
    return this.told(/^serving http/)[0]!.msg.replace('serving ', '');
  }

  /** Waits for what only a living program can bring about. */
  async until(what: string, ask: () => boolean | Promise<boolean>, deadlineMs?: number): Promise<void> {
    let over = false;
    try {
      await until(
        `${this.name}: ${what}`,
        async () => {
          over = this.child.exitCode !== null || this.child.signalCode !== null;
          return over || (await ask());
        },
        deadlineMs
      );
    } catch (err) {
      throw new Error(`${(err as Error).message}\n${this.said.slice(-2000)}`);
    }
    if (over) {
      throw new Error(
        `waited for ${this.name}: ${what}; it ended with ${this.child.exitCode}:\n${this.said.slice(-2000)}`
      );
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Processes of its group, itself included. */
  async processes(): Promise<string[]> {
    const { stdout } = await run('ps', ['-e', '-o', 'pgid=,pid=,args=']);
    return stdout.split('\n').filter((line) => line.trim().split(/\s+/)[0] === `${this.pid}`);
  }

  /** Ends the whole group at once. */
  async kill(): Promise<void> {
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
    await this.ended;
  }
}

/** Programs and files of one test file: a folder for the files, and every program that must not outlive it. */
export class Ground {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'programs-'));
  private readonly programs: Program[] = [];

  constructor() {
    // Programs that run as another user read from it too.
    chmodSync(this.folder, 0o755);
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  file(name: string, text: string): string {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  start(name: Program['name'], args: readonly string[], options?: ProgramOptions): Program {
    const program = new Program(name, args, options);
    this.programs.push(program);
    return program;
  }

  /** Everything that any of its programs said. */
  get said(): string {
    return this.programs.map((program) => program.said).join('');
  }

  async remove(): Promise<void> {
    await Promise.all(this.programs.map((program) => program.kill()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
