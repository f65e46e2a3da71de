import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { loadBundle, parseBundle } from '../../exporter/src/config/bundle';
import { makeFleet } from '../simulator/fleet';
import { PDU } from '../simulator/message';
import { startSimulator, type Simulator } from '../simulator/simulator';
import { decodeResponse, encodeRequest, type Question } from '../simulator/wire';

const ROOT = path.resolve(__dirname, '../..');
const MAIN = path.join(ROOT, 'tests/simulator/main.ts');
const SMALL = path.join(ROOT, 'exporter/bundles/demo_small.json');
const COMMUNITY = 'only-for-this-test';
const run = promisify(execFile);

/** Starts the program and reads its one line. */
async function startProgram(args: string[]): Promise<{ child: ChildProcess; control: string }> {
  const env = { ...process.env, SIMULATOR_COMMUNITY: COMMUNITY };
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], { cwd: ROOT, env });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const ready = JSON.parse(line) as { ready: boolean; control: string };
  expect(ready.ready).toBe(true);
  return { child, control: ready.control };
}

/** What the control port may answer, as far as the tests look at it. */
interface Body {
  error: string;
  devices: { address: string; snmp_port: number; requests: { wrongCommunity: number } }[];
  outcomes: { sent: number; rtts_ms: number[] }[];
  struck: { device: string }[];
  active: unknown[];
  names: string[];
}

async function json(url: string, init?: RequestInit): Promise<{ status: number; body: Body }> {
  const res = await fetch(url, { headers: { 'content-type': 'application/json' }, ...init });
  return { status: res.status, body: (await res.json()) as Body };
}

const post = (url: string, body: unknown) => json(url, { method: 'POST', body: JSON.stringify(body) });

/** Sends one datagram and resolves with the first that comes back, or with undefined after `waitMs` of silence. */
async function exchange(address: string, port: number, bytes: Buffer, waitMs: number): Promise<Buffer | undefined> {
  const socket = createSocket('udp4');
  try {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(undefined), waitMs);
      socket.once('error', reject);
      socket.once('message', (reply) => {
        clearTimeout(timer);
        resolve(reply);
      });
      socket.send(bytes, port, address);
    });
  } finally {
    socket.close();
  }
}

const get = (oid: string): Question => ({ pdu: PDU.get, community: COMMUNITY, oids: [oid] });
const SYS_NAME = '1.3.6.1.2.1.1.5.0';

function netSnmpThere(): boolean {
  try {
    execFileSync('snmpbulkwalk', ['-V'], { stdio: 'pipe' });
    return true;
  } catch {
    console.warn('skipped: snmpbulkwalk is not installed (apt-get install snmp)');
    return false;
  }
}

