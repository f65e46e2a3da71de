import './native-pglite';
import type { Database } from '../../exporter/src/inventory/database';
import { claimDue, finishDiscovery, requestDiscovery } from '../../exporter/src/inventory/discovery-queue';
import { importFileDevices } from '../../exporter/src/inventory/import-devices';
import { migrate } from '../../exporter/src/inventory/migrate';
import { inventoryRevision } from '../../exporter/src/inventory/revision';
import { testDevice } from '../../exporter/src/model/device.fixture';
import { ApiServer, type ApiAnswer } from './api-server';
import { describeOnBoth } from './inventory-databases';

const NOON = Date.UTC(2026, 5, 1, 12);
/** What a database would say, and no answer may. */
const SQL = /select |insert |update |relation|column|syntax|violates|pg_|SQLSTATE/i;

describeOnBoth('devices of the API', (backend) => {
  let db: Database;
  let api: ApiServer;
  let looked = 0;

  beforeAll(async () => {
    db = await backend.fresh();
    await migrate(db);
    api = await ApiServer.start({
      db,
      requestDiscovery: (id) => requestDiscovery(db, id),
      discoverDue: () => void looked++,
    });
  }, 60_000);
  afterAll(() => api.close());
  beforeEach(async () => {
    await empty();
    looked = 0;
  });
  afterEach(() => expect(api.logged).toEqual([]));

  // Of small tables much cheaper than truncate.
  const empty = () =>
    db.script('delete from devices; delete from sites; delete from discovery_runs; delete from audit_log');
  const post = (body: unknown) => api.call('POST', '/devices', body);
  const patch = (id: string, body: unknown, headers?: Record<string, string>) =>
    api.call('PATCH', `/devices/${id}`, body, headers);
  const audit = async () =>
    (
      await db.query<Record<string, unknown>>(
        'select actor, role, action, entity, entity_id, before, after from audit_log order by id'
      )
    ).map((row) => ({ ...row }));
  const refused = ({ status, body }: ApiAnswer) => {
    expect(JSON.stringify(body)).not.toMatch(SQL);
    return [status, body.code, body.detail];
  };
  const fromFile = (id: string, more = {}) =>
    importFileDevices(db, { devices: [testDevice({ id, name: id, address: '10.0.0.1', ...more })], sites: [] });
  const images = async () =>
    JSON.stringify([
      await db.query('select id, xmin::text from devices order by id'),
      await db.query('select id, xmin::text from sites order by id'),
      await db.query('select id from audit_log'),
      await inventoryRevision(db),
    ]);

  describe('POST', () => {
    it('adds a device that is due at once, with its site, and writes down who did', async () => {
      const { status, headers, body } = await post({
        name: ' Batumi RTR ',
        address: '192.0.2.5',
        site: 'ბათუმი',
        region: 'Adjara',
        type: 'router',
        auth: 'branch',
        latitude: 41.65,
        longitude: 41.64,
        tags: ['ring', ' core ', 'ring'],
        notes: 'call Nino first\n"გასაღები" ; -- x',
      });
      expect([status, headers.get('location')]).toEqual([201, '/api/v1/devices/batumi-rtr']);
      expect(body).toMatchObject({
        id: 'batumi-rtr',
        name: 'Batumi RTR',
        address: '192.0.2.5',
        snmp_port: 161,
        site: 'ბათუმი',
        region: 'Adjara',
        region_override: null,
        auth: 'branch',
        origin: 'api',
        latitude: 41.65,
        latitude_override: 41.65,
        tags: ['ring', 'core'],
        notes: 'call Nino first\n"გასაღები" ; -- x',
        discovery_result: 'pending',
        next_discovery_at: null,
      });
      expect(looked).toBe(1);
      expect(await claimDue(db, { owner: 'o', now: NOON, leaseMs: 1000, limit: 5 })).toMatchObject([
        { id: 'batumi-rtr', full: true },
      ]);
      expect((await api.get('/devices/batumi-rtr')).headers.get('etag')).toBe(headers.get('etag'));
      expect(await audit()).toMatchObject([
        {
          actor: 'anonymous',
          role: 'admin',
          action: 'create',
          entity: 'site',
          before: null,
          after: { name: 'ბათუმი' },
        },
        {
          action: 'create',
          entity: 'device',
          entity_id: 'batumi-rtr',
          before: null,
          after: { name: 'Batumi RTR', auth: 'branch', tags: ['ring', 'core'] },
        },
      ]);
    });

    it.each([
      ['a name', { name: 'a', address: '192.0.2.2' }, 'The name a belongs to device a (a).'],
      ['an address', { name: 'b', address: '192.0.2.1' }, 'The address 192.0.2.1 port 161 belongs to device a (a).'],
      ['an id', { id: 'a', name: 'b', address: '192.0.2.2' }, 'The id a belongs to device a.'],
    ])('names who has %s', async (_what, body, detail) => {
      await post({ name: 'a', address: '192.0.2.1' });
      const before = await images();
      expect(refused(await post(body))).toEqual([409, 'taken', detail]);
      expect(await images()).toBe(before);
    });

    it('knows an IPv6 address and a host name in any spelling', async () => {
      await post({ name: 'six', address: '2001:DB8::1' });
      await post({ name: 'host', address: 'core.example.net' });
      expect(refused(await post({ name: 'b', address: '2001:db8:0:0::1' }))[2]).toMatch(/belongs to device six/);
      expect(refused(await post({ name: 'b', address: 'Core.Example.net' }))[2]).toMatch(/belongs to device host/);
      expect((await post({ name: 'b', address: '2001:db8::1', snmp_port: 1161 })).status).toBe(201);
    });

    it('gives ids that no other device has', async () => {
      const ids = [];
      for (const [name, address] of [
        ['Core 1', '192.0.2.1'],
        ['core-1', '192.0.2.2'],
        ['CORE/1', '192.0.2.3'],
        ['---', '192.0.2.4'],
        ['კორე', '192.0.2.5'],
      ]) {
        ids.push((await post({ name, address })).body.id);
      }
      expect(ids).toEqual(['core-1', 'core-1-2', 'core-1-3', '192.0.2.4', 'კორე']);
    });

    it('brings a deleted device back with its interfaces and what people said', async () => {
      await post({ name: 'a', address: '192.0.2.1', notes: 'under the stairs', tags: ['x'], type: 'router' });
      await db.query(`insert into device_interfaces (device_id, if_name, if_index) values ('a', 'ether1', 1)`);
      await db.query(`update devices set discovery_reason = 'timeout', discovery_failures = 9`);
      expect((await api.call('DELETE', '/devices/a')).status).toBe(204);
      expect(refused(await api.get('/devices/a'))[0]).toBe(404);
      expect((await post({ name: 'other', address: '192.0.2.1' })).status).toBe(201);
      const { status, body } = await post({ name: 'a', address: '192.0.2.9', tags: [] });
      expect([status, body]).toMatchObject([
        201,
        {
          id: 'a',
          address: '192.0.2.9',
          interfaces: 1,
          notes: 'under the stairs',
          tags: [],
          type: '',
          discovery_reason: null,
        },
      ]);
    });

    it('does not take a credential that is not configured', async () => {
      expect(refused(await post({ name: 'a', address: '192.0.2.1', auth: 'brnch' }))).toEqual([
        409,
        'unknown_auth',
        'There is no entry brnch under auths: in the configuration; did you mean branch?',
      ]);
      expect((await post({ name: 'a', address: '192.0.2.1', auth: 'auto' })).status).toBe(201);
      expect((await post({ name: 'b', address: '192.0.2.2', auth: null })).body.discovery_result).toBe('not_asked');
    });
  });

  const WRONG: [what: string, body: object, field: string | undefined][] = [
    ['not a map', [], undefined],
    ['an unknown key', { adress: '192.0.2.1' }, 'adress'],
    ['an empty name', { name: '  ' }, 'name'],
    ['a name of two lines', { name: 'a\nb' }, 'name'],
    ['a name that is too long', { name: 'x'.repeat(201) }, 'name'],
    ['half a surrogate pair', { name: 'a\ud83d' }, 'name'],
    ['U+0000', { notes: 'a\0b' }, 'notes'],
    ['no address', { address: '' }, 'address'],
    ['999.1.1.1', { address: '999.1.1.1' }, 'address'],
    ['a port in the address', { address: '192.0.2.1:161' }, 'address'],
    ['a number for an address', { address: 5 }, 'address'],
    ['port 0', { snmp_port: 0 }, 'snmp_port'],
    ['port 65536', { snmp_port: 65_536 }, 'snmp_port'],
    ['a port with a fraction', { snmp_port: 161.5 }, 'snmp_port'],
    ['a text for a port', { snmp_port: '161' }, 'snmp_port'],
    ['null for a site', { site: null }, 'site'],
    ['a number for a region', { region: 1 }, 'region'],
    ['an empty auth', { auth: '' }, 'auth'],
    ['a text for ping', { ping: 'yes' }, 'ping'],
    ['null for enabled', { enabled: null }, 'enabled'],
    ['an unknown tier', { tier: 'fast' }, 'tier'],
    ['a list for a vendor', { vendor: ['cisco'] }, 'vendor'],
    ['a latitude of 91', { latitude: 91, longitude: 0 }, 'latitude'],
    ['a longitude of -181', { latitude: 0, longitude: -181 }, 'longitude'],
    ['a latitude alone', { latitude: 41 }, undefined],
    ['half a null place', { latitude: null, longitude: 41 }, undefined],
    ['one tag as text', { tags: 'core' }, 'tags'],
    ['an empty tag', { tags: ['a', ' '] }, 'tags[1]'],
    ['33 tags', { tags: Array.from({ length: 33 }, (_, n) => `t${n}`) }, 'tags'],
    ['a tag of 65 characters', { tags: ['x'.repeat(65)] }, 'tags[0]'],
    ['notes of 4001 characters', { notes: 'x'.repeat(4001) }, 'notes'],
    ['a number for notes', { notes: 1 }, 'notes'],
  ];
  it.each(['POST', 'PATCH'])('a wrong body of %s is refused with the field, and nothing is written', async (method) => {
    await post({ name: 'a', address: '192.0.2.1' });
    const before = await images();
    const base = method === 'POST' ? { name: 'new', address: '192.0.2.7' } : {};
    const found = [];
    for (const [what, wrong] of WRONG) {
      const body = Array.isArray(wrong) ? wrong : { ...base, ...wrong };
      const answer = await (method === 'POST' ? post(body) : patch('a', body));
      const fields = (answer.body.errors ?? []).map((error: { field?: string }) => error.field);
      found.push([what, ...refused(answer).slice(0, 2), ...fields]);
    }
    expect(found).toEqual(WRONG.map(([what, , field]) => [what, 400, 'invalid_request', field]));
    expect(await images()).toBe(before);
  });

  describe('PATCH', () => {
    it('changes what it says and nothing else, and writes down before and after of that', async () => {
      await post({ name: 'a', address: '192.0.2.1', site: 'HQ', region: 'Tbilisi', auth: 'branch', notes: 'x' });
      await db.script('delete from audit_log');
      const { status, body } = await patch('a', { vendor: 'eltex', tags: ['x'], notes: 'x' });
      expect([status, body]).toMatchObject([
        200,
        { vendor: 'eltex', vendor_override: 'eltex', vendor_discovered: '', tags: ['x'], site: 'HQ', auth: 'branch' },
      ]);
      expect(await audit()).toEqual([
        {
          actor: 'anonymous',
          role: 'admin',
          action: 'update',
          entity: 'device',
          entity_id: 'a',
          before: { vendor: null, tags: [] },
          after: { vendor: 'eltex', tags: ['x'] },
        },
      ]);
    });

    it.each([
      ['nothing', {}],
      [
        'what is so already',
        { name: 'a', site: 'HQ', region: 'Tbilisi', tags: ['t', 't'], vendor: ' ', enabled: true },
      ],
    ])('writes nothing when it says %s', async (_what, body) => {
      await post({ name: 'a', address: '192.0.2.1', site: 'HQ', region: 'Tbilisi', tags: ['t'] });
      const before = await images();
      expect((await patch('a', body)).status).toBe(200);
      expect(await images()).toBe(before);
    });

    it('does not tell exporters of notes', async () => {
      await post({ name: 'a', address: '192.0.2.1' });
      const revision = await inventoryRevision(db);
      await patch('a', { notes: 'n' });
      expect(await inventoryRevision(db)).toBe(revision);
      await patch('a', { type: 'switch' });
      expect(await inventoryRevision(db)).toBeGreaterThan(revision);
    });

    it.each([
      ['address', { address: '192.0.2.77' }, true],
      ['port', { snmp_port: 1161 }, true],
      ['auth', { auth: 'core' }, true],
      ['name', { name: 'b' }, false],
      ['notes', { notes: 'x' }, false],
    ])('of the %s makes discovery due or not, also while it is being walked', async (_what, body, due) => {
      await post({ name: 'a', address: '192.0.2.1', auth: 'branch' });
      const claim = (now: number) => claimDue(db, { owner: 'o', now, leaseMs: 60_000, limit: 5 });
      await claim(NOON);
      await patch('a', body);
      await finishDiscovery(db, 'a', 'o', {
        reason: 'ok',
        detail: '',
        finishedAt: NOON + 1,
        nextDiscoveryAt: NOON + 3600_000,
        nextFullWalkAt: NOON + 86_400_000,
      });
      expect((await claim(NOON + 2)).map((d) => d.full)).toEqual(due ? [true] : []);
    });

    it('follows the region of the site unless it has its own', async () => {
      await post({ name: 'a', address: '192.0.2.1', site: 'HQ', region: 'Tbilisi' });
      expect((await patch('a', { region: 'Elsewhere' })).body).toMatchObject({ region_override: 'Elsewhere' });
      expect((await patch('a', { region: 'Tbilisi' })).body).toMatchObject({
        region: 'Tbilisi',
        region_override: null,
      });
      expect((await patch('a', { site: 'Gori', region: 'Kartli' })).body).toMatchObject({
        site: 'Gori',
        region: 'Kartli',
        region_override: null,
      });
      expect((await patch('a', { site: '' })).body).toMatchObject({ site: '', region: '' });
    });

    it('takes words back with null', async () => {
      await db.query(
        `insert into devices (id, name, address, vendor, model) values ('a', 'a', '192.0.2.1', 'cisco', 'ISR')`
      );
      await patch('a', { vendor: 'eltex', model: 'MES', latitude: 1, longitude: 2, region: 'X', auth: 'core' });
      const back = { vendor: null, model: null, latitude: null, longitude: null, region: null, auth: null };
      expect((await patch('a', back)).body).toMatchObject({
        vendor: 'cisco',
        model: 'ISR',
        latitude: null,
        region: '',
        auth: null,
      });
    });

    it('is refused where another has the name or address, and leaves no site behind', async () => {
      await post({ name: 'a', address: '192.0.2.1' });
      await post({ name: 'b', address: '192.0.2.2' });
      const before = await images();
      expect(refused(await patch('b', { name: 'a', site: 'New' }))[2]).toBe('The name a belongs to device a (a).');
      expect(refused(await patch('b', { address: '192.0.2.1', site: 'New' })).slice(0, 2)).toEqual([409, 'taken']);
      expect(await images()).toBe(before);
    });

    it.each(['PATCH', 'DELETE'])('%s of a device that is not there is 404', async (method) => {
      const answer = await api.call(method, '/devices/nobody', method === 'PATCH' ? { notes: 'x' } : undefined);
      expect(refused(answer)).toEqual([404, 'not_found', 'There is no device nobody; ids are in /api/v1/devices.']);
    });
  });

  describe('If-Match', () => {
    it('lets the first of two editors win and tells the other', async () => {
      await post({ name: 'a', address: '192.0.2.1' });
      const seen = (await api.get('/devices/a')).headers.get('etag') as string;
      const first = await patch('a', { notes: 'first' }, { 'if-match': seen });
      expect(first.status).toBe(200);
      const before = await images();
      for (const [method, body] of [
        ['PATCH', { notes: 'second' }],
        ['DELETE', undefined],
      ] as const) {
        const answer = await api.call(method, '/devices/a', body, { 'if-match': seen });
        expect(refused(answer)).toEqual([
          412,
          'changed_meanwhile',
          'Device a is not the version of If-Match any more; read it again.',
        ]);
      }
      expect(await images()).toBe(before);
      const now = first.headers.get('etag') as string;
      expect((await patch('a', { notes: 'second' }, { 'if-match': `"x", W/${now}` })).status).toBe(200);
      expect((await patch('a', { notes: 'third' }, { 'if-match': '*' })).status).toBe(200);
    });

    it('does not care for what discovery writes meanwhile', async () => {
      await post({ name: 'a', address: '192.0.2.1', auth: 'branch' });
      const seen = (await api.get('/devices/a')).headers.get('etag') as string;
      await db.query(`update devices set vendor = 'cisco', discovery_reason = 'ok', last_discovery_at = now()`);
      expect((await patch('a', { notes: 'n' }, { 'if-match': seen })).status).toBe(200);
    });
  });

  it('of many who want the same at once one gets it', async () => {
    const made = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => post({ name: 'a', address: `192.0.2.${n}`, site: 'HQ' }))
    );
    expect(made.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    const seen = (await api.get('/devices/a')).headers.get('etag') as string;
    const edits = await Promise.all([1, 2, 3].map((n) => patch('a', { notes: `edit ${n}` }, { 'if-match': seen })));
    expect(edits.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    expect((await audit()).map(({ action, entity }) => `${String(action)} ${String(entity)}`)).toEqual([
      'create site',
      'create device',
      'update device',
    ]);
  });

  describe('of the configuration file', () => {
    it.each([
      ['name', { name: 'b' }],
      ['address', { address: '10.9.9.9' }],
      ['site', { site: 'Elsewhere' }],
      ['enabled', { enabled: false, notes: 'and a note' }],
      ['auth', { auth: null }],
    ])('keep their %s', async (field, body) => {
      await fromFile('f');
      const before = await images();
      expect(refused(await patch('f', body))).toEqual([
        409,
        'belongs_to_file',
        `Device f comes from the configuration file, which alone says its ${field}; change it there.`,
      ]);
      expect(await images()).toBe(before);
    });

    it("take people's words, which survive the next start", async () => {
      await fromFile('f');
      const words = { tags: ['t'], notes: 'n', vendor: 'v', model: 'm', latitude: 1, longitude: 2, name: 'f' };
      expect((await patch('f', words)).status).toBe(200);
      await fromFile('f');
      expect((await api.get('/devices/f')).body).toMatchObject({ ...words, origin: 'file' });
    });

    it('are not deleted', async () => {
      await fromFile('f');
      expect(refused(await api.call('DELETE', '/devices/f'))).toEqual([
        409,
        'belongs_to_file',
        'Device f comes from the configuration file; take it out there, or set enabled: false.',
      ]);
    });
  });

  it('DELETE writes down what was there', async () => {
    await post({ name: 'a', address: '192.0.2.1' });
    await api.call('DELETE', '/devices/a');
    expect((await audit()).at(-1)).toMatchObject({
      action: 'delete',
      entity_id: 'a',
      before: { name: 'a', address: '192.0.2.1' },
      after: null,
    });
    expect((await api.get('/devices')).body.total).toBe(0);
  });

  describe('lists', () => {
    const fill = async () => {
      await post({
        name: 'Batumi-RTR-1',
        address: '10.0.0.10',
        site: 'ბათუმი',
        region: 'Adjara',
        type: 'router',
        auth: 'branch',
        tags: ['core'],
      });
      await post({
        name: 'batumi-sw-2',
        address: '10.0.0.9',
        site: 'ბათუმი',
        type: 'switch',
        vendor: 'Eltex',
        role: 'access',
      });
      await post({
        name: '100%_sure',
        address: 'host.example',
        site: 'Gori',
        region: 'Kartli',
        type: 'switch',
        tier: 'slow',
        enabled: false,
        auth: 'core',
      });
      await post({ name: 'МАГИСТРАЛЬ', address: '2001:db8::5', type: 'router', auth: 'auto', model: 'ISR4331' });
      await db.query(
        `insert into device_interfaces (device_id, if_name, if_index, interface_type) values ('batumi-rtr-1', 'e1', 1, 'isp')`
      );
      await db.query(`update devices set discovery_reason = 'timeout' where id = 'batumi-rtr-1'`);
    };
    const names = async (query: string) => {
      const { status, body } = await api.get(`/devices?${query}`);
      expect([status, body.code]).toEqual([200, undefined]);
      expect(body.total).toBe(body.items.length);
      return body.items.map((d: { name: string }) => d.name);
    };

    const QUERIES: [query: string, names: string[]][] = [
      ['q=BATUMI', ['Batumi-RTR-1', 'batumi-sw-2']],
      ['q=atum%20rtr', ['Batumi-RTR-1']],
      ['q=ბათუმი', ['Batumi-RTR-1', 'batumi-sw-2']],
      ['q=ᲑᲐᲗᲣᲛᲘ%20sw', ['batumi-sw-2']],
      ['q=adjara%20sw', ['batumi-sw-2']],
      ['q=магистраль', ['МАГИСТРАЛЬ']],
      ['q=10.0.0.1', ['Batumi-RTR-1']],
      ['q=100%25_', ['100%_sure']],
      ['q=%25%25', []],
      ['q=_sw', []],
      ['q=%5C', []],
      [`q='%3B%20drop%20table%20devices`, []],
      ['q=isr4331', ['МАГИСТРАЛЬ']],
      ['q=%20', ['100%_sure', 'Batumi-RTR-1', 'batumi-sw-2', 'МАГИСТРАЛЬ']],
      ['site=Gori', ['100%_sure']],
      ['region=Adjara', ['Batumi-RTR-1', 'batumi-sw-2']],
      ['type=router', ['Batumi-RTR-1', 'МАГИСТРАЛЬ']],
      ['role=access', ['batumi-sw-2']],
      ['vendor=Eltex', ['batumi-sw-2']],
      ['tag=core', ['Batumi-RTR-1']],
      ['auth=auto', ['МАГИСТРАЛЬ']],
      ['enabled=false', ['100%_sure']],
      ['tier=slow', ['100%_sure']],
      ['origin=file', []],
      ['result=timeout', ['Batumi-RTR-1']],
      ['result=not_asked', ['100%_sure', 'batumi-sw-2']],
      ['has_isp=true', ['Batumi-RTR-1']],
      ['has_isp=false&type=router', ['МАГИСТРАЛЬ']],
      ['sort=address', ['batumi-sw-2', 'Batumi-RTR-1', 'МАГИСТРАЛЬ', '100%_sure']],
      ['sort=type,-name', ['МАГИСТРАЛЬ', 'Batumi-RTR-1', 'batumi-sw-2', '100%_sure']],
      ['sort=-vendor,name', ['batumi-sw-2', '100%_sure', 'Batumi-RTR-1', 'МАГИСТРАЛЬ']],
    ];
    it('are searched, filtered and sorted', async () => {
      await fill();
      const found = [];
      for (const [query] of QUERIES) {
        found.push([query, await names(query)]);
      }
      expect(found).toEqual(QUERIES);
    });

    it('come page by page, each with the way to the next', async () => {
      await fill();
      const seen: string[] = [];
      for (let query: string | undefined = '?limit=2&sort=name&q='; query;) {
        const { headers, body }: ApiAnswer = await api.get(`/devices${query}`);
        expect(body.total).toBe(4);
        seen.push(...body.items.map((d: { name: string }) => d.name));
        query = /^<(\?[^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
      }
      expect(seen).toEqual(['100%_sure', 'Batumi-RTR-1', 'batumi-sw-2', 'МАГИСТРАЛЬ']);
      expect((await api.get('/devices?offset=10')).body).toMatchObject({ total: 4, items: [] });
    });

    const WRONG_QUERIES: [query: string, field: string][] = [
      ['sort=nme', 'sort'],
      ['sort=name,name;drop', 'sort'],
      ['limit=0', 'limit'],
      ['limit=1001', 'limit'],
      ['offset=-1', 'offset'],
      ['enabled=yes', 'enabled'],
      ['result=fine', 'result'],
      ['tier=fast', 'tier'],
      ['colour=red', 'colour'],
      ['q=a&q=b', 'q'],
      ['q=%00', 'q'],
    ];
    it('refuse what they do not know', async () => {
      const found = [];
      for (const [query] of WRONG_QUERIES) {
        const answer = await api.get(`/devices?${query}`);
        expect(refused(answer).slice(0, 2)).toEqual([400, 'invalid_request']);
        found.push([query, ...answer.body.errors.map((error: { field: string }) => error.field)]);
      }
      expect(found).toEqual(WRONG_QUERIES);
    });
  });

  describe('discovery on request', () => {
    beforeEach(async () => {
      await post({ name: 'a', address: '192.0.2.1', site: 'HQ', auth: 'branch', type: 'router' });
      await post({ name: 'b', address: '192.0.2.2', site: 'HQ', auth: 'branch' });
      await post({ name: 'c', address: '192.0.2.3', site: 'HQ' });
      await post({ name: 'd', address: '192.0.2.4', auth: 'core' });
      await db.query(`update devices set next_discovery_at = '2100-01-01', next_full_walk_at = '2100-01-01'`);
      await db.script('delete from audit_log');
      looked = 0;
    });
    const due = async () =>
      (await claimDue(db, { owner: 'o', now: NOON, leaseMs: 1000, limit: 50 })).map((d) => d.id).sort();

    it.each([
      [{}, ['a', 'b', 'd']],
      [{ site: 'HQ' }, ['a', 'b']],
      [{ type: 'router' }, ['a']],
      [{ device_ids: ['b', 'c', 'nobody'] }, ['b']],
      [{ region: 'none' }, []],
    ])('of %j', async (body, expected) => {
      const answer = await api.call('POST', '/discovery', body);
      expect([answer.status, answer.body]).toEqual([202, { devices: expected.length }]);
      expect(await due()).toEqual(expected);
      expect(looked).toBe(1);
      expect(await audit()).toMatchObject([
        { action: 'request', entity: 'discovery', after: { ...body, devices: expected.length } },
      ]);
    });

    it('of one device, written down', async () => {
      const answer = await api.call('POST', '/devices/a/discover');
      expect([answer.status, answer.body]).toEqual([202, { id: 'a', requested: true }]);
      expect(await due()).toEqual(['a']);
      expect(await audit()).toMatchObject([{ action: 'request', entity: 'device', entity_id: 'a' }]);
      expect(refused(await api.call('POST', '/devices/c/discover')).slice(0, 2)).toEqual([409, 'not_discoverable']);
      expect(refused(await api.call('POST', '/devices/x/discover')).slice(0, 2)).toEqual([404, 'not_found']);
      expect(await audit()).toHaveLength(1);
    });

    it('takes no body that is wrong', async () => {
      for (const body of [
        { site: 5 },
        { device_ids: 'a' },
        { device_ids: Array(1001).fill('a') },
        { sites: 'HQ' },
        { site: 'a\ud83d' },
      ]) {
        expect(refused(await api.call('POST', '/discovery', body))[0]).toBe(400);
      }
      expect(await due()).toEqual([]);
    });

    it('of runs: one and none', async () => {
      await db.query(
        `insert into discovery_runs (kind, owner, started_at) values ('full', 'o', '2026-06-01T12:00:00Z')`
      );
      const [run] = (await api.get('/discovery/runs')).body.items;
      expect(run).toMatchObject({ kind: 'full', finished_at: null, failed_by_reason: {} });
      expect((await api.get(`/discovery/runs/${run.id}`)).body).toEqual(run);
      expect(refused(await api.get('/discovery/runs/999'))[0]).toBe(404);
      expect(refused(await api.get('/discovery/runs/x'))[0]).toBe(404);
    });
  });

  describe('the preflight report', () => {
    beforeEach(async () => {
      const reasons = ['ok', 'timeout', 'timeout', 'auth', null];
      for (const [n, reason] of reasons.entries()) {
        await post({
          name: n === 3 ? '=cmd|x' : `d${n}`,
          address: `192.0.2.${n + 1}`,
          auth: 'branch',
          site: n < 2 ? 'HQ' : '',
        });
        await db.query(
          `update devices set discovery_reason = $2, discovery_detail = 'no answer, "in" 3 s', last_discovery_at = '2026-06-01T12:00:00Z'
            where address = $1`,
          [`192.0.2.${n + 1}`, reason]
        );
      }
      await post({ name: 'pinged', address: '192.0.2.99' });
    });

    it('counts devices by what keeps them from answering, each with what to look at', async () => {
      const { body } = await api.get('/discovery/preflight?result=timeout');
      expect(body.counts).toEqual([
        { result: 'timeout', devices: 2, hint: 'SNMP silent: check the ACL and the community or user' },
        {
          result: 'auth',
          devices: 1,
          hint: 'SNMP refuses the credential: check the entry under auths that the device names',
        },
        { result: 'not_asked', devices: 1, hint: 'disabled, or without an auth: SNMP is not asked of it' },
        { result: 'ok', devices: 1, hint: null },
        {
          result: 'pending',
          devices: 1,
          hint: 'not asked yet: discovery comes to it within minutes, or at once on request',
        },
      ]);
      expect(body.total).toBe(2);
      expect(body.items).toMatchObject([
        {
          id: 'd1',
          result: 'timeout',
          site: 'HQ',
          detail: 'no answer, "in" 3 s',
          last_discovery_at: '2026-06-01T12:00:00.000Z',
        },
        { id: 'd2' },
      ]);
      expect((await api.get('/discovery/preflight?site=HQ')).body.counts).toMatchObject([
        { result: 'ok', devices: 1 },
        { result: 'timeout', devices: 1 },
      ]);
    });

    it.each([
      ['format=csv', {}],
      ['', { accept: 'text/csv' }],
    ])('as a table that no spreadsheet runs: ?%s', async (query, headers) => {
      const answer = await api.get(`/discovery/preflight?${query}`, headers as Record<string, string>);
      expect([answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition')]).toEqual([
        200,
        'text/csv; charset=utf-8',
        'attachment; filename="snmp-preflight.csv"',
      ]);
      const lines = answer.body.trimEnd().split('\n');
      expect(lines[0]).toBe(
        'result,name,address,snmp_port,site,region,type,auth,auth_found,hint,detail,failures,last_discovery_at,last_discovery_success_at,id'
      );
      expect(lines).toHaveLength(7);
      expect(lines[1]).toBe(
        `auth,'=cmd|x,192.0.2.4,161,,,,branch,,SNMP refuses the credential: check the entry under auths that the device names,"no answer, ""in"" 3 s",0,2026-06-01T12:00:00.000Z,,cmd-x`
      );
    });
  });
});
