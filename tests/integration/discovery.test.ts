import './native-pglite';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { DiscoveryMetrics } from '../../exporter/src/discovery/discovery-metrics';
import { InventoryClassifier } from '../../exporter/src/discovery/provider-catalogue';
import { DiscoveryRunner } from '../../exporter/src/discovery/run';
import { Access } from '../../exporter/src/http/auth/access';
import { TokenBook } from '../../exporter/src/http/auth/token-book';
import { discoveryApp } from '../../exporter/src/http/discovery-app';
import { DatabaseError, type Database } from '../../exporter/src/inventory/database';
import { importFileDevices } from '../../exporter/src/inventory/import-devices';
import { migrate } from '../../exporter/src/inventory/migrate';
import type { Device } from '../../exporter/src/model/device';
import { testDevice } from '../../exporter/src/model/device.fixture';
import { targetListFromJson } from '../../exporter/src/model/target-list';
import { SnmpError } from '../../exporter/src/snmp/session';
import { describeOnBoth } from './inventory-databases';
import { MemoryAgents } from './memory-agents';

const device = (n: number, more: Partial<Device> = {}): Device =>
  testDevice({
    id: `r${n}`,
    name: `Router ${n}`,
    address: `10.0.0.${n}`,
    site: n % 2 ? 'HQ' : 'Gori',
    region: n % 2 ? 'Tbilisi' : 'Shida Kartli',
    ...more,
  });
const HOUR = 3_600_000;
// Local, as the time of the full walk is.
const NOON = new Date(2026, 5, 1, 12, 0).getTime();
const TOKEN = 'a-token-for-exporters';