(netSnmpThere() ? describe : describe.skip)('net-snmp against the program', () => {
  let child: ChildProcess;
  let control: string;
  let agent: string;
  // No MIB files: the output is numbers and does not depend on what is installed.
  const env = { ...process.env, MIBS: '', MIBDIRS: '/nonexistent' };

  beforeAll(async () => {
    ({ child, control } = await startProgram(['--bundle', 'demo_small', '--snmp-port', '0']));
    const { body } = await json(`${control}/devices`);
    agent = `${body.devices[0]!.address}:${body.devices[0]!.snmp_port}`;
  });
  afterAll(async () => {
    if (child.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  async function walk(command: string, version: string, from: string): Promise<string[]> {
    const args = ['-v', version, '-c', COMMUNITY, '-On', '-r', '1', '-t', '5', agent, from];
    return (await run(command, args, { env })).stdout.trim().split('\n');
  }

  const { interfaces } = loadBundle(SMALL).devices[0]!;
  const columnsOf = (lines: string[], entry: string) =>
    lines.reduce((found, line) => {
      const match = new RegExp(`^\\.${entry}\\.(\\d+)\\.\\d+ = (\\w+)`).exec(line);
      return match ? found.set(Number(match[1]), match[2]!) : found;
    }, new Map<number, string>());

  it('snmpbulkwalk finds every column of ifTable with its type', async () => {
    const lines = await walk('snmpbulkwalk', '2c', '.1.3.6.1.2.1.2.2');
    expect(lines).toHaveLength(22 * interfaces.length);
    const [int, text, c32] = ['INTEGER', 'STRING', 'Counter32'];
    const types = [
      int,
      text,
      int,
      int,
      'Gauge32',
      'Hex',
      int,
      int,
      'Timeticks',
      ...Array(6).fill(c32),
      ...Array(5).fill(c32),
    ];
    const found = columnsOf(lines, '1\\.3\\.6\\.1\\.2\\.1\\.2\\.2\\.1');
    // A MAC address prints as Hex-STRING, the empty one of a loopback as "".
    found.set(6, 'Hex');
    expect([...found.values()]).toEqual([...types, 'Gauge32', 'OID']);
    expect([...found.keys()]).toEqual(Array.from({ length: 22 }, (_, n) => n + 1));
  });

  it('snmpbulkwalk finds every column of ifXTable with its type', async () => {
    const lines = await walk('snmpbulkwalk', '2c', '.1.3.6.1.2.1.31.1.1');
    expect(lines).toHaveLength(19 * interfaces.length);
    const found = columnsOf(lines, '1\\.3\\.6\\.1\\.2\\.1\\.31\\.1\\.1\\.1');
    const [c32, c64] = ['Counter32', 'Counter64'];
    const counters = [c32, c32, c32, c32, ...Array(8).fill(c64)];
    found.delete(18);
    expect([...found.values()]).toEqual([
      'STRING',
      ...counters,
      'INTEGER',
      'Gauge32',
      'INTEGER',
      'INTEGER',
      'Timeticks',
    ]);
    interfaces.forEach((i) => {
      expect(lines).toContain(`.1.3.6.1.2.1.31.1.1.1.1.${i.ifIndex} = STRING: "${i.ifName}"`);
      const alias = i.ifAlias === '' ? '""' : `STRING: "${i.ifAlias}"`;
      expect(lines).toContain(`.1.3.6.1.2.1.31.1.1.1.18.${i.ifIndex} = ${alias}`);
    });
  });

  it('snmpwalk by v1 sees everything but Counter64', async () => {
    const v1 = await walk('snmpwalk', '1', '.1.3.6.1.2.1');
    const v2 = await walk('snmpbulkwalk', '2c', '.1.3.6.1.2.1');
    // sysDescr has two lines; the last line of a walk may say that the agent has no more.
    const names = (lines: string[]) => lines.filter((l) => /^\.\S+ = (?!No more)/.test(l)).map((l) => l.split(' ')[0]);
    expect(names(v1)).toEqual(names(v2.filter((line) => !line.includes('Counter64:'))));
    expect(v2.filter((line) => line.includes('Counter64:'))).toHaveLength(8 * interfaces.length);
  });

  it('snmpget gets the system group', async () => {
    const args = ['-v2c', '-c', COMMUNITY, '-Oqvn', agent, SYS_NAME, '1.3.6.1.2.1.1.2.0', '1.3.6.1.2.1.2.1.0'];
    const { stdout } = await run('snmpget', args, { env });
    expect(stdout.trim().split('\n')).toEqual(['"tbilisi-r1"', '.1.3.6.1.4.1.9.1.2068', String(interfaces.length)]);
  });

  it('snmpget with another community hears nothing', async () => {
    const args = ['-v2c', '-c', 'public', '-r', '0', '-t', '0.3', agent, SYS_NAME];
    await expect(run('snmpget', args, { env })).rejects.toThrow('No Response');
    const { body } = await json(`${control}/devices`);
    expect(body.devices[0]!.requests.wrongCommunity).toBe(1);
  });

  it('SIGTERM ends it with 0', async () => {
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
  });
});

describe('the program refuses', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'simulator-'));
    writeFileSync(path.join(dir, 'empty'), '\n');
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it.each<[string, string[], string | undefined, number, string]>([
    ['to start without community', ['--bundle', 'demo_small'], undefined, 2, 'no community: set SIMULATOR_COMMUNITY'],
    [
      'an empty community file',
      ['--bundle', 'demo_small', '--community-file', 'DIR/empty'],
      'x',
      2,
      'is empty; it must hold',
    ],
    ['to start without bundle', [], 'x', 2, 'name one of --bundle and --fleet'],
    ['bundle and fleet', ['--bundle', 'a', '--fleet', 'b'], 'x', 2, 'name one of --bundle and --fleet'],
    ['a bundle that is not there', ['--bundle', 'gone'], 'x', 1, 'gone: cannot be read (ENOENT)'],
    ['a fleet that is none', ['--fleet', 'devices=x'], 'x', 1, 'it must be devices=N,interfaces=M'],
    [
      'a port that is none',
      ['--bundle', 'demo_small', '--snmp-port', '70000'],
      'x',
      2,
      'a whole number from 0 to 65535',
    ],
    ['a public control port', ['--bundle', 'demo_small', '--listen', '0.0.0.0:0'], 'x', 1, 'it has no authentication'],
    ['a control port without port', ['--bundle', 'demo_small', '--listen', 'here'], 'x', 2, 'it must be host:port'],
    ['an unknown option', ['--bundel', 'a'], 'x', 2, "Unknown option '--bundel'"],
  ])('%s', async (_, args, community, code, message) => {
    const env: NodeJS.ProcessEnv = { ...process.env, SIMULATOR_COMMUNITY: community };
    if (community === undefined) {
      delete env['SIMULATOR_COMMUNITY'];
    }
    const all = ['--import', 'tsx', MAIN, ...args.map((a) => a.replace('DIR', dir))];
    const failure = await run(process.execPath, all, { cwd: ROOT, env }).then(
      () => undefined,
      (err: { code: number; stderr: string }) => err
    );
    expect(failure?.stderr).toContain(message);
    expect(failure?.stderr).not.toContain('    at ');
    expect(failure?.code).toBe(code);
  });
});

