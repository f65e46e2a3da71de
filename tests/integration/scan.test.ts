import './native-pglite';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { Registry } from 'prom-client';
import { NetworkScanner, type ScannerParts } from '../../exporter/src/discovery/scan/network-scanner';
import { ScanMetrics } from '../../exporter/src/discovery/scan/scan-metrics';
import { discoveryApp } from '../../exporter/src/http/discovery-app';
import { saveFound, type FoundAddress } from '../../exporter/src/inventory/candidates';
import { DatabaseError, type Database } from '../../exporter/src/inventory/database';
import { importFileDevices } from '../../exporter/src/inventory/import-devices';
import { migrate } from '../../exporter/src/inventory/migrate';
import { testDevice } from '../../exporter/src/model/device.fixture';
import { parseIpNetwork, type IpNetwork } from '../../exporter/src/model/ip-network';
import type { SnmpAuth } from '../../exporter/src/model/snmp-auth';
import { SnmpError } from '../../exporter/src/snmp/session';
import { describeOnBoth } from './inventory-databases';
import { MemoryAgents } from './memory-agents';
import { LoopbackNet, MemoryEchoes, systemRows, v2c } from './loopback-net';

const ALLOWED = '127.78.0.0/16';

const agentAt = (address: string, auth: string | null, sysName: string): FoundAddress => ({
  address,
  auth,
  sysName,
  sysDescr: 'RouterOS CHR',
  sysObjectID: '1.3.6.1.4.1.14988.1',
  vendor: 'mikrotik',
  model: 'CHR',
  osVersion: '',
});

/** Some seconds for a hundred addresses. */
const slowly = (networks: readonly string[]) => ({
  networks: networks.map((text) => parseIpNetwork(text) as IpNetwork),
  concurrency: 20,
  timeoutMs: 200,
  rate: 10_000,
});

