import { askAddress, type ScanWays } from '../../exporter/src/discovery/scan/ask-address';
import { Pace } from '../../exporter/src/discovery/scan/pace';
import { Sweep } from '../../exporter/src/discovery/scan/sweep';
import { hostsOf, parseIpNetwork, type IpNetwork } from '../../exporter/src/model/ip-network';
import type { SnmpAuth } from '../../exporter/src/model/snmp-auth';
import { SnmpError, type SnmpEngine } from '../../exporter/src/snmp/session';
import { LoopbackNet, MemoryEchoes, systemRows, v2c } from './loopback-net';
import { scriptedV3Agent, USM, type ScriptedV3Agent } from './scripted-v3-agent';

const network = (text: string) => parseIpNetwork(text) as IpNetwork;
const never = new AbortController().signal;
const FAST = 100_000;

/** Conversations under way and the most there ever were at once. */
function counted(engine: SnmpEngine): SnmpEngine & { most: number } {
  const inFlight = {
    most: 0,
    open: (endpoint: Parameters<SnmpEngine['open']>[0]) => {
      const session = engine.open(endpoint);
      inFlight.most = Math.max(inFlight.most, engine.openSessions);
      return session;
    },
    get openSessions() {
      return engine.openSessions;
    },
    close: () => engine.close(),
  };
  return inFlight;
}