describe('a simulator in this process', () => {
  let simulator: Simulator;
  let now = Date.UTC(2026, 2, 4, 12);
  let port: number;
  const bundle = loadBundle(SMALL);

  beforeAll(async () => {
    simulator = await startSimulator({ bundle, community: COMMUNITY, controlPort: 0, snmpPort: 0, clock: () => now });
    port = simulator.devices[0]!.snmp_port;
  });
  afterAll(() => simulator.stop());
  afterEach(() => json(`${simulator.controlUrl}/scenario`, { method: 'DELETE' }));

  const url = (path: string) => `${simulator.controlUrl}${path}`;
  const ask = async (address: string, question: Question, waitMs = 2_000) => {
    const reply = await exchange(address, port, encodeRequest(question), waitMs);
    return reply && decodeResponse(reply);
  };

  it('answers SNMP on the address of each device, on one port', async () => {
    for (const device of bundle.devices) {
      const reply = await ask(device.address, get(SYS_NAME));
      expect(String(reply?.varbinds[0]?.value)).toBe(device.name);
    }
  });

  it('is healthy and lists its devices', async () => {
    expect(await (await fetch(url('/-/healthy'))).text()).toBe('ok\n');
    const { body } = await json(url('/devices'));
    expect(body.devices).toHaveLength(6);
    expect(body.devices[0]).toMatchObject({ name: 'tbilisi-r1', site: 'Tbilisi', uplinks: ['Gi0/0/0', 'Gi0/0/1'] });
  });

  it('answers echoes at once and in order; nobody is at an unknown address', async () => {
    const addresses = ['127.1.1.1', '127.99.9.9', '127.200.0.1'];
    const { status, body } = await post(url('/icmp'), { addresses, count: 5, timeout_ms: 1000 });
    expect(status).toBe(200);
    expect(body.outcomes.map((o) => [o.sent, o.rtts_ms.length])).toEqual([
      [5, 5],
      [5, 0],
      [5, 5],
    ]);
    expect(body.outcomes[0]!.rtts_ms.every((rtt: number) => rtt > 0 && rtt < 1_000)).toBe(true);
  });

  it('switches a scenario, says what it struck, and heals', async () => {
    const begun = await post(url('/scenario'), { name: 'device-down', site: 'Batumi', for: 60 });
    const struck = [{ device: 'batumi-r1', id: 'batumi-r1', site: 'Batumi', interfaces: [] }];
    expect(begun).toEqual({ status: 200, body: { name: 'device-down', struck, until: '2026-03-04T12:01:00.000Z' } });
    const { body } = await json(url('/scenario'));
    expect(body.active).toEqual([
      { name: 'device-down', ...struck[0], since: '2026-03-04T12:00:00.000Z', until: '2026-03-04T12:01:00.000Z' },
    ]);
    expect(body.names).toContain('flapping');
    expect(await ask('127.1.2.1', get(SYS_NAME), 200)).toBeUndefined();
    expect(
      (await post(url('/icmp'), { addresses: ['127.1.2.1'], count: 5, timeout_ms: 1000 })).body.outcomes[0]!.rtts_ms
    ).toEqual([]);
    expect((await json(url('/scenario'), { method: 'DELETE' })).body.struck).toEqual(struck);
    expect((await json(url('/scenario'))).body.active).toEqual([]);
    expect(await ask('127.1.2.1', get(SYS_NAME))).toBeDefined();
  });

  it('heals one device and leaves the others ill', async () => {
    simulator.setScenario({ name: 'acl-drop', device: 'batumi-r1' });
    simulator.setScenario({ name: 'acl-drop', device: 'kutaisi-r1' });
    const healed = await post(url('/scenario'), { name: 'healthy', device: 'batumi-r1' });
    expect(healed.body.struck.map((s) => s.device)).toEqual(['batumi-r1']);
    expect(simulator.activeScenarios().map((s) => s.device)).toEqual(['kutaisi-r1']);
    const nobody = await post(url('/scenario'), { name: 'healthy', device: 'nobody' });
    expect(nobody.status).toBe(400);
    expect(nobody.body.error).toContain('there is no device "nobody"');
  });

  it('ends a scenario by the clock', async () => {
    simulator.setScenario({ name: 'acl-drop', device: 'tbilisi-r2', for: 30 });
    expect(await ask('127.1.1.2', get(SYS_NAME), 200)).toBeUndefined();
    now += 31_000;
    expect(await ask('127.1.1.2', get(SYS_NAME))).toBeDefined();
  });

  it('answers garbage that is no SNMP while malformed', async () => {
    simulator.setScenario({ name: 'malformed', device: 'tbilisi-r2' });
    const reply = await exchange('127.1.1.2', port, encodeRequest(get(SYS_NAME)), 2_000);
    expect(reply).toHaveLength(48);
    expect(() => decodeResponse(reply!)).toThrow('value of 127 octets at 2');
  });

  it('answers after 3 s while slow', async () => {
    simulator.setScenario({ name: 'slow-agent', device: 'tbilisi-r2' });
    const begin = performance.now();
    expect(await ask('127.1.1.2', get(SYS_NAME), 10_000)).toBeDefined();
    expect(performance.now() - begin).toBeGreaterThanOrEqual(2_990);
  });

  it('keeps silent on what is no request, and answers the next one', async () => {
    expect(await exchange('127.1.1.2', port, Buffer.from('hello'), 200)).toBeUndefined();
    expect(await ask('127.1.1.2', get(SYS_NAME))).toBeDefined();
    const device = simulator.devices.find((d) => d.name === 'tbilisi-r2');
    expect(device?.requests.malformed).toBe(1);
  });

  it('shows the new ifIndex of an interface after ifindex-renumber', async () => {
    const name = (index: number) => ask('127.1.1.1', get(`1.3.6.1.2.1.31.1.1.1.1.${index}`));
    const indexes = bundle.devices[0]!.interfaces.map((i) => i.ifIndex);
    const names = async () => Promise.all(indexes.map(async (i) => String((await name(i))?.varbinds[0]?.value)));
    const before = await names();
    simulator.setScenario({ name: 'ifindex-renumber', device: 'tbilisi-r1' });
    const after = await names();
    expect(after).not.toEqual(before);
    expect([...after].sort()).toEqual([...before].sort());
  });

  it.each<[string, string, RequestInit, number, string]>([
    [
      'an unknown scenario',
      '/scenario',
      { method: 'POST', body: '{"name":"x"}' },
      400,
      'there are healthy, device-down',
    ],
    ['no name', '/scenario', { method: 'POST', body: '{}' }, 400, 'name: Invalid input'],
    ['an unknown key', '/scenario', { method: 'POST', body: '{"name":"healthy","x":1}' }, 400, 'Unrecognized key: "x"'],
    ['a time that is none', '/scenario', { method: 'POST', body: '{"name":"reboot","for":-1}' }, 400, 'for: Too small'],
    ['no JSON', '/scenario', { method: 'POST', body: '{' }, 400, 'the body is no JSON'],
    ['no addresses', '/icmp', { method: 'POST', body: '{"count":5,"timeout_ms":9}' }, 400, 'addresses: Invalid input'],
    ['another path', '/other', {}, 404, 'there is no GET /other; there are'],
  ])('answers a request with %s by what would be right', async (_, path, init, status, message) => {
    const reply = await json(url(path), init);
    expect(reply.status).toBe(status);
    expect(reply.body.error).toContain(message);
  });

  it.each<[string, Partial<Parameters<typeof startSimulator>[0]>, RegExp]>([
    ['without community', { community: '' }, /needs a community; there is no default/],
    [
      'on a public control address',
      { controlHost: '0.0.0.0' },
      /cannot listen on 0\.0\.0\.0: it has no authentication/,
    ],
    [
      'for a device outside of 127.0.0.0/8',
      {
        bundle: parseBundle({
          name: 'far',
          sites: [{ name: 'S' }],
          devices: [{ name: 'r', address: '10.0.0.1', site: 'S' }],
        }),
      },
      /device r of bundle far is at 10\.0\.0\.1; simulated devices live in 127\.0\.0\.0\/8/,
    ],
  ])('does not start %s', async (_, options, message) => {
    const base = { bundle, community: COMMUNITY, controlPort: 0, snmpPort: 0 };
    await expect(startSimulator({ ...base, ...options })).rejects.toThrow(message);
  });

  it('says which agent cannot have its port, and which control port is taken', async () => {
    const base = { bundle, community: COMMUNITY };
    await expect(startSimulator({ ...base, controlPort: 0, snmpPort: port })).rejects.toThrow(
      `agent tbilisi-r1 cannot listen on 127.1.1.1:${port}/udp (EADDRINUSE): another process has it; end that one or choose another --snmp-port`
    );
    const taken = Number(new URL(simulator.controlUrl).port);
    await expect(startSimulator({ ...base, controlPort: taken, snmpPort: 0 })).rejects.toThrow(
      `the control port 127.0.0.1:${taken} cannot be had (EADDRINUSE); name another one`
    );
  });
});

