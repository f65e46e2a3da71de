import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Walks of real devices, kept beside the project. */
export const RECORDINGS = path.resolve(__dirname, '../../../shared/recordings');

export interface ExpectedInterface {
  ifIndex: number;
  name: string;
  descr: string;
  alias: string | null;
  type: number;
  admin: number;
  oper: number;
  speed: number | null;
  highSpeed: number | null;
}

export interface ExpectedDevice {
  ifCount: number;
  interfaces: ExpectedInterface[];
}

export async function expectedDevices(): Promise<Record<string, ExpectedDevice>> {
  return JSON.parse(await readFile(path.join(RECORDINGS, 'expected.json'), 'utf8')) as Record<string, ExpectedDevice>;
}

export function recordingsMissing(): string | null {
  if (!existsSync(path.join(RECORDINGS, 'expected.json'))) {
    return `left out: no recordings under ${RECORDINGS}`;
  }
  return existsSync('/usr/bin/snmpsimd') ? null : 'left out: snmpsimd is not installed (Debian package snmpsim)';
}

export function snmpdMissing(): string | null {
  return existsSync('/usr/sbin/snmpd') && existsSync('/usr/bin/snmpget')
    ? null
    : 'left out: snmpd and snmpget are not installed (Debian packages snmpd, snmp)';
}

export interface Agent {
  port: number;
  stop(): Promise<void>;
}

/** A port that was free a moment ago. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

/** All recordings behind one port; the community is the file's name. */
export async function startRecordings(): Promise<Agent> {
  const port = await freeUdpPort();
  const cache = await mkdtemp(path.join(tmpdir(), 'recordings-'));
  await chmod(cache, 0o777);
  const child = spawn(
    'snmpsimd',
    [
      `--data-dir=${RECORDINGS}`,
      `--cache-dir=${cache}`,
      `--agent-udpv4-endpoint=127.0.0.1:${port}`,
      '--process-user=nobody',
      '--process-group=nogroup',
      '--logging-method=null',
    ],
    { stdio: 'ignore' }
  );
  return ready(child, port, 'mikrotik-chr2', cache);
}

/**
 * Debian's snmpd on the interfaces of this machine. With `home` it keeps its engine id and its count of boots from start
 * to start, and leaves the folder behind.
 */
export async function startSnmpd(extra: readonly string[] = [], home?: string): Promise<Agent> {
  const port = await freeUdpPort();
  const dir = home ?? (await mkdtemp(path.join(tmpdir(), 'snmpd-')));
  const conf = path.join(dir, 'snmpd.conf');
  await writeFile(
    conf,
    ['rocommunity localtest 127.0.0.1', 'sysName test-agent', 'sysLocation rack 7', ...extra].join('\n')
  );
  await mkdir(path.join(dir, 'state'), { recursive: true });
  const child = spawn('snmpd', ['-f', '-Lo', '-C', '-c', conf, '-I', '-smux', `127.0.0.1:${port}`], {
    stdio: 'ignore',
    env: { ...process.env, SNMP_PERSISTENT_DIR: path.join(dir, 'state') },
  });
  return ready(child, port, 'localtest', home === undefined ? dir : null);
}

async function ready(child: ChildProcess, port: number, community: string, dir: string | null): Promise<Agent> {
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
    if (dir !== null) {
      await rm(dir, { recursive: true, force: true });
    }
  };
  const deadline = Date.now() + 40_000;
  while (Date.now() < deadline && child.exitCode === null) {
    try {
      await snmpget(port, community, ['1.3.6.1.2.1.1.3.0'], ['-t', '0.5', '-r', '0']);
      return { port, stop };
    } catch {
      // Not yet: it reads its data first.
    }
  }
  await stop();
  throw new Error(`agent on port ${port} did not answer within 40 s (exit code ${child.exitCode})`);
}

/** Values as the reference client prints them, by OID; objects that are not there are left out. */
export async function snmpget(
  port: number,
  community: string,
  oids: readonly string[],
  options: readonly string[] = []
): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for (let from = 0; from < oids.length; from += 30) {
    const part = oids.slice(from, from + 30);
    const { stdout } = await run('snmpget', [
      ...['-v2c', '-c', community, '-On', '-Oe', '-OU', '-Oq', '-Ot', '-m', '', ...options],
      `127.0.0.1:${port}`,
      ...part,
    ]);
    for (const line of stdout.split('\n')) {
      const [, oid, value] = /^\.([\d.]+) (.*)$/.exec(line) ?? [];
      if (oid !== undefined && value !== undefined && !value.startsWith('No Such')) {
        values.set(oid, value.replace(/^"(.*)"$/, '$1'));
      }
    }
  }
  return values;
}