interface Answer {
  status: number;
  location: string | null;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

describeOnBoth('scans', (backend) => {
  let db: Database;
  let net: LoopbackNet;
  let server: Server;
  let scanner: NetworkScanner;
  let registry: Registry;
  let auths: Record<string, SnmpAuth>;
  let usual: string[] | undefined;
  let networks: string[];
  let alive: Set<string>;
  let pings: (() => Promise<MemoryEchoes>) | undefined;
  let looked: number;
  let logged: string[];
  const log = {
    info: (...args: unknown[]) => void logged.push(JSON.stringify(args)),
    warn: (...args: unknown[]) => void logged.push(JSON.stringify(args)),
    error: (...args: unknown[]) => void logged.push(JSON.stringify(args)),
    debug: () => undefined,
  };

  const newScanner = (owner: string, more: Partial<ScannerParts> = {}) =>
    new NetworkScanner({
      db,
      owner,
      auths: () => auths,
      usualAuths: () => usual ?? Object.keys(auths),
      settings: () => ({
        networks: networks.map((text) => parseIpNetwork(text) as IpNetwork),
        concurrency: 50,
        timeoutMs: 300,
        rate: 10_000,
      }),
      openEngine: () => net.openEngine(),
      openPing: () => (pings ? pings() : Promise.reject(new Error('cannot ping: sockets: EACCES'))),
      metrics: new ScanMetrics((registry = new Registry())),
      log: log as never,
      times: { tickMs: 100, leaseMs: 60_000 },
      ...more,
    });

  beforeAll(async () => {
    db = await backend.fresh();
    await migrate(db);
  }, 60_000);

  beforeEach(async () => {
    await db.script('truncate sites, devices, network_scans, discovery_candidates, audit_log restart identity cascade');
    net = await LoopbackNet.open();
    logged = [];
    looked = 0;
    auths = { branch: v2c('branch-secret'), core: v2c('core-secret') };
    usual = undefined;
    networks = [ALLOWED];
    alive = new Set();
    pings = async () => new MemoryEchoes(alive);
    scanner = newScanner('here:1:a');
    await scanner.start();
    const app = discoveryApp({
      db,
      requestDiscovery: async () => true,
      discoverDue: () => looked++,
      authNames: () => Object.keys(auths),
      scanner,
      metrics: registry,
      version: '0',
      log: log as never,
    });
    server = await new Promise<Server>((resolve) => {
      const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
    });
  });
  afterEach(async () => {
    await scanner.stop();
    await new Promise((resolve) => server.close(resolve));
    await net.close();
    expect(JSON.stringify(logged)).not.toMatch(/-secret/);
  });

  const api = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const location = response.headers.get('location');
    return { status: response.status, location, body: JSON.parse(await response.text()) };
  };
  const shows = async (id: number, what: string, is: (body: Answer['body']) => boolean): Promise<Answer['body']> => {
    for (const deadline = Date.now() + 15_000; ;) {
      const { body } = await api('GET', `/scans/${id}`);
      if (is(body)) {
        return body;
      }
      if (Date.now() > deadline) {
        throw new Error(`scan ${id} has not ${what}: ${JSON.stringify(body)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const ended = (id: number) => shows(id, 'ended', ({ state }) => state !== 'running');
  const answeredOnce = (id: number) => shows(id, 'been answered', ({ answered }) => answered === 1);
  const scan = async (network: string, more: object = {}) => {
    const { status, body } = await api('POST', '/scans', { network, port: net.port, ...more });
    expect([status, body.detail]).toEqual([202, undefined]);
    return ended(body.id);
  };
  const candidates = async (query = '') => (await api('GET', `/candidates${query}`)).body.items;
  const audit = async () =>
    (
      await db.query<Record<string, unknown>>(
        'select actor, action, entity, entity_id, before, after from audit_log order by id'
      )
    ).map(({ actor, action, entity, entity_id, before, after }) => [actor, action, entity, entity_id, before, after]);
  const metric = async (name: string) =>
    (await registry.metrics()).split('\n').filter((line) => line.startsWith(name) && !line.startsWith('#'));
  const device = (id: string, address: string, more = {}) =>
    importFileDevices(db, {
      devices: [testDevice({ id, name: id, address, snmpPort: net.port, tier: 'standard', ...more })],
      sites: [],
    });

  it('finds whom a network holds, and writes down how it went', async () => {
    await net.add('127.78.0.1', 'core-secret', systemRows('core-1.example.net'));
    await net.add('127.78.0.2', 'branch-secret', systemRows('sw', 'Arista Networks EOS', '1.3.6.1.4.1.30065.1'));
    await net.add('127.78.0.3', 'unknown-secret', systemRows('stranger'));
    await net.add('127.78.0.4', 'core-secret', systemRows('device already'));
    await device('known', '127.78.0.4');
    alive = new Set(['127.78.0.1', '127.78.0.3']);

    const begun = await api('POST', '/scans', { network: '127.78.0.9/29', port: net.port });
    expect(begun.status).toBe(202);
    expect(begun.body).toEqual({
      id: 1,
      network: '127.78.0.8/29',
      port: net.port,
      auths: ['branch', 'core'],
      ping: true,
      requested_by: 'anonymous',
      owner: 'here:1:a',
      state: 'running',
      started_at: expect.any(String),
      finished_at: null,
      addresses: 6,
      skipped: 0,
      asked: 0,
      answered: 0,
      error: '',
    });
    expect(await ended(1)).toMatchObject({ state: 'done', asked: 6, answered: 0, error: '' });

    const done = await scan('127.78.0.0/29');
    expect(done).toMatchObject({ id: 2, state: 'done', addresses: 6, skipped: 1, asked: 5, answered: 3, error: '' });
    expect(done.finished_at >= done.started_at).toBe(true);
    expect(
      (await candidates()).map(({ found_at: _f, last_seen: _l, ...rest }: Record<string, unknown>) => rest)
    ).toEqual([
      {
        id: expect.any(Number),
        address: '127.78.0.1',
        port: net.port,
        auth: 'core',
        sys_name: 'core-1.example.net',
        sys_descr: 'RouterOS CHR',
        sys_object_id: '1.3.6.1.4.1.14988.1',
        vendor: 'mikrotik',
        model: 'CHR',
        os_version: '',
        suggested_name: 'core-1',
        suggested_type: 'router',
        scan_id: 2,
        state: 'pending',
        decided_by: null,
        decided_at: null,
        device_id: null,
      },
      expect.objectContaining({ address: '127.78.0.2', auth: 'branch', vendor: 'arista', suggested_type: 'switch' }),
      expect.objectContaining({ address: '127.78.0.3', auth: null, sys_name: '', suggested_name: '127.78.0.3' }),
    ]);
    expect(await audit()).toEqual(
      ['127.78.0.8/29', '127.78.0.0/29'].map((network, i) => [
        'anonymous',
        'request',
        'scan',
        `${i + 1}`,
        null,
        { network, port: net.port, auths: ['branch', 'core'], ping: true },
      ])
    );
    expect((await api('GET', '/scans?limit=1')).body).toMatchObject({ total: 2, limit: 1, items: [{ id: 2 }] });
    expect(await metric('isp_discovery_scan')).toEqual([
      'isp_discovery_scan_running 0',
      'isp_discovery_scans_total{state="done"} 2',
      'isp_discovery_scans_total{state="cancelled"} 0',
      'isp_discovery_scans_total{state="failed"} 0',
      'isp_discovery_scan_addresses_total 11',
      'isp_discovery_scan_answers_total{answer="snmp"} 2',
      'isp_discovery_scan_answers_total{answer="alive"} 1',
    ]);
    expect(new Set(net.sent.map(({ community }) => community))).toEqual(new Set(['branch-secret', 'core-secret']));
  });

  it('asks with the credentials that are named, in their order, and never with public of its own accord', async () => {
    await net.add('127.78.1.1', 'public', systemRows('open to all'));
    await net.add('127.78.1.2', 'branch-secret', systemRows('branch'));
    expect(await scan('127.78.1.0/30', { auths: ['core', 'branch'], ping: false })).toMatchObject({
      ping: false,
      auths: ['core', 'branch'],
      answered: 1,
    });
    expect(net.sent.filter(({ to }) => to === '127.78.1.1').map(({ community }) => community)).toEqual([
      'core-secret',
      'branch-secret',
    ]);
    usual = ['branch'];
    expect(await scan('127.78.1.1', { ping: false })).toMatchObject({ auths: ['branch'] });
    auths = { open: v2c('public') };
    usual = undefined;
    expect(await scan('127.78.1.0/30', { ping: false })).toMatchObject({ auths: ['open'], answered: 1 });
    expect((await candidates()).map((one: { address: string; auth: string }) => [one.address, one.auth])).toEqual([
      ['127.78.1.1', 'open'],
      ['127.78.1.2', 'branch'],
    ]);
  });

  it('refuses what the configuration does not allow, and what cannot be', async () => {
    const cases: [string, object, () => void, number, string, string][] = [
      [
        'everything without networks in the configuration',
        { network: '127.78.0.0/24' },
        () => (networks = []),
        403,
        'scan_not_allowed',
        'Looking for devices is off: the configuration lists no network under discovery.scan.networks.',
      ],
      [
        'a network outside of them',
        { network: '10.0.0.0/24' },
        () => (networks = ['127.78.0.0/16', 'fd00::/64']),
        403,
        'scan_not_allowed',
        '10.0.0.0/24 is outside of what may be looked through: discovery.scan.networks has 127.78.0.0/16, fd00::/64.',
      ],
      [
        'a network around them',
        { network: '127.0.0.0/16' },
        () => (networks = ['127.0.5.0/24']),
        403,
        'scan_not_allowed',
        '127.0.0.0/16 is outside of what may be looked through: discovery.scan.networks has 127.0.5.0/24.',
      ],
      [
        'credentials that are not configured',
        { network: '127.78.0.0/24', auths: ['core', 'public', 'private'] },
        () => undefined,
        409,
        'unknown_auth',
        'auths: found "public", "private"; known are branch, core',
      ],
      [
        'pings where this machine cannot',
        { network: '127.78.0.0/24', ping: true },
        () => (pings = undefined),
        409,
        'scan_impossible',
        'Addresses cannot be pinged: cannot ping: sockets: EACCES',
      ],
      [
        'having nothing to ask with',
        { network: '127.78.0.0/24', auths: [], ping: false },
        () => undefined,
        409,
        'scan_impossible',
        'There is nothing to ask with: no credential and no ping.',
      ],
      [
        'a network that is none',
        { network: '127.78.0.0/33' },
        () => undefined,
        400,
        'invalid_request',
        'The body is not right: network: found "127.78.0.0/33"; it must be a network in CIDR notation, such as 10.1.0.0/24 or 2001:db8::/112',
      ],
      [
        'more addresses than a /16 has',
        { network: '127.0.0.0/15' },
        () => (networks = ['0.0.0.0/0']),
        400,
        'invalid_request',
        'The body is not right: network: found "127.0.0.0/15"; it must have 65536 addresses at most: a prefix of 16 (IPv4) or 112 (IPv6) and longer',
      ],
      [
        'more addresses of IPv6',
        { network: 'fd00::/64' },
        () => (networks = ['::/0']),
        400,
        'invalid_request',
        'The body is not right: network: found "fd00::/64"; it must have 65536 addresses at most: a prefix of 16 (IPv4) or 112 (IPv6) and longer',
      ],
      [
        'what it does not know',
        { network: '127.78.0.0/24', community: 'public', port: 0 },
        () => undefined,
        400,
        'invalid_request',
        'The body is not right: port: found 0; it must be a whole number from 1 to 65535; unknown key "community"; known keys are network, auths, ping, port',
      ],
    ];
    for (const [what, body, given, status, code, detail] of cases) {
      networks = [ALLOWED];
      pings = async () => new MemoryEchoes(alive);
      given();
      const answer = await api('POST', '/scans', body);
      expect([what, answer.status, answer.body.code, answer.body.detail]).toEqual([what, status, code, detail]);
    }
    expect(await db.query('select id from network_scans union all select id from audit_log')).toEqual([]);
    expect(net.sent).toEqual([]);
  });

  it('does without pings where this machine cannot, and says so', async () => {
    pings = undefined;
    expect(await scan('127.78.2.0/31')).toMatchObject({ ping: false, state: 'done', asked: 2 });
    expect(logged.join()).toContain('127.78.2.0/31 is looked through by SNMP alone: cannot ping: sockets: EACCES');
  });

  it('does not call done what could not be asked', async () => {
    await scanner.stop();
    auths = {};
    pings = async () => {
      const echoes = new MemoryEchoes(alive);
      echoes.refusal = 'no route';
      return echoes;
    };
    scanner = newScanner('here:1:b');
    const { id } = await scanner.request(
      { network: parseIpNetwork('127.78.3.0/30') as IpNetwork, port: net.port },
      { name: 'me', role: 'admin' }
    );
    expect(await ended(id)).toMatchObject({
      state: 'failed',
      asked: 2,
      answered: 0,
      error: '2 of 2 addresses could not be asked: no credential was tried',
    });
  });

  it('looks through networks of IPv6, knows devices by any spelling, and tells what could not be asked', async () => {
    const agents = new MemoryAgents();
    agents.agents.set('fd00::1', { ports: [] });
    agents.agents.set('fd00::3', { ports: [], failure: new SnmpError('unreachable', 'no way there: EHOSTUNREACH') });
    networks = ['fd00::/64'];
    await device('known', 'FD00:0::2', { snmpPort: 161 });
    const other = newScanner('there:7:b', { openEngine: () => agents });
    const request = { network: parseIpNetwork('fd00::/126') as IpNetwork, port: 161, ping: false };
    const { id } = await other.request(request, { name: 'me', role: 'admin' });
    expect(await ended(id)).toMatchObject({
      state: 'done',
      addresses: 4,
      skipped: 1,
      asked: 3,
      answered: 1,
      error: '1 of 3 addresses could not be asked: no way there: EHOSTUNREACH',
    });
    expect(await candidates('?network=fd00::/64')).toMatchObject([
      { address: 'fd00::1', suggested_name: 'sys-fd00::1' },
    ]);
    expect(agents.opened).not.toContain('fd00::2');
  });

  describe('one at a time', () => {
    const slow = { network: '127.78.8.0/24', ping: false };

    it('on one sidecar, and on several in networks that overlap', async () => {
      const first = await api('POST', '/scans', { ...slow, port: net.port });
      expect((await api('POST', '/scans', { network: '127.78.9.0/24' })).body).toMatchObject({
        code: 'scan_running',
        status: 409,
        detail: 'This sidecar is looking through 127.78.8.0/24 (scan 1); wait for its end, or cancel it.',
      });
      const other = newScanner('there:7:b');
      const caller = { name: 'me', role: 'admin' } as const;
      const within = parseIpNetwork('127.78.8.128/25') as IpNetwork;
      await expect(other.request({ network: within, port: net.port }, caller)).rejects.toThrow(
        'The sidecar on here is looking through 127.78.8.0/24 (scan 1); wait for its end, or cancel it.'
      );
      const beside = await other.request(
        { network: parseIpNetwork('127.78.9.0/30') as IpNetwork, port: net.port },
        caller
      );
      expect(beside).toMatchObject({ id: 2, owner: 'there:7:b', state: 'running' });
      await ended(2);
      expect((await api('POST', `/scans/${first.body.id}/cancel`)).body).toMatchObject({ state: 'cancelled' });
      await other.stop();
    });

    it('also when they are asked for at the same moment', async () => {
      const other = newScanner('there:7:b');
      const network = parseIpNetwork(slow.network) as IpNetwork;
      const caller = { name: 'me', role: 'admin' } as const;
      const wanted = { network, port: net.port, ping: false };
      const begun = await Promise.allSettled(
        [scanner, other, scanner, other].map((one) => one.request(wanted, caller))
      );
      expect(begun.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect((await api('GET', '/scans')).body.total).toBe(1);
      await scanner.stop();
      await other.stop();
    });

    it('is cancelled at once, keeps what it found, and is cancelled only once', async () => {
      await net.add('127.78.8.1', 'branch-secret', systemRows('first'));
      const { body } = await api('POST', '/scans', { ...slow, port: net.port });
      await answeredOnce(body.id);
      const began = performance.now();
      const cancelled = await api('POST', `/scans/${body.id}/cancel`);
      expect(performance.now() - began).toBeLessThan(2500);
      expect(cancelled).toMatchObject({ status: 202, body: { state: 'cancelled', answered: 1, error: '' } });
      expect(cancelled.body.asked).toBeLessThan(254);
      expect(cancelled.body.finished_at).not.toBeNull();
      expect((await candidates()).map((one: { sys_name: string }) => one.sys_name)).toEqual(['first']);
      const sent = net.sent.length;
      expect(await api('POST', `/scans/${body.id}/cancel`)).toMatchObject({
        status: 409,
        body: { code: 'scan_ended', detail: `Scan ${body.id} is not running: it is cancelled.` },
      });
      expect((await audit()).slice(1)).toEqual([
        ['anonymous', 'update', 'scan', '1', { cancel_requested: false }, { cancel_requested: true }],
      ]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(net.sent.length).toBe(sent);
      expect(await metric('isp_discovery_scans_total{state="cancelled"}')).toEqual([
        'isp_discovery_scans_total{state="cancelled"} 1',
      ]);
      expect(await api('POST', '/scans/77/cancel')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    });

    it('is cancelled by another sidecar with its next tick', async () => {
      const other = newScanner('there:7:b', { settings: () => slowly(networks) });
      const caller = { name: 'me', role: 'admin' } as const;
      await other.request({ network: parseIpNetwork(slow.network) as IpNetwork, port: net.port, ping: false }, caller);
      expect(await api('POST', '/scans/1/cancel')).toMatchObject({ status: 202, body: { state: 'running' } });
      expect(await ended(1)).toMatchObject({ state: 'cancelled' });
      await other.stop();
    });

    it('says when its sidecar was stopped in the middle of it', async () => {
      const { body } = await api('POST', '/scans', { ...slow, port: net.port });
      const began = performance.now();
      await scanner.stop();
      expect(performance.now() - began).toBeLessThan(2500);
      expect((await api('GET', `/scans/${body.id}`)).body).toMatchObject({
        state: 'failed',
        error: 'its sidecar was stopped before the end',
      });
    });
  });

  it('ends in the books what a killed sidecar has left, once its lease is out', async () => {
    await db.query(
      `insert into network_scans (network, requested_by, owner, lease_until, started_at, addresses, asked)
       values ('127.78.0.0/24', 'ops', 'dead:1:x', now() + interval '1 hour', now(), 254, 9),
              ('127.78.1.0/24', 'ops', 'dead:1:y', now() - interval '1 s', now() - interval '1 minute', 254, 9)`
    );
    expect((await api('GET', '/scans')).body.items).toMatchObject([
      {
        id: 2,
        state: 'failed',
        asked: 9,
        error: 'its sidecar ended in the middle of it; what it had found by then is among the candidates',
      },
      { id: 1, state: 'running', finished_at: null, error: '' },
    ]);
    expect((await api('POST', '/scans', { network: '127.78.0.0/30' })).body).toMatchObject({ code: 'scan_running' });
    expect(await scan('127.78.1.0/30', { ping: false })).toMatchObject({ state: 'done' });
    // As if the lease ran out meanwhile: whoever still writes for it is too late.
    await db.query(`update network_scans set lease_until = now() where id = 1`);
    expect((await api('GET', '/scans/1')).body).toMatchObject({ state: 'failed' });
    expect(await scan('127.78.0.0/30', { ping: false })).toMatchObject({ state: 'done' });
  });

  it('stops when it was taken for dead, and leaves what others wrote', async () => {
    const { body } = await api('POST', '/scans', { network: '127.78.8.0/22', port: net.port, ping: false });
    await db.query(`update network_scans set lease_until = now() - interval '1 s'`);
    expect(await ended(body.id)).toMatchObject({ state: 'failed', error: expect.stringContaining('in the middle') });
    for (const deadline = Date.now() + 5000; !logged.join().includes('has ended');) {
      expect(Date.now()).toBeLessThan(deadline);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(logged.join()).toContain('"state":"lost"');
    expect((await api('GET', `/scans/${body.id}`)).body).toMatchObject({ state: 'failed' });
  });

  describe('while the database is away', () => {
    /** The same database, whose transactions fail while `away`. */
    const flaky = () => {
      const state = { away: false };
      const away: Database = {
        ...db,
        query: (sql, params) => db.query(sql, params),
        transaction: (work) =>
          state.away ? Promise.reject(new DatabaseError('lost the connection to Postgres')) : db.transaction(work),
      };
      return { state, away };
    };
    const request = { network: parseIpNetwork('127.78.10.0/27') as IpNetwork, ping: false };
    const caller = { name: 'me', role: 'admin' } as const;

    it('goes on, and writes everything when it is back', async () => {
      await net.add('127.78.10.1', 'branch-secret', systemRows('kept in mind'));
      const { state, away } = flaky();
      const other = newScanner('there:7:b', { db: away, settings: () => slowly(networks) });
      const { id } = await other.request({ ...request, port: net.port }, caller);
      state.away = true;
      const told = () => logged.filter((line) => line.includes('cannot write how far it is'));
      for (const deadline = Date.now() + 10_000; told().length === 0 && Date.now() < deadline;) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      // Some ticks more, which tell nothing new.
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(told()).toHaveLength(1);
      expect(await candidates()).toEqual([]);
      state.away = false;
      expect(await ended(id)).toMatchObject({ state: 'done', asked: 30, answered: 1 });
      expect(await candidates()).toMatchObject([{ sys_name: 'kept in mind' }]);
    });

    it('ends when its lease is out', async () => {
      const { state, away } = flaky();
      const other = newScanner('there:7:b', {
        db: away,
        times: { tickMs: 100, leaseMs: 400 },
        settings: () => slowly(networks),
      });
      await other.request(
        { ...request, network: parseIpNetwork('127.78.0.0/20') as IpNetwork, port: net.port },
        caller
      );
      state.away = true;
      for (const deadline = Date.now() + 6000; !logged.join().includes('has ended');) {
        expect(Date.now()).toBeLessThan(deadline);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(await ended(1)).toMatchObject({ state: 'failed', error: expect.stringContaining('in the middle') });
    });

    it('is told so', async () => {
      const { state, away } = flaky();
      const other = newScanner('there:7:b', { db: away });
      state.away = true;
      await expect(other.request({ ...request, port: net.port }, caller)).rejects.toThrow('lost the connection');
    });
  });

  describe('candidates', () => {
    const one = agentAt('127.78.20.1', 'branch', 'one.example.net');
    const two = agentAt('127.78.20.2', 'core', 'two.example.net');
    const three = { ...agentAt('127.78.20.3', null, ''), sysDescr: '', sysObjectID: '', vendor: '', model: '' };
    /** As if a scan had found them; its id. */
    const seen = async (found: readonly FoundAddress[]) => {
      const [row] = await db.query<{ id: number }>(
        `insert into network_scans (network, requested_by, owner, lease_until, started_at, state)
         values ('127.78.20.0/29', 'ops', 'here:1:a', now(), now(), 'done') returning id`
      );
      await saveFound(db, { id: row!.id, port: net.port }, found);
      return row!.id;
    };
    beforeEach(async () => {
      await seen([one, two, three]);
    });
    const byAddress = async (address: string) =>
      (await candidates()).find((one: { address: string }) => one.address === address);

    it('become devices of the credential that answered, due at once', async () => {
      const { id } = await byAddress('127.78.20.2');
      const approved = await api('POST', `/candidates/${id}/approve`, {
        site: 'Batumi',
        region: 'Adjara',
        role: 'edge',
        tags: ['new'],
      });
      expect(approved).toMatchObject({ status: 201, body: { id, device_id: 'two', name: 'two' } });
      expect(approved.location).toBe('/api/v1/devices/two');
      expect((await api('GET', '/devices/two')).body).toMatchObject({
        name: 'two',
        address: '127.78.20.2',
        snmp_port: net.port,
        site: 'Batumi',
        region: 'Adjara',
        type: 'router',
        role: 'edge',
        auth: 'core',
        ping: true,
        enabled: true,
        origin: 'api',
        tags: ['new'],
        next_discovery_at: null,
      });
      expect(looked).toBe(1);
      expect(await byAddress('127.78.20.2')).toMatchObject({
        state: 'approved',
        device_id: 'two',
        decided_by: 'anonymous',
      });
      expect((await audit()).map(([, action, entity, of]) => [action, entity, of])).toEqual([
        ['create', 'site', expect.any(String)],
        ['create', 'device', 'two'],
        ['approve', 'candidate', String(id)],
      ]);
      expect((await audit()).at(-1)!.slice(4)).toEqual([{ state: 'pending' }, { state: 'approved', device_id: 'two' }]);
      expect(await candidates('?state=pending')).toHaveLength(2);
      // It became a device while a scan was asking it.
      await seen([two]);
      expect(await candidates('?state=pending')).toHaveLength(2);
    });

    it('are pinged only where no credential answered, and take the words of people', async () => {
      const { id } = await byAddress('127.78.20.3');
      const words = { name: 'Gate', type: 'barrier', ping: true, enabled: false, tier: 'slow', notes: 'by the road' };
      expect((await api('POST', `/candidates/${id}/approve`, words)).body.device_id).toBe('gate');
      expect((await api('GET', '/devices/gate')).body).toMatchObject({ ...words, auth: null });
    });

    it('take another credential, or have discovery find one', async () => {
      const [first, second] = await candidates();
      await api('POST', `/candidates/${first.id}/approve`, { auth: 'auto' });
      await api('POST', `/candidates/${second.id}/approve`, { auth: null });
      expect((await api('GET', '/devices/one')).body.auth).toBe('auto');
      expect((await api('GET', '/devices/two')).body.auth).toBeNull();
    });

    it('are approved together, each under a name of its own', async () => {
      await device('one', '10.0.0.9');
      const ids = (await candidates()).map(({ id }: { id: number }) => id);
      const { status, body } = await api('POST', '/candidates/approve', { ids, site: 'Gori' });
      expect(status).toBe(201);
      expect(body.items.map(({ name }: { name: string }) => name)).toEqual(['one 127.78.20.1', 'two', '127.78.20.3']);
      expect(await candidates('?state=pending')).toEqual([]);
    });

    it('are approved all or none', async () => {
      const [first, second, third] = await candidates();
      await api('POST', `/candidates/${second.id}/approve`, {});
      await db.query("update devices set removed_at = null, address = '127.78.20.3' where id = 'two'");
      auths = { core: v2c('core-secret') };
      const before = await audit();
      const answer = await api('POST', '/candidates/approve', { ids: [first.id, second.id, third.id, 999] });
      expect(answer).toMatchObject({ status: 409, body: { code: 'unknown_auth' } });
      expect(answer.body.errors.map((error: { detail: string }) => error.detail)).toEqual([
        `Candidate ${first.id} would be asked with "branch", and auths: has core.`,
        `Candidate ${second.id} (127.78.20.2) is device two already.`,
        `The address 127.78.20.3 port ${net.port} belongs to device two (two).`,
        'There is no candidate 999; ids are in /api/v1/candidates.',
      ]);
      expect(answer.body.detail).toBe(
        `Nothing was approved, because of 4 of 4 candidates: Candidate ${first.id} would be asked with "branch", and auths: has core.`
      );
      expect(await audit()).toEqual(before);
      expect((await api('GET', '/devices')).body.total).toBe(1);
      expect(await candidates('?state=pending')).toHaveLength(2);
    });

    it('are not decided by requests that are wrong', async () => {
      await device('taken', '10.0.0.9');
      const { id } = await byAddress('127.78.20.1');
      const wrong: [string, object | undefined, number, string][] = [
        ['/candidates/999/approve', {}, 404, 'not_found'],
        [`/candidates/${id}/approve`, { name: 'taken' }, 409, 'taken'],
        [`/candidates/${id}/approve`, { auth: 'nowhere' }, 409, 'unknown_auth'],
        [`/candidates/${id}/approve`, { name: '' }, 400, 'invalid_request'],
        [`/candidates/${id}/approve`, { name: 7 }, 400, 'invalid_request'],
        [`/candidates/${id}/approve`, { tier: 'fast' }, 400, 'invalid_request'],
        [`/candidates/${id}/approve`, { address: '10.0.0.1' }, 400, 'invalid_request'],
        ['/candidates/approve', { ids: [] }, 400, 'invalid_request'],
        ['/candidates/approve', { ids: [0] }, 400, 'invalid_request'],
        ['/candidates/approve', { ids: [id], name: 'all alike' }, 400, 'invalid_request'],
        ['/candidates/999/dismiss', undefined, 404, 'not_found'],
        [`/candidates/${id}'--/dismiss`, undefined, 404, 'not_found'],
      ];
      for (const [path, body, status, code] of wrong) {
        const answer = await api('POST', path, body);
        expect([path, body, answer.status, answer.body.code]).toEqual([path, body, status, code]);
      }
      expect(await audit()).toEqual([]);
      expect(await candidates('?state=pending')).toHaveLength(3);
    });

    it('stay dismissed when they are seen again, and may be approved all the same', async () => {
      const { id, last_seen } = await byAddress('127.78.20.1');
      const dismissed = await api('POST', `/candidates/${id}/dismiss`);
      expect(dismissed).toMatchObject({ status: 200, body: { id, state: 'dismissed', decided_by: 'anonymous' } });
      expect((await audit()).at(-1)).toEqual([
        'anonymous',
        'dismiss',
        'candidate',
        String(id),
        { state: 'pending' },
        { state: 'dismissed' },
      ]);
      const told = (await audit()).length;
      expect((await api('POST', `/candidates/${id}/dismiss`)).body.decided_at).toBe(dismissed.body.decided_at);
      expect(await audit()).toHaveLength(told);

      await seen([{ ...one, sysName: 'renamed' }]);
      const again = await byAddress('127.78.20.1');
      expect(again).toMatchObject({ id, state: 'dismissed', sys_name: 'renamed', scan_id: 2 });
      expect(again.last_seen > last_seen).toBe(true);
      expect((await api('POST', `/candidates/${id}/approve`, {})).status).toBe(201);
      expect(await api('POST', `/candidates/${id}/dismiss`)).toMatchObject({
        status: 409,
        body: { code: 'candidate_decided', detail: `Candidate ${id} (127.78.20.1) is device renamed already.` },
      });
      expect((await api('POST', `/candidates/${id}/approve`, {})).body.code).toBe('candidate_decided');
    });

    it('keep what their agent said when they only answer pings now', async () => {
      await seen([{ ...three, address: one.address }]);
      expect(await byAddress('127.78.20.1')).toMatchObject({ auth: 'branch', sys_name: 'one.example.net', scan_id: 2 });
      expect(await byAddress('127.78.20.3')).toMatchObject({ auth: null, scan_id: 1 });
    });

    it('are pending anew when their device is gone', async () => {
      const { id } = await byAddress('127.78.20.1');
      await api('POST', `/candidates/${id}/approve`, {});
      await db.query('update devices set removed_at = now()');
      await seen([one]);
      expect(await byAddress('127.78.20.1')).toMatchObject({
        id,
        state: 'pending',
        device_id: null,
        decided_by: null,
        decided_at: null,
      });
    });

    it('are listed', async () => {
      const lists: Record<string, string[]> = {
        '': ['1', '2', '3'],
        '?sort=-address': ['3', '2', '1'],
        '?sort=-name': ['2', '1', '3'],
        '?sort=vendor,-address': ['3', '2', '1'],
        '?q=TWO': ['2'],
        '?q=example one': ['1'],
        '?q=%25': [],
        '?state=pending&snmp=true': ['1', '2'],
        '?snmp=false': ['3'],
        '?state=dismissed': [],
        '?network=127.78.20.2/31': ['2', '3'],
        '?network=127.78.20.2': ['2'],
        '?network=2001:db8::/32': [],
        '?vendor=mikrotik&scan_id=1': ['1', '2'],
        '?scan_id=2': [],
        '?limit=1&offset=1': ['2'],
      };
      const found: typeof lists = {};
      for (const query of Object.keys(lists)) {
        found[query] = (await candidates(query)).map(({ address }: { address: string }) => address.split('.')[3]);
      }
      expect(found).toEqual(lists);
      for (const query of [
        'state=gone',
        'network=10.0.0.0/99',
        'network=10.0.0.0/8;--',
        'scan_id=x',
        'sort=auth',
        'host=1',
      ]) {
        expect([query, (await api('GET', `/candidates?${query}`)).body.code]).toEqual([query, 'invalid_request']);
      }
    });

    it('are there one by one', async () => {
      const { id } = await byAddress('127.78.20.1');
      expect((await api('GET', `/candidates/${id}`)).body).toMatchObject({ id, address: '127.78.20.1' });
      expect((await api('GET', '/candidates/999')).body).toMatchObject({ status: 404, code: 'not_found' });
      expect((await api('GET', '/scans/999')).body).toMatchObject({ status: 404, code: 'not_found' });
    });
  });
});
