import './native-pglite';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { Access } from '../../exporter/src/http/auth/access';
import { TokenBook } from '../../exporter/src/http/auth/token-book';
import { discoveryApp } from '../../exporter/src/http/discovery-app';
import type { TargetGroup } from '../../exporter/src/http/scrape-targets';
import { DatabaseError, type Database } from '../../exporter/src/inventory/database';
import { migrate } from '../../exporter/src/inventory/migrate';
import { describeOnBoth } from './inventory-databases';

const TOKEN = 'a-token-for-prometheus';
const QUIET = { info: () => undefined, debug: () => undefined, warn: () => undefined, error: () => undefined };

describeOnBoth('service discovery', (backend) => {
  let db: Database;
  let server: Server;
  let url: string;
  let queries: string[];
  let away: Error | undefined;
  let intervals = { pingMs: 10_000, standardMs: 60_000, slowMs: 300_000 };

  beforeAll(async () => {
    db = await backend.fresh();
    await migrate(db);
    queries = [];
    const watched = new Proxy(db, {
      get: (of, key) =>
        key === 'query'
          ? (sql: string, params?: unknown[]) => {
              queries.push(sql);
              return away && sql.includes('devices_in_effect') ? Promise.reject(away) : of.query(sql, params);
            }
          : (Reflect.get(of, key) as unknown),
    });
    const tokens = TokenBook.open([{ name: 'prometheus', role: 'viewer', token: TOKEN, file: null }], QUIET);
    const app = discoveryApp({
      db: watched,
      requestDiscovery: () => Promise.resolve(false),
      authNames: () => [],
      metrics: new Registry(),
      version: '0',
      log: QUIET,
      access: new Access({ tokens, anonymous: 'viewer' }),
      scrapeIntervals: () => intervals,
    });
    server = createServer(app);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }, 60_000);
  afterAll(() => new Promise((done) => server.close(done)));

  beforeEach(async () => {
    await db.script(`
      truncate sites, devices cascade;
      insert into sites (name, region) values ('HQ', 'Tbilisi'), ('გორი', 'Kartli');
      insert into devices (id, name, address, snmp_port, site_id, type, role, auth, tier, modules, tags, vendor, vendor_override, removed_at, enabled, ping, auth_found)
      select v.* from (values
        ('a', 'A', '10.0.0.1', 161, (select id from sites where name = 'HQ'), 'router', 'edge', 'branch', 'standard', '{mikrotik}'::text[], '{vip}'::text[], 'mikrotik', 'Cisco', null::timestamptz, true, true, null),
        ('b', 'B "x"', '2001:db8::1', 1161, (select id from sites where name = 'გორი'), 'switch', 'core', 'auto', 'slow', '{}'::text[], '{}'::text[], 'hp', null, null, true, false, 'other'),
        ('c', 'C', 'c.example', 161, null, 'nvr', '', null, 'standard', '{}'::text[], '{}'::text[], '', null, null, true, true, null),
        ('d', 'D', '10.0.0.4', 161, null, 'router', '', 'auto', 'standard', '{}'::text[], '{}'::text[], '', null, null, true, true, null),
        ('off', 'Off', '10.0.0.5', 161, null, 'router', '', 'branch', 'standard', '{}'::text[], '{}'::text[], '', null, null, false, true, null),
        ('gone', 'Gone', '10.0.0.6', 161, null, 'router', '', 'branch', 'standard', '{}'::text[], '{}'::text[], '', null, now(), true, true, null)
      ) as v`);
  });

  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${TOKEN}`, ...headers } });
  const groups = async (path: string): Promise<TargetGroup[]> => (await (await ask(path)).json()) as TargetGroup[];
  const ids = async (path: string) => (await groups(path)).map(({ labels }) => labels['device_id']);

  it('lists what is asked by SNMP, with the words that are in effect', async () => {
    const answer = await ask('/sd/snmp');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(await answer.json()).toEqual([
      {
        targets: ['10.0.0.1'],
        labels: {
          device_id: 'a',
          device_ip: '10.0.0.1',
          device_name: 'A',
          site: 'HQ',
          region: 'Tbilisi',
          role: 'edge',
          device_type: 'router',
          vendor: 'Cisco',
          __meta_isp_tier: 'standard',
          __meta_isp_tags: ',vip,',
          __param_module: 'if_mib,mikrotik',
          __param_auth: 'branch',
          __scrape_interval__: '60s',
          __scrape_timeout__: '30s',
        },
      },
      {
        targets: ['[2001:db8::1]:1161'],
        labels: expect.objectContaining({
          device_name: 'B "x"',
          site: 'გორი',
          vendor: 'hp',
          __param_auth: 'other',
          __param_module: 'if_mib',
          __scrape_interval__: '300s',
        }) as unknown,
      },
    ]);
  });

  it.each([
    ['/sd/snmp', ['a', 'b']],
    ['/sd/ping', ['a', 'c', 'd']],
    ['/sd/icmp', ['a', 'c', 'd']],
    ['/sd/snmp?site=HQ', ['a']],
    [`/sd/snmp?site=HQ&site=${encodeURIComponent('გორი')}&role=core`, ['b']],
    ['/sd/ping?region=Tbilisi', ['a']],
    ['/sd/ping?type=nvr&type=router', ['a', 'c', 'd']],
    ['/sd/snmp?vendor=Cisco&tag=vip&tag=x', ['a']],
    ['/sd/snmp?tag=', []],
    [`/sd/snmp?site=${encodeURIComponent("' or 1=1 --")}`, []],
  ])('%s lists %j', async (path, expected) => {
    expect(await ids(path)).toEqual(expected);
  });

  it('lists nothing as an empty list', async () => {
    await db.script('truncate devices cascade');
    const answer = await ask('/sd/snmp');
    expect([answer.status, await answer.text()]).toEqual([200, '[]']);
  });

  it.each([
    ['/sd/snmpp', 404, 'not_found', 'There is no job snmpp to discover; the jobs are snmp, ping, icmp.'],
    ['/sd/SNMP', 404, 'not_found', 'There is no job SNMP to discover'],
    ['/sd/..%2ftargets', 404, 'not_found', 'There is no job ../targets to discover'],
    ['/sd/', 404, 'not_found', 'There is nothing at GET /sd/'],
    ['/sd/snmp?sitee=HQ', 400, 'invalid_request', 'unknown key "sitee"; did you mean "site"?'],
    ['/sd/snmp?site=LONG', 400, 'invalid_request', 'it must have 200 characters at most'],
    ['/sd/snmp?MANY', 400, 'invalid_request', 'it may stand there 50 times at most'],
    ['/sd/snmp?tag=%00', 400, 'invalid_request', 'U+0000'],
  ])('%s is answered with %i', async (path, status, code, detail) => {
    const answer = await ask(path.replace('LONG', 'x'.repeat(201)).replace('MANY', 'tag=a&'.repeat(51)));
    const problem = (await answer.json()) as { code: string; detail: string };
    expect([answer.status, problem.code, problem.detail]).toEqual([status, code, expect.stringContaining(detail)]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('takes no other method, and nobody without a token', async () => {
    const post = await ask('/sd/snmp', {}, 'POST');
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await ask('/sd/snmp', {}, 'HEAD')).status).toBe(200);
    expect((await fetch(`${url}/sd/snmp`)).status).toBe(401);
    expect((await ask('/sd/snmp', { authorization: 'Bearer wrong-wrong-wrong' })).status).toBe(401);
  });

  it('is made anew when the inventory changed, and answers 304 when not', async () => {
    const first = await ask('/sd/snmp');
    const etag = first.headers.get('etag') as string;
    queries.length = 0;
    const again = await ask('/sd/snmp', { 'if-none-match': etag });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    expect(queries).toEqual(['select revision from inventory_revision']);
    for (const change of [
      `tags = '{new}' where id = 'a'`,
      `modules = '{cisco}' where id = 'a'`,
      `auth_found = 'branch' where id = 'b'`,
      `tier = 'slow' where id = 'a'`,
      `enabled = false where id = 'b'`,
      `removed_at = now() where id = 'a'`,
    ]) {
      const before = (await ask('/sd/snmp')).headers.get('etag') as string;
      await db.query(`update devices set ${change}`);
      expect([change, (await ask('/sd/snmp', { 'if-none-match': before })).status]).toEqual([change, 200]);
    }
  });

  it('follows the intervals of a configuration that was loaded again', async () => {
    const etag = (await ask('/sd/ping')).headers.get('etag') as string;
    intervals = { ...intervals, pingMs: 5_000 };
    const answer = await ask('/sd/ping', { 'if-none-match': etag });
    expect(((await answer.json()) as TargetGroup[])[0]?.labels).toMatchObject({ __scrape_interval__: '5s' });
  });

  it('says so when the database does not answer, and recovers', async () => {
    await db.query(`update devices set name = 'A2' where id = 'a'`);
    away = new DatabaseError('the server is away');
    const answer = await ask('/sd/snmp');
    away = undefined;
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await groups('/sd/snmp'))[0]?.labels).toMatchObject({ device_name: 'A2' });
  });
});