it('2,000 agents live in one process, answer all, and leave nothing behind', async () => {
  const bundle = makeFleet({ devices: 2_000, interfaces: 8_000 });
  const simulator = await startSimulator({ bundle, community: COMMUNITY, controlPort: 0, snmpPort: 0 });
  const port = simulator.devices[0]!.snmp_port;
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  const heard = new Set<string>();
  socket.on('message', (bytes, from) => {
    if (decodeResponse(bytes).varbinds.length === 8) {
      heard.add(from.address);
    }
  });
  try {
    const columns = ['1.3.6.1.2.1.31.1.1.1.6', '1.3.6.1.2.1.31.1.1.1.10'];
    const request = encodeRequest({ pdu: PDU.getBulk, community: COMMUNITY, second: 4, oids: columns });
    const deadline = Date.now() + 30_000;
    const silent = () => bundle.devices.filter((d) => !heard.has(d.address));
    // Replies of one batch fit the receive buffer; where one was lost all the same, it is asked for again.
    while (heard.size < 2_000 && Date.now() < deadline) {
      const batch = silent().slice(0, 100);
      batch.forEach((d) => socket.send(request, port, d.address));
      const patience = Date.now() + 500;
      while (Date.now() < patience && batch.some((d) => !heard.has(d.address))) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    expect(heard.size).toBe(2_000);
  } finally {
    socket.close();
    await simulator.stop();
  }
  const again = await startSimulator({ bundle, community: COMMUNITY, controlPort: 0, snmpPort: port });
  await again.stop();
});