describe('a network with agents and silent addresses', () => {
  let net: LoopbackNet;
  let engine: SnmpEngine & { most: number };
  beforeEach(async () => {
    net = await LoopbackNet.open();
    engine = counted(net.openEngine());
  });
  afterEach(async () => {
    expect(engine.openSessions).toBe(0);
    await engine.close();
    await net.close();
  });

  const ways = (auths: Record<string, SnmpAuth>, more: Partial<ScanWays> = {}): ScanWays => ({
    engine,
    auths: Object.entries(auths).map(([name, auth]) => ({ name, auth })),
    snmpPort: net.port,
    ping: null,
    timeoutMs: 300,
    pace: new Pace(FAST),
    ...more,
  });

  it('is looked through whole: each agent with the credential that it answers, 50 addresses at once', async () => {
    const hosts = Array.from({ length: 20 }, (_, i) => `127.77.0.${3 + i * 12}`);
    for (const [i, address] of hosts.entries()) {
      await net.add(address, i % 2 ? 'second-secret' : 'first-secret', systemRows(`rtr-${i}.example.net`));
    }
    const echoes = new MemoryEchoes(new Set(['127.77.0.200', '127.77.0.3']));
    const decided: Record<string, number> = {};
    const sweep = new Sweep(
      ways({ one: v2c('first-secret'), two: v2c('second-secret') }, { ping: echoes }),
      new Set(['127.77.0.5', '127.77.0.6']),
      (kind) => (decided[kind] = (decided[kind] ?? 0) + 1)
    );
    await sweep.over(hostsOf(network('127.77.0.0/24')), 50, never);

    expect(sweep.counts).toEqual({ skipped: 2, asked: 252, answered: 21 });
    expect(decided).toEqual({ snmp: 20, alive: 1, silent: 231 });
    expect(sweep.unsent).toEqual({ addresses: 0, why: '' });
    const found = sweep.takeFound();
    expect(found.map(({ address, auth, sysName }) => [address, auth, sysName]).sort()).toEqual(
      [
        ...hosts.map((address, i) => [address, i % 2 ? 'two' : 'one', `rtr-${i}.example.net`]),
        ['127.77.0.200', null, ''],
      ].sort()
    );
    expect(found.find(({ address }) => address === hosts[0])).toEqual({
      address: hosts[0],
      auth: 'one',
      sysName: 'rtr-0.example.net',
      sysDescr: 'RouterOS CHR',
      sysObjectID: '1.3.6.1.4.1.14988.1',
      vendor: 'mikrotik',
      model: 'CHR',
      osVersion: '',
    });
    expect(sweep.takeFound()).toEqual([]);
    expect(engine.most).toBe(50);
    // Silent addresses get one packet for each credential, nobody who is a device gets any.
    expect(net.sent.filter(({ to }) => to === '127.77.0.7').map(({ community }) => community)).toEqual([
      'first-secret',
      'second-secret',
    ]);
    expect(net.sent.filter(({ to }) => ['127.77.0.5', '127.77.0.6'].includes(to))).toEqual([]);
    // Whoever answers the first is not told the second.
    expect(new Set(net.sent.filter(({ to }) => to === hosts[0]).map(({ community }) => community))).toEqual(
      new Set(['first-secret'])
    );
    expect(new Set(net.sent.map(({ to }) => to)).size).toBe(252);
    expect(new Set(net.sent.map(({ community }) => community))).toEqual(new Set(['first-secret', 'second-secret']));
    expect(echoes.asked).toHaveLength(252);
  }, 20_000);

  it('gets as many packets a second as it may, and no more', async () => {
    const sweep = new Sweep(ways({ one: v2c('first-secret') }, { pace: new Pace(40) }), new Set(), () => undefined);
    const began = performance.now();
    await sweep.over(hostsOf(network('127.77.1.0/26')), 50, never);
    const seconds = (performance.now() - began) / 1000;
    expect(net.sent).toHaveLength(62);
    // One at each end of the second, and one that makes up for a late one.
    expect(net.mostInOneSecond).toBeLessThanOrEqual(42);
    expect(seconds).toBeGreaterThan(61 / 40);
    expect(seconds).toBeLessThan(61 / 40 + 5);
  });

  it('lets a silent address wait for the timeout once a credential, and not longer', async () => {
    const began = performance.now();
    expect(
      await askAddress(ways({ one: v2c('a-secret'), two: v2c('b-secret') }, { timeoutMs: 400 }), '127.77.2.1', never)
    ).toEqual({ kind: 'silent' });
    const ms = performance.now() - began;
    expect(ms).toBeGreaterThan(790);
    // A packet sent again would take twice as long.
    expect(ms).toBeLessThan(1590);
  });

  it('ends at once when it is told to, with nothing under way', async () => {
    const stop = new AbortController();
    const sweep = new Sweep(ways({ one: v2c('a-secret') }, { timeoutMs: 30_000 }), new Set(), () => undefined);
    const over = sweep.over(hostsOf(network('127.77.3.0/24')), 50, stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(engine.openSessions).toBe(50);
    const began = performance.now();
    stop.abort('enough');
    await expect(over).rejects.toBe('enough');
    expect(performance.now() - began).toBeLessThan(5000);
    expect(sweep.counts).toEqual({ skipped: 0, asked: 0, answered: 0 });
  });

  it('gives whom it found back to be saved once more, in front of what came since', async () => {
    await net.add('127.77.4.1', 'a-secret', systemRows('a'));
    await net.add('127.77.4.2', 'a-secret', systemRows('b'));
    const sweep = new Sweep(ways({ one: v2c('a-secret') }), new Set(), () => undefined);
    await sweep.over(['127.77.4.1'], 1, never);
    const first = sweep.takeFound();
    await sweep.over(['127.77.4.2'], 1, never);
    sweep.giveBack(first);
    expect(sweep.takeFound().map(({ sysName }) => sysName)).toEqual(['a', 'b']);
  });

  it('stops as a whole when something fails that is no address', async () => {
    let opened = 0;
    const broken: SnmpEngine = {
      openSessions: 0,
      close: async () => undefined,
      open: () => {
        opened++;
        throw new TypeError('a mistake of ours');
      },
    };
    const sweep = new Sweep(ways({ one: v2c('a-secret') }, { engine: broken }), new Set(), () => undefined);
    await expect(sweep.over(hostsOf(network('127.77.5.0/24')), 5, never)).rejects.toThrow('a mistake of ours');
    expect(opened).toBeLessThanOrEqual(5);
  });
});

describe('one address', () => {
  let net: LoopbackNet;
  let engine: SnmpEngine;
  beforeEach(async () => {
    net = await LoopbackNet.open();
    engine = net.openEngine();
  });
  afterEach(async () => {
    await engine.close();
    await net.close();
  });
  const ask = (auths: Record<string, SnmpAuth>, more: Partial<ScanWays> = {}) =>
    askAddress(
      {
        engine,
        auths: Object.entries(auths).map(([name, auth]) => ({ name, auth })),
        snmpPort: net.port,
        ping: null,
        timeoutMs: 300,
        pace: new Pace(FAST),
        ...more,
      },
      '127.77.9.1',
      never
    );

  it('that speaks version 1 only is found', async () => {
    const agent = await net.add('127.77.9.1', 'old-secret', systemRows('old'));
    const { script } = agent;
    agent.script = (request, ...rest) => (request.version === 0 ? script(request, ...rest) : null);
    expect(await ask({ new: v2c('old-secret'), old: { version: 1, community: 'old-secret' } })).toMatchObject({
      kind: 'snmp',
      found: { auth: 'old', sysName: 'old' },
    });
  });

  it('that shows nothing of its system group is found with its credential', async () => {
    await net.add('127.77.9.1', 'narrow', [['1.3.6.1.2.1.2.1.0', 2, 4]]);
    expect(await ask({ narrow: v2c('narrow') })).toEqual({
      kind: 'snmp',
      found: {
        address: '127.77.9.1',
        auth: 'narrow',
        sysName: '',
        sysDescr: '',
        sysObjectID: '',
        vendor: '',
        model: '',
        osVersion: '',
      },
    });
  });

  it('that answers nonsense is there, although no credential fits', async () => {
    const agent = await net.add('127.77.9.1', 'x', []);
    agent.script = () => Buffer.from('no SNMP at all');
    expect(await ask({ one: v2c('x'), two: v2c('y') })).toMatchObject({ kind: 'alive', found: { auth: null } });
  });

  it('to which nothing can be sent is not called silent', async () => {
    const why = 'no way to 127.77.9.1:161: ENETUNREACH';
    const refusing: SnmpEngine = {
      openSessions: 0,
      close: async () => undefined,
      open: () => {
        throw new SnmpError('unreachable', why);
      },
    };
    const auths = { one: v2c('x'), two: v2c('y') };
    expect(await ask(auths, { engine: refusing })).toEqual({ kind: 'unsent', why });
    const echoes = new MemoryEchoes(new Set());
    expect(await ask(auths, { engine: refusing, ping: echoes })).toEqual({ kind: 'silent' });
    echoes.refusal = 'operation not permitted';
    expect(await ask(auths, { engine: refusing, ping: echoes })).toEqual({ kind: 'unsent', why });
    expect(await ask({}, { ping: echoes })).toMatchObject({ kind: 'unsent' });
  });

  it('is pinged alone when there is no credential', async () => {
    expect(await ask({}, { ping: new MemoryEchoes(new Set(['127.77.9.1'])) })).toMatchObject({ kind: 'alive' });
    expect(await ask({}, { ping: new MemoryEchoes(new Set()) })).toEqual({ kind: 'silent' });
    expect(net.sent).toEqual([]);
  });

  it('answers SNMP although pings fail altogether', async () => {
    await net.add('127.77.9.1', 'a-secret', systemRows('there'));
    const echoes = new MemoryEchoes(new Set());
    echoes.round = () => Promise.reject(new Error('the ICMP sockets were closed'));
    expect(await ask({ one: v2c('a-secret') }, { ping: echoes })).toMatchObject({ kind: 'snmp' });
  });

  describe('with SNMPv3', () => {
    const user: SnmpAuth = {
      version: 3,
      community: '',
      securityLevel: 'authPriv',
      username: 'scanner',
      password: 'a long password',
      authProtocol: 'SHA',
      privProtocol: 'AES',
      privPassword: 'another password',
      contextName: '',
    };
    let agent: ScriptedV3Agent;
    beforeEach(async () => {
      agent = await scriptedV3Agent(user, systemRows('secured'), { address: '127.77.9.1', port: net.port });
    });
    afterEach(() => agent.close());

    it('is found by its user, with as many packets as were taken into account', async () => {
      expect(await ask({ v3: user })).toMatchObject({
        kind: 'snmp',
        found: { auth: 'v3', sysName: 'secured' },
      });
      // Discovery, the proof, sysObjectID and sysName, sysDescr: 4 before the first answer, 1 after it.
      expect(net.sent.length).toBeGreaterThan(2);
      expect(net.sent.length).toBeLessThanOrEqual(5);
    });

    it('is there when it refuses the user', async () => {
      agent.script = (request) => request.report(request.discovery ? USM.engine : USM.user);
      expect(await ask({ v3: user })).toMatchObject({ kind: 'alive', found: { auth: null } });
    });
  });
});
