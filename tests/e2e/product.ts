import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = path.resolve(__dirname, '../..');

export interface Product {
  page: string;
  exporter: string;
  discovery: string;
  victoriametrics: string;
  simulator: string;
  data: string;
  /** Time from the start to the line that says ready. */
  readyAfterMs: number;
  /** Ctrl-C; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Runs `npm start` as a user does and waits for its line `ready`. `prefix` runs it elsewhere, as in a network namespace. */
export async function startProduct(
  portBase: number,
  options: { args?: string[]; prefix?: string[]; env?: NodeJS.ProcessEnv } = {}
): Promise<Product> {
  const data = mkdtempSync(path.join(tmpdir(), 'product-'));
  const started = Date.now();
  const command = [
    ...(options.prefix ?? []),
    ...[
      process.execPath,
      path.join(ROOT, 'scripts/start.mjs'),
      '--no-open',
      '--data',
      data,
      '--port-base',
      String(portBase),
    ],
    ...(options.args ?? []),
  ];
  const child = spawn(command[0] as string, command.slice(1), {
    cwd: ROOT,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await readyLine(child);
  const at = (offset: number) => `http://127.0.0.1:${portBase + offset}`;
  return {
    exporter: at(0),
    discovery: at(1),
    page: at(2),
    victoriametrics: at(3),
    simulator: at(6),
    data,
    readyAfterMs: Date.now() - started,
    stop: async () => {
      const ended =
        child.exitCode !== null
          ? Promise.resolve(child.exitCode)
          : new Promise<number | null>((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      const code = await ended;
      rmSync(data, { recursive: true, force: true });
      return code;
    },
  };
}

function readyLine(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream!).on('line', (line) => {
        said.push(line);
        if (line.startsWith('ready')) {
          resolve();
        }
      });
    }
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`npm start ended with exit code ${code}:\n${said.slice(-30).join('\n')}`))
    );
  });
}

/** Switches a scenario of the simulated network. */
export async function scenario(simulator: string, request: object): Promise<void> {
  const response = await fetch(`${simulator}/scenario`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  if (!response.ok) {
    throw new Error(`POST /scenario: ${response.status} ${await response.text()}`);
  }
}
