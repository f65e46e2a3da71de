import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, createWriteStream, existsSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** Real programs of one test, each with a log, in a folder of their own; `stop` ends them and removes it. */
export class Programs {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'isp-monitor-'));
  private readonly running: ChildProcess[] = [];

  /** Starts a program and waits until `health` answers with 2xx; a failure names the end of its log. */
  async start(name: string, args: string[], health: string): Promise<void> {
    const log = path.join(this.folder, `${name}.log`);
    const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const out = createWriteStream(log);
    child.stdout.pipe(out);
    child.stderr.pipe(out);
    child.on('error', (err) => out.write(String(err)));
    this.running.push(child);
    try {
      await until(`${name} answers at ${health}`, async () => (await fetch(health)).ok);
    } catch (err) {
      throw new Error(`${(err as Error).message}\n${existsSync(log) ? readFileSync(log, 'utf8').slice(-2000) : ''}`);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.running.map(async (child) => {
        if (child.exitCode === null && child.signalCode === null) {
          const ended = new Promise((resolve) => child.once('exit', resolve));
          child.kill('SIGKILL');
          await ended;
        }
      })
    );
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Asks again until the answer is true; after the deadline an error says what was waited for. */
export async function until(what: string, ask: () => Promise<boolean>, deadlineMs = 30_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  let last: unknown = 'the answer was no';
  while (Date.now() < end) {
    try {
      if (await ask()) {
        return;
      }
    } catch (err) {
      last = err;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited ${deadlineMs / 1000} s in vain until ${what}: ${String(last)}`);
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<net.Server>((resolve) => {
          const server = net.createServer().listen(0, '127.0.0.1', () => resolve(server));
        })
    )
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}

/** An instant query; a refusal is an error with the server's words. */
export async function query(base: string, expr: string): Promise<Sample[]> {
  const response = await fetch(`${base}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query: expr }) });
  const answer = (await response.json()) as { status: string; error?: string; data: { result: Sample[] } };
  if (answer.status !== 'success') {
    throw new Error(`${expr}: ${answer.error}`);
  }
  return answer.data.result;
}
