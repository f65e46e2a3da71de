import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import type { EchoOutcome, EchoPlan } from '../../exporter/src/ping/driver';
import { createPair, end, run, startResponder, whyNoNamespaces } from './ping/namespaces';

const ROOT = path.resolve(__dirname, '../..');
const PLAN: EchoPlan = { count: 3, gapMs: 30, timeoutMs: 300 };
const NOBODY = 65534;

const noNamespaces = whyNoNamespaces();
const inNamespace = noNamespaces === undefined ? it : it.skip;
const hasFping = isInstalled('fping', '-v');
const hasResponder = isInstalled('cc', '--version') && existsSync('/dev/net/tun');
const withResponder = hasResponder ? inNamespace : it.skip;

function isInstalled(program: string, argument: string): boolean {
  try {
    execFileSync(program, [argument], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

interface Result {
  description: string;
  outcomes: EchoOutcome[];
  counters: Record<string, number> | null;
  uid: number;
  error?: string;
}

/** The program and its one native package in a folder that every user can read. */
let folder: string;
let pair: ReturnType<typeof createPair> | undefined;

beforeAll(async () => {
  if (noNamespaces !== undefined) {
    console.warn(`tests in network namespaces are skipped: ${noNamespaces}`);
  }
  if (!hasFping) {
    console.warn('tests of fping are skipped: the program is not installed');
  }
  if (!hasResponder) {
    console.warn('tests against the echo responder are skipped: they need a C compiler (cc) and /dev/net/tun');
  }
  folder = mkdtempSync(path.join(tmpdir(), 'ping-'));
  chmodSync(folder, 0o755);
  buildSync({
    entryPoints: [path.join(__dirname, 'ping/round.ts')],
    outfile: path.join(folder, 'round.js'),
    bundle: true,
    platform: 'node',
    external: ['koffi'],
  });
  mkdirSync(path.join(folder, 'node_modules'));
  for (const name of ['koffi', '@koromix']) {
    cpSync(path.join(ROOT, 'node_modules', name), path.join(folder, 'node_modules', name), { recursive: true });
  }
  if (hasResponder) {
    run('cc', '-O2', '-o', path.join(folder, 'responder'), path.join(ROOT, 'tests/bench/ping/responder.c'));
  }
  if (noNamespaces === undefined) {
    pair = createPair();
    await wireIsUp();
  }
});

afterAll(() => {
  pair?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** The kernel lets IPv6 use a new wire up to a second or two after it came up. */
async function wireIsUp(): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const { outcomes, error } = await ping(here(), 'raw', ['10.77.0.2', 'fd77::2'], { ...PLAN, count: 1 });
    if (error === undefined && outcomes.every((outcome) => answered(outcome) === 1)) {
      return;
    }
    if (Date.now() > deadline) {
      throw new Error(`the wire between the namespaces does not come up: ${JSON.stringify({ outcomes, error })}`);
    }
  }
}

function ping(prefix: string[], kind: string, addresses: string[], plan = PLAN): Promise<Result> {
  const command = [
    ...prefix,
    process.execPath,
    path.join(folder, 'round.js'),
    kind,
    JSON.stringify(plan),
    ...addresses,
  ];
  return new Promise((resolve, reject) => {
    execFile(command[0]!, command.slice(1), (err, stdout, stderr) => {
      if (err) {
        reject(new Error(`${err.message}${stderr}`));
      } else {
        resolve(JSON.parse(stdout) as Result);
      }
    });
  });
}

/** Runs something while a responder with an exact delay answers for 10.78.0.0/24. */
async function against<T>(delayMs: number, answers: number, dropEvery: number, work: () => Promise<T>): Promise<T> {
  const responder = await startResponder(path.join(folder, 'responder'), pair!.here, delayMs, answers, dropEvery);
  try {
    return await work();
  } finally {
    await end(responder);
  }
}

const here = () => ['ip', 'netns', 'exec', pair!.here];
const asNobody = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--inh-caps=-all'];

function allowPing(range: string): void {
  run('ip', 'netns', 'exec', pair!.here, 'sysctl', '-qw', `net.ipv4.ping_group_range=${range}`);
}

const answered = (outcome: EchoOutcome | undefined) => outcome?.rttsMs.length;

describe.each<[string, () => string[], string, string]>([
  ['raw sockets as root', here, 'raw', 'ICMP raw sockets'],
  ['datagram sockets as nobody', () => [...here(), ...asNobody], 'dgram', 'ICMP datagram sockets'],
])('%s', (_name, prefix, kind, description) => {
  beforeAll(() => {
    if (pair) {
      allowPing('0 2147483647');
    }
  });

  inNamespace('reach the other end over IPv4 and IPv6, and say when nobody is there', async () => {
    const addresses = ['127.0.0.1', '::1', '10.77.0.2', 'fd77::2', '10.77.0.9', 'fd77::9'];
    const result = await ping(prefix(), kind, addresses);
    expect(result.error).toBeUndefined();
    expect(result.description).toBe(description);
    expect(result.uid).toBe(kind === 'dgram' ? NOBODY : 0);
    expect(result.outcomes.map(answered)).toEqual([3, 3, 3, 3, 0, 0]);
    expect(result.outcomes.map(({ sent }) => sent)).toEqual([3, 3, 3, 3, 3, 3]);
    expect(result.outcomes.flatMap(({ rttsMs }) => rttsMs).every((rtt) => rtt >= 0 && rtt <= PLAN.timeoutMs)).toBe(
      true
    );
  });

  inNamespace('have the refusal of the system as the outcome of that target alone', async () => {
    run('ip', '-n', pair!.here, 'route', 'add', 'prohibit', '10.88.0.0/24');
    const result = await ping(prefix(), kind, ['10.99.0.1', '10.88.0.1', '10.77.0.2']);
    run('ip', '-n', pair!.here, 'route', 'del', 'prohibit', '10.88.0.0/24');
    expect(result.outcomes).toEqual([
      { sent: 3, rttsMs: [], error: expect.stringMatching(/^send echo to 10\.99\.0\.1: ENETUNREACH /) },
      { sent: 0, rttsMs: [], error: expect.stringMatching(/^send echo to 10\.88\.0\.1: EACCES /) },
      { sent: 3, rttsMs: [expect.any(Number), expect.any(Number), expect.any(Number)] },
    ]);
  });

  withResponder('time what the way delays, and count what it loses', async () => {
    const { outcomes } = await against(40, 1, 3, () => ping(prefix(), kind, ['10.78.0.2', '10.77.0.9']));
    expect(outcomes.map(answered)).toEqual([2, 0]);
    for (const rtt of outcomes[0]!.rttsMs) {
      // When an echo left is known to some µs, either way.
      expect(rtt).toBeGreaterThan(39.9);
      expect(rtt).toBeLessThan(60);
    }
  });

  withResponder('take no reply that is too late, and each echo once', async () => {
    const plan = { count: 3, gapMs: 100, timeoutMs: 100 };
    const late = await against(150, 1, 0, () => ping(prefix(), kind, ['10.78.0.2'], plan));
    expect(late.outcomes[0]).toEqual({ sent: 3, rttsMs: [] });
    expect(late.counters!['late']).toBeGreaterThan(0);
    const twice = await against(10, 2, 0, () => ping(prefix(), kind, ['10.78.0.2'], plan));
    expect(twice.outcomes[0]!.rttsMs).toHaveLength(3);
    expect(twice.counters!['duplicates']! + twice.counters!['late']!).toBeGreaterThan(0);
  });

  withResponder('measure true times while the event loop is blocked for 50 ms again and again', async () => {
    const addresses = Array.from({ length: 30 }, (_, i) => `10.78.0.${i + 2}`);
    const plan = { count: 5, gapMs: 100, timeoutMs: 1000, blockMs: 50 };
    const { outcomes } = await against(5, 1, 0, () => ping(prefix(), kind, addresses, plan));
    const rtts = outcomes.flatMap(({ rttsMs }) => rttsMs).sort((a, b) => a - b);
    expect(rtts).toHaveLength(150);
    // How exact the times are is the benchmark's matter; a busy machine may delay the responder itself. Times taken by
    // the blocked program instead of the kernel would be 25 ms too long in the middle.
    expect(rtts[0]).toBeGreaterThan(4);
    expect(rtts[75]).toBeLessThan(15);
  });
});

inNamespace('datagram sockets are refused outside ping_group_range, with the word of the system', async () => {
  allowPing('1 0');
  const result = await ping([...here(), ...asNobody], 'dgram', ['127.0.0.1']);
  expect(result.error).toBe(
    'open ICMPv4 dgram socket: EACCES (permission denied), open ICMPv6 dgram socket: EACCES (permission denied)'
  );
  const raw = await ping([...here(), ...asNobody], 'raw', ['127.0.0.1']);
  expect(raw.error).toContain('open ICMPv4 raw socket: EPERM (operation not permitted)');
});

inNamespace('two processes with raw sockets do not take each other for their own', async () => {
  const addresses = Array.from({ length: 200 }, (_, i) => `127.0.1.${i}`);
  const results = await Promise.all([1, 2].map(() => ping(here(), 'raw', addresses)));
  for (const { outcomes, counters } of results) {
    expect(outcomes.every(({ rttsMs }) => rttsMs.length === 3)).toBe(true);
    expect(counters).toMatchObject({ replies: 600, duplicates: 0, late: 0, misaddressed: 0, dropped: 0 });
  }
});

(hasFping ? inNamespace : it.skip)('fping reaches the other end too', async () => {
  const result = await ping(here(), 'fping', ['127.0.0.1', '10.77.0.2', 'fd77::2', '10.77.0.9']);
  expect(result.description).toMatch(/^fping \d+\.\d+ \(fping\)$/);
  expect(result.outcomes.map(answered)).toEqual([3, 3, 3, 0]);
});
