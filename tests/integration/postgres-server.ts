import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync, chownSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Newest installed server programs, as Debian lays them out; undefined where there are none. */
export function postgresPrograms(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((v) => path.join(root, v, 'bin')).find((bin) => existsSync(path.join(bin, 'initdb')));
}

export interface PostgresServer {
  /** With user and password. */
  url: string;
  port: number;
  createDatabase(name: string): string;
  /** Ends it at once, without a checkpoint (the server's "immediate shutdown"). */
  kill(): Promise<void>;
  /** Starts it again after a kill. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const PASSWORD = 'not-for-any-log';

/** A Postgres of its own in a temporary directory, on a free port of 127.0.0.1, with a password. */
export async function startPostgres(bin: string): Promise<PostgresServer> {
  const directory = mkdtempSync(path.join(tmpdir(), 'postgres-'));
  const port = await freePort();
  // The server refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  const passwordFile = path.join(directory, 'password');
  writeFileSync(passwordFile, PASSWORD);
  if (user.uid !== undefined && user.gid !== undefined) {
    chownSync(directory, user.uid, user.gid);
    chownSync(passwordFile, user.uid, user.gid);
  }
  const data = path.join(directory, 'data');
  const options = { ...user, stdio: 'pipe', cwd: directory } as const;
  execFileSync(
    path.join(bin, 'initdb'),
    ['-D', data, '-U', 'isp', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--no-sync'],
    options
  );
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: directory,
    fsync: 'off',
    port: String(port),
  };
  const launch = () =>
    spawn(
      path.join(bin, 'postgres'),
      ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      { ...options, stdio: 'ignore' }
    );
  let server = launch();
  const end = async (signal: NodeJS.Signals) => {
    await ended(server, signal);
    rmSync(directory, { recursive: true, force: true });
  };
  const psql = (...args: string[]) =>
    execFileSync(
      path.join(bin, 'psql'),
      ['-h', '127.0.0.1', '-p', String(port), '-U', 'isp', '-d', 'postgres', ...args],
      {
        env: { ...process.env, PGPASSWORD: PASSWORD },
        stdio: 'pipe',
      }
    );
  const answers = async () => {
    for (const deadline = Date.now() + 30_000; ;) {
      try {
        psql('-c', 'select 1');
        return;
      } catch (err) {
        if (Date.now() > deadline || server.exitCode !== null) {
          await end('SIGKILL');
          throw new Error(`Postgres on port ${port} did not answer within 30 s: ${String(err)}`);
        }
      }
    }
  };
  await answers();
  const url = (database: string) => `postgres://isp:${PASSWORD}@127.0.0.1:${port}/${database}`;
  return {
    url: url('postgres'),
    port,
    createDatabase: (name) => {
      psql('-c', `create database ${name}`);
      return url(name);
    },
    kill: () => ended(server, 'SIGQUIT'),
    start: () => {
      server = launch();
      return answers();
    },
    stop: () => end('SIGINT'),
  };
}

function ended(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) {
      resolve();
      return;
    }
    server.once('exit', () => resolve());
    server.kill(signal);
  });
}

const idOf = (which: '-u' | '-g') => Number(execFileSync('id', [which, 'nobody'], { encoding: 'utf8' }));

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