async function until(done: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !done();) {
    if (Date.now() > deadline) {
      throw new Error(`still waiting after 10 s for ${done.toString()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describeOnBoth('discovery', (backend) => {
  let db: Database;
  let agents: MemoryAgents;
  let now: number;
  let runner: DiscoveryRunner;
  let metrics: DiscoveryMetrics;
  let logged: string[];
  const log = {
    info: (...args: unknown[]) => void logged.push(JSON.stringify(args)),
    debug: () => undefined,
    warn: (...args: unknown[]) => void logged.push(JSON.stringify(args)),
    error: (...args: unknown[]) => void logged.push(String(args[1])),
  };

  const newRunner = async (owner: string, on: Database = db) => {
    const walker = {
      engine: agents,
      auths: { branch: { version: 2 as const, community: 'very-secret' } },
      classify: (await InventoryClassifier.open(on)).classify,
      timeoutMs: 1000,
      retries: 0,
    };
    const options = { concurrency: 4, refreshMs: HOUR, fullWalkAt: '02:30', owner, now: () => now };
    return new DiscoveryRunner(on, walker, options, metrics, log as never);
  };

  beforeAll(async () => {
    db = await backend.fresh();
    await migrate(db);
  }, 60_000);
  beforeEach(async () => {
    await db.script('truncate sites, devices, device_interfaces, interface_changes, providers, discovery_runs cascade');
    logged = [];
    now = NOON;
    agents = new MemoryAgents();
    for (let n = 1; n <= 12; n++) {
      agents.agents.set(`10.0.0.${n}`, {
        ports: [
          { index: 1, name: 'ether1', alias: 'Magti_Internet' },
          { index: 2, name: 'ether2', alias: 'Silknet uplink 200M' },
          { index: 3, name: 'lo', type: 24 },
        ],
      });
    }
    metrics = new DiscoveryMetrics(db, { version: '1.2.3' }, () => ({ error_status: 2, loop: 0 }));
    runner = await newRunner('one');
    const devices = Array.from({ length: 12 }, (_, i) => device(i + 1));
    await importFileDevices(db, {
      devices,
      sites: [{ name: 'HQ', region: 'Tbilisi', latitude: 41.7, longitude: 44.8 }],
    });
  });
  afterEach(async () => {
    await runner.stop();
    expect(agents.openSessions).toBe(0);
  });

  const metric = async (name: string) =>
    (await metrics.registry.metrics())
      .split('\n')
      .filter((line) => line.startsWith(name) && /[ {]/.test(line[name.length] ?? ''));

  it('walks what is due, N at once, and says what the run brought', async () => {
    agents.agents.get('10.0.0.5')!.failure = new SnmpError('timeout', 'no answer from 10.0.0.5:161 within 1 s');
    agents.agents.get('10.0.0.6')!.failure = new SnmpError('auth', '10.0.0.6:161 refused the credential');
    expect(await runner.runOnce()).toEqual({
      kind: 'full',
      devices: 12,
      succeeded: 10,
      failed: 2,
      failedByReason: { timeout: 1, auth: 1 },
      interfacesFound: 30,
      interfacesAdded: 30,
      interfacesChanged: 0,
      interfacesRemoved: 0,
    });
    expect(await runner.runOnce()).toBeUndefined();
    expect(await metric('isp_discovery_devices')).toEqual(
      expect.arrayContaining([
        'isp_discovery_devices{result="ok"} 10',
        'isp_discovery_devices{result="timeout"} 1',
        'isp_discovery_devices{result="auth"} 1',
        'isp_discovery_devices{result="pending"} 0',
      ])
    );
    expect(await metric('isp_discovery_interfaces')).toEqual(
      expect.arrayContaining([
        'isp_discovery_interfaces{interface_type="isp"} 20',
        'isp_discovery_interfaces{interface_type="loopback"} 10',
      ])
    );
    expect(await metric('isp_discovery_snmp_walks_truncated_total')).toEqual([
      'isp_discovery_snmp_walks_truncated_total{reason="error_status"} 2',
      'isp_discovery_snmp_walks_truncated_total{reason="loop"} 0',
    ]);
    expect(await metric('isp_discovery_runs_total')).toContain('isp_discovery_runs_total{kind="full"} 1');
    expect(await metric('isp_discovery_last_success_timestamp_seconds')).toEqual([
      `isp_discovery_last_success_timestamp_seconds ${NOON / 1000}`,
    ]);
    expect(logged.join('\n')).not.toContain('very-secret');
  });

  it('walks no more at once than it may, and no fewer while some wait', async () => {
    const four = until(() => agents.openSessions === 4);
    agents.agents.forEach((agent) => (agent.gate = four));
    await runner.runOnce();
    expect([agents.mostOpen, agents.opened.length]).toEqual([4, 12]);
  });

  it('knows no last success before the first', async () => {
    expect(await metric('isp_discovery_last_success_timestamp_seconds')).toEqual([]);
    expect(await metric('isp_discovery_devices')).toContain('isp_discovery_devices{result="pending"} 12');
  });

  it('refreshes hourly, walks in full at 02:30, and writes nothing when nothing changed', async () => {
    await runner.runOnce();
    const passes: (string | undefined)[] = [];
    for (const at of [NOON + HOUR - 1, NOON + HOUR, NOON + 14 * HOUR, new Date(2026, 5, 2, 2, 30).getTime()]) {
      now = at;
      const run = await runner.runOnce();
      passes.push(run && `${run.kind} ${run.devices}/${run.interfacesChanged}`);
    }
    expect(passes).toEqual([undefined, 'refresh 12/0', 'refresh 12/0', 'full 12/0']);
  });

  it('finds what changed, whatever the ifIndex became', async () => {
    await runner.runOnce();
    agents.agents.get('10.0.0.1')!.ports = [
      { index: 12, name: 'ether1', alias: 'Geocell internet' },
      { index: 11, name: 'ether2', alias: 'Silknet uplink 200M' },
      { index: 10, name: 'lo', type: 24 },
      { index: 13, name: 'ether3', alias: 'camera 1' },
    ];
    now += HOUR;
    expect(await runner.runOnce()).toMatchObject({ interfacesAdded: 1, interfacesChanged: 3, interfacesRemoved: 0 });
    expect(logged.join('\n')).toContain('renumbered');
  });

  it('asks a failing device again sooner, then ever more rarely, and tells it once', async () => {
    agents.agents.get('10.0.0.5')!.failure = new SnmpError('timeout', 'no answer');
    await runner.runOnce();
    now = NOON + 5 * 60_000;
    expect(await runner.runOnce()).toMatchObject({ devices: 1, failedByReason: { timeout: 1 } });
    now += 9 * 60_000;
    expect(await runner.runOnce()).toBeUndefined();
    delete agents.agents.get('10.0.0.5')!.failure;
    now += 60_000;
    expect(await runner.runOnce()).toMatchObject({ kind: 'full', devices: 1, succeeded: 1 });
    expect(logged.filter((line) => line.includes('no answer'))).toHaveLength(1);
  });

  it('names an auth that the configuration does not have', async () => {
    await importFileDevices(db, { devices: [device(1, { auth: 'brnch' })], sites: [] });
    expect(await runner.runOnce()).toMatchObject({ failedByReason: { auth: 1 } });
    const [row] = await db.query<{ d: string }>('select discovery_detail as d from devices where removed_at is null');
    expect(row?.d).toBe(
      'device r1 names the auth "brnch", which is not under auths: in the configuration; known are branch'
    );
  });

  it('shares the work between two sidecars', async () => {
    const other = await newRunner('two', (await backend.again(db)) ?? db);
    const runs = await Promise.all([runner.runOnce(), other.runOnce()]);
    expect(runs.reduce((sum, run) => sum + (run?.devices ?? 0), 0)).toBe(12);
    expect(new Set(agents.opened).size).toBe(12);
    expect(agents.opened).toHaveLength(12);
  });

  it('takes a device over from a sidecar that hangs, and drops what that one brings late', async () => {
    await importFileDevices(db, { devices: [device(1)], sites: [] });
    let open = () => {};
    agents.agents.get('10.0.0.1')!.gate = new Promise((resolve) => (open = resolve));
    const slow = runner.runOnce();
    await until(() => agents.openSessions === 1);
    now += 10 * 60_000;
    agents.agents.set('10.0.0.1', { ports: [{ index: 1, name: 'new1' }] });
    expect(await (await newRunner('two')).runOnce()).toMatchObject({ succeeded: 1, interfacesAdded: 1 });
    open();
    expect(await slow).toMatchObject({ succeeded: 0, failedByReason: { lease_lost: 1 } });
    expect(await db.query('select if_name from device_interfaces')).toEqual([{ if_name: 'new1' }]);
  });

  it('runs at the start, on request and not after the stop', async () => {
    await runner.runOnce();
    now += 5 * 60_000;
    await runner.start();
    await until(() => agents.opened.length === 24);
    expect(await runner.request('r3')).toBe(true);
    await until(() => agents.opened.length === 25);
    expect(agents.opened.at(-1)).toBe('10.0.0.3');
    expect(await runner.request('nobody')).toBe(false);
    await runner.stop();
    expect(await runner.request('r4')).toBe(true);
    expect(agents.opened).toHaveLength(25);
  });

  describe('over HTTP', () => {
    let server: Server;
    let base: string;
    beforeEach(async () => {
      await runner.runOnce();
      const app = discoveryApp({
        db,
        requestDiscovery: (id) => runner.request(id),
        authNames: () => ['branch'],
        metrics: metrics.registry,
        version: '1.2.3',
        log: log as never,
        access: new Access({
          tokens: TokenBook.open([{ name: 'exporter', role: 'viewer', token: TOKEN, file: null }], log as never),
          anonymous: 'viewer',
        }),
        now: () => now,
      });
      server = app.listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterEach(() => new Promise((resolve) => server.close(resolve)));

    const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      fetch(base + path, { method, headers: { authorization: `Bearer ${TOKEN}`, connection: 'close', ...headers } });
    const json = async (path: string) => {
      const res = await get(path);
      expect([path, res.status]).toEqual([path, 200]);
      return res.json();
    };

    it('serves the target list with a tag that changes with the content only', async () => {
      const first = await get('/targets');
      const etag = first.headers.get('etag') as string;
      expect(etag).toMatch(/^"[\w-]{43}"$/);
      const list = targetListFromJson(await first.json());
      expect(list.generatedAt).toBe(NOON);
      expect(list.targets).toHaveLength(12);
      expect(list.targets.find((t) => t.device.id === 'r1')).toMatchObject({
        device: { site: 'HQ', region: 'Tbilisi', vendor: 'mikrotik', model: 'CHR', sysName: 'sys-10.0.0.1' },
        interfaces: [
          { ifName: 'ether1', interfaceType: 'isp', ispProvider: 'magti', isCritical: true, monitored: true },
          { ifName: 'ether2', interfaceType: 'isp', ispProvider: 'silknet' },
          { ifName: 'lo', interfaceType: 'loopback', monitored: false },
        ],
      });
      now += HOUR;
      // The walk of an unchanged fleet changes no tag.
      await runner.runOnce();
      const same = await get('/targets', { 'if-none-match': etag });
      expect([same.status, await same.text(), same.headers.get('etag')]).toEqual([304, '', etag]);
      await db.query(`update devices set notes = 'x', lease_owner = null`);
      expect((await get('/targets', { 'if-none-match': etag })).status).toBe(304);
      // By hand, as operators do.
      await db.query(
        `update device_interfaces set interface_type_override = 'access' where device_id = 'r1' and if_name = 'ether1'`
      );
      const changed = await get('/targets', { 'if-none-match': etag });
      expect([changed.status, changed.headers.get('etag') === etag]).toEqual([200, false]);
      expect(targetListFromJson(await changed.json()).generatedAt).toBe(now);
    });

    it.each([
      ['/api/v1/devices', 12, ['r1', 'r10', 'r11']],
      ['/api/v1/devices?sort=-address', 12, ['r12', 'r11', 'r10']],
      ['/api/v1/devices?sort=address&limit=1&offset=9', 12, ['r10']],
      ['/api/v1/devices?q=0.0.12', 1, ['r12']],
      ['/api/v1/devices?q=12%20ROUTER', 1, ['r12']],
      ['/api/v1/devices?q=%25', 0, []],
      ['/api/v1/devices?site=Gori&region=Shida%20Kartli', 6, ['r10', 'r12', 'r2']],
      ['/api/v1/devices?type=switch', 0, []],
      ['/api/v1/devices?vendor=mikrotik&enabled=true', 12, ['r1', 'r10', 'r11']],
      [`/api/v1/devices?q=${encodeURIComponent("'; drop table devices; --")}`, 0, []],
    ])('%s has %d', async (path, total, first) => {
      const body = await json(path);
      expect(body.total).toBe(total);
      expect(body.items.slice(0, 3).map((d: { id: string }) => d.id)).toEqual(first);
    });

    it.each([
      ['/api/v1/interfaces', 36, 'ether1'],
      ['/api/v1/interfaces?interface_type=isp&critical=true', 24, 'ether1'],
      ['/api/v1/interfaces?provider=silknet', 12, 'ether2'],
      ['/api/v1/interfaces?provider=silknet&site=HQ', 6, 'ether2'],
      ['/api/v1/interfaces?q=magti&device_id=r7', 1, 'ether1'],
      ['/api/v1/interfaces?critical=false&type=router', 12, 'lo'],
      ['/api/v1/interfaces?sort=-if_index&limit=5', 36, 'lo'],
      ['/api/v1/interfaces?active=false', 0, undefined],
    ])('%s has %d', async (path, total, first) => {
      const body = await json(path);
      expect(body.total).toBe(total);
      expect(body.items[0]?.if_name).toBe(first);
    });

    it('serves one of each, sites and runs', async () => {
      expect(await json('/api/v1/devices/r1')).toMatchObject({
        id: 'r1',
        interfaces: 3,
        isp_interfaces: 2,
        discovery_reason: 'ok',
        discovering: false,
      });
      const { items } = await json('/api/v1/interfaces?device_id=r1&limit=1');
      expect(await json(`/api/v1/interfaces/${items[0].id}`)).toMatchObject({
        if_name: 'ether1',
        parser_source: 'alias',
        parser_rule: 'provider-with-uplink-word',
        changes: [],
      });
      expect(await json('/api/v1/sites')).toMatchObject({
        total: 2,
        items: [
          { name: 'Gori', devices: 6, isp_interfaces: 12 },
          { name: 'HQ', latitude: 41.7 },
        ],
      });
      expect(await json('/api/v1/discovery/runs?limit=1')).toMatchObject({
        total: 1,
        items: [{ kind: 'full', devices: 12, succeeded: 12, interfaces_added: 36, failed_by_reason: {} }],
      });
    });

    it.each([
      ['GET', '/api/v1/devices?sitee=HQ', 400, 'invalid_request', 'unknown key "sitee"; did you mean "site"?'],
      [
        'GET',
        '/api/v1/devices?limit=0',
        400,
        'invalid_request',
        'limit: found "0"; it must be a whole number from 1 to 1000',
      ],
      ['GET', '/api/v1/devices?site=a&site=b', 400, 'invalid_request', 'site: found a list; it must be a string'],
      [
        'GET',
        '/api/v1/interfaces?interface_type=uplink&critical=yes',
        400,
        'invalid_request',
        'critical: found "yes"; it must be true or false',
      ],
      ['GET', '/api/v1/interfaces?sort=id;drop', 400, 'invalid_request', 'with - in front for descending order'],
      ['GET', '/api/v1/devices/%E0%A4%A', 400, 'invalid_request', 'cannot be decoded'],
      ['GET', '/api/v1/devices/nobody', 404, 'not_found', 'There is no device nobody'],
      ['GET', '/api/v1/interfaces/1e3', 404, 'not_found', 'id: found "1e3"; it must be a whole number from 1 to'],
      ['GET', '/api/v1/interfaces/999999999', 404, 'not_found', 'There is no interface 999999999'],
      ['GET', '/nowhere', 404, 'not_found', 'There is nothing at GET /nowhere'],
      ['POST', '/api/v1/devices/nobody/discover', 404, 'not_found', 'There is no device nobody'],
    ])('%s %s is %d %s', async (method, path, status, code, detail) => {
      const res = await get(path, {}, method);
      expect([res.status, res.headers.get('content-type')]).toEqual([
        status,
        'application/problem+json; charset=utf-8',
      ]);
      const body = await res.json();
      expect(body).toMatchObject({ status, code, type: `urn:isp-monitor:problem:${code}`, title: expect.any(String) });
      expect(body.detail).toContain(detail);
    });

    it('makes a device due on request, and says why one is not', async () => {
      const res = await get('/api/v1/devices/r2/discover', {}, 'POST');
      expect([res.status, await res.json()]).toEqual([202, { id: 'r2', requested: true }]);
      expect(await runner.runOnce()).toMatchObject({ kind: 'manual', devices: 1 });
      await db.query(`update devices set auth = null where id = 'r2'`);
      await db.query(`update devices set enabled = false where id = 'r3'`);
      const refused = await Promise.all(
        ['r2', 'r3'].map(async (id) => (await get(`/api/v1/devices/${id}/discover`, {}, 'POST')).json())
      );
      expect(refused.map((p) => [p.code, p.detail])).toEqual([
        ['not_discoverable', 'Device r2 is not asked by SNMP: it names no auth in the inventory.'],
        ['not_discoverable', 'Device r3 is not asked by SNMP: it is disabled in the inventory.'],
      ]);
    });

    it.each([
      ['/targets', {}, 'no bearer token was sent'],
      ['/targets', { authorization: 'Bearer wrong-secret' }, 'the bearer token is none of the configured ones'],
      ['/api/v1/devices', { authorization: 'Basic abc' }, 'no bearer token was sent'],
    ])('refuses %s with %j', async (path, headers, why) => {
      const res = await fetch(base + path, { headers: { connection: 'close', ...headers } });
      const text = await res.text();
      expect([res.status, res.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="isp-discovery"']);
      expect(text).toContain(why);
      expect(text).not.toMatch(/wrong-secret|a-token/);
    });

    it.each([
      ['/', 'text/html; charset=utf-8', '/api/v1/devices'],
      ['/metrics', 'text/plain; version=0.0.4; charset=utf-8', 'isp_discovery_build_info{version="1.2.3"'],
      ['/-/healthy', 'text/plain; charset=utf-8', 'healthy'],
      ['/-/ready', 'text/plain; charset=utf-8', 'ready'],
    ])('serves %s without a token', async (path, type, part) => {
      const res = await fetch(base + path, { headers: { connection: 'close' } });
      expect([res.status, res.headers.get('content-type')]).toEqual([200, type]);
      expect(await res.text()).toContain(part);
    });

    it('says 503 while the database is away, and tells no SQL', async () => {
      const away = new DatabaseError(
        'lost the connection to Postgres at db:5432/isp as isp: nothing listens there; start Postgres'
      );
      jest.spyOn(db, 'query').mockRejectedValue(away);
      for (const path of ['/targets', '/api/v1/sites']) {
        const res = await get(path);
        expect([res.status, res.headers.get('retry-after'), (await res.json()).code]).toEqual([
          503,
          '5',
          'database_unavailable',
        ]);
      }
      const ready = await get('/-/ready');
      expect([ready.status, await ready.text()]).toEqual([503, `not ready: ${away.message}\n`]);
      expect((await get('/-/healthy')).status).toBe(200);
      const text = await (await get('/metrics')).text();
      expect(text).toContain('isp_discovery_database_up 0');
      expect(text).not.toMatch(/^isp_discovery_devices\{/m);
      jest
        .spyOn(db, 'query')
        .mockRejectedValue(Object.assign(new Error('syntax error at or near "selct"'), { code: '42601' }));
      const failed = await get('/api/v1/sites');
      expect(failed.status).toBe(500);
      expect(await failed.text()).not.toContain('selct');
      jest.restoreAllMocks();
      expect((await get('/-/ready')).status).toBe(200);
    });
  });
});
