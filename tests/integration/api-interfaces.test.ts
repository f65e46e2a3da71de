import './native-pglite';
import type { Database } from '../../exporter/src/inventory/database';
import { migrate } from '../../exporter/src/inventory/migrate';
import { importProviders } from '../../exporter/src/inventory/providers';
import { inventoryRevision } from '../../exporter/src/inventory/revision';
import { targetList } from '../../exporter/src/inventory/target-list';
import { ApiServer, type ApiAnswer } from './api-server';
import { describeOnBoth } from './inventory-databases';

/** What a database would say, and no answer may. */
const SQL = /select |insert |update |relation|syntax|violates|pg_|SQLSTATE/i;
const PROVIDER = { aliases: [], weakAliases: [], color: '', asn: null, contactGroup: '' };

interface Port {
  device: string;
  name: string;
  index: number;
  alias?: string;
  type?: string;
  provider?: string;
  critical?: boolean;
  confidence?: number;
  active?: boolean;
  parent?: string;
  mac?: string;
  oper?: number;
}
const PORTS: Port[] = [
  {
    device: 'rtr',
    name: 'ether1',
    index: 1,
    alias: 'Magti_Internet',
    type: 'isp',
    provider: 'magti',
    critical: true,
    confidence: 0.95,
  },
  {
    device: 'rtr',
    name: 'ether1.100',
    index: 9,
    alias: 'Magti vlan',
    type: 'isp',
    provider: 'magti',
    critical: true,
    confidence: 0.9,
    parent: 'ether1',
  },
  {
    device: 'rtr',
    name: 'ether2',
    index: 2,
    alias: 'სილქნეტი 100%_სარეზერვო',
    type: 'isp',
    provider: '',
    critical: true,
    confidence: 0.6,
  },
  {
    device: 'rtr',
    name: 'ether10',
    index: 10,
    alias: 'to core-sw',
    type: 'trunk',
    critical: true,
    confidence: 0.8,
    oper: 2,
  },
  {
    device: 'rtr',
    name: 'old',
    index: 11,
    alias: 'Magti old',
    type: 'isp',
    provider: 'magti',
    critical: true,
    active: false,
  },
  {
    device: 'sw',
    name: 'Gi0/1',
    index: 1,
    alias: 'КАМЕРА двор',
    type: 'camera',
    confidence: 0.85,
    mac: '00:00:5E:00:53:AF',
  },
  { device: 'sw', name: 'Gi0/2', index: 2, confidence: 0 },
];

describeOnBoth('interfaces of the API', (backend) => {
  let db: Database;
  let api: ApiServer;
  let id: Record<string, number>;

  beforeAll(async () => {
    db = await backend.fresh();
    await migrate(db);
    api = await ApiServer.start({ db });
  }, 60_000);
  afterAll(() => api.close());
  beforeEach(async () => {
    await db.script('delete from devices; delete from sites; delete from providers; delete from audit_log');
    await importProviders(db, [
      { ...PROVIDER, name: 'magti', displayName: 'Magti', bandwidthIn: 1e8, bandwidthOut: null },
      { ...PROVIDER, name: 'silknet', displayName: 'Silknet', bandwidthIn: null, bandwidthOut: null },
    ] as never);
    await db.query(`insert into sites (name, region) values ('ბათუმი', 'Adjara')`);
    await db.query(
      `insert into devices (id, name, address, type, site_id)
       select 'rtr', 'Batumi-rtr', '192.0.2.1', 'router', id from sites
       union all select 'sw', 'Gori-sw', '192.0.2.2', 'switch', null`
    );
    await db.query(
      `insert into device_interfaces (device_id, if_name, if_index, if_alias, interface_type, isp_provider, is_critical,
         parser_confidence, active, parent_if_name, parent_source, phys_address, oper_status_at_discovery)
       select device, name, index, coalesce(alias, ''), coalesce(type, 'other'), coalesce(provider, ''),
              coalesce(critical, false), coalesce(confidence, 0.5), coalesce(active, true), coalesce(parent, ''),
              case when parent is null then '' else 'stack' end, coalesce(mac, ''), coalesce(oper, 1)
         from jsonb_to_recordset($1::jsonb) as p (device text, name text, index int, alias text, type text,
           provider text, critical boolean, confidence real, active boolean, parent text, mac text, oper int)`,
      [JSON.stringify(PORTS)]
    );
    const rows = await db.query<{ id: number; if_name: string }>('select id, if_name from device_interfaces');
    id = Object.fromEntries(rows.map((row) => [row.if_name, row.id]));
  });
  afterEach(() => expect(api.logged).toEqual([]));

  const patch = (name: string, body: unknown, headers?: Record<string, string>) =>
    api.call('PATCH', `/interfaces/${id[name]}`, body, headers);
  const refused = ({ status, body }: ApiAnswer) => {
    expect(JSON.stringify(body)).not.toMatch(SQL);
    return [status, body.code, body.detail];
  };
  const audit = () =>
    db.query<Record<string, unknown>>('select action, entity, entity_id, before, after from audit_log order by id');
  const images = async () =>
    JSON.stringify([
      await db.query('select id, xmin::text from device_interfaces order by id'),
      await db.query('select id from audit_log'),
      await db.query('select id from interface_changes'),
      await inventoryRevision(db),
    ]);

  const LISTS: [path: string, names: string[]][] = [
    ['/interfaces', ['ether1', 'ether2', 'ether1.100', 'ether10', 'Gi0/1', 'Gi0/2']],
    ['/interfaces?q=magti', ['ether1', 'ether1.100']],
    ['/interfaces?q=INTERNET%20agt', ['ether1']],
    ['/interfaces?q=batumi%20ether1', ['ether1', 'ether1.100', 'ether10']],
    ['/interfaces?q=ბათუმ%20სილქ', ['ether2']],
    ['/interfaces?q=камера', ['Gi0/1']],
    ['/interfaces?q=00:00:5e:00:53:af', ['Gi0/1']],
    ['/interfaces?q=adjara%20ether10', ['ether10']],
    ['/interfaces?q=192.0.2.2', ['Gi0/1', 'Gi0/2']],
    ['/interfaces?q=100%25_', ['ether2']],
    ['/interfaces?q=%25', ['ether2']],
    ['/interfaces?q=%5C', []],
    [`/interfaces?q='%20or%201=1--`, []],
    ['/interfaces?device_id=sw', ['Gi0/1', 'Gi0/2']],
    ['/interfaces?site=ბათუმი&critical=false', []],
    ['/interfaces?region=Adjara&interface_type=trunk', ['ether10']],
    ['/interfaces?type=switch', ['Gi0/1', 'Gi0/2']],
    ['/interfaces?interface_type=isp', ['ether1', 'ether2', 'ether1.100']],
    ['/interfaces?interface_type=trunk&interface_type=camera', ['ether10', 'Gi0/1']],
    ['/interfaces?provider=magti', ['ether1', 'ether1.100']],
    ['/interfaces?provider=unknown', ['ether2']],
    ['/interfaces?provider=magti&uplink_role=uplink', ['ether1']],
    ['/interfaces?uplink_role=child', ['ether1.100']],
    ['/interfaces?critical=true', ['ether1', 'ether2', 'ether1.100', 'ether10']],
    ['/interfaces?critical=false', ['Gi0/1', 'Gi0/2']],
    ['/interfaces?active=false', ['old']],
    ['/interfaces?monitored=false', []],
    ['/interfaces?overridden=true', []],
    ['/interfaces?min_confidence=0.9', ['ether1', 'ether1.100']],
    ['/interfaces?max_confidence=.6', ['ether2', 'Gi0/2']],
    ['/interfaces?oper_status=2', ['ether10']],
    ['/interfaces?admin_status=1', []],
    ['/interfaces?tag=none', []],
    ['/interfaces?sort=-parser_confidence', ['ether1', 'ether1.100', 'Gi0/1', 'ether10', 'ether2', 'Gi0/2']],
    ['/interfaces?sort=type,if_name', []],
    ['/interfaces?sort=interface_type,-if_index', ['Gi0/1', 'ether1.100', 'ether2', 'ether1', 'Gi0/2', 'ether10']],
    ['/interfaces/critical', ['ether1', 'ether2', 'ether1.100', 'ether10']],
    ['/interfaces/critical?interface_type=trunk', ['ether10']],
    ['/interfaces/critical?q=gori', []],
    ['/interfaces/isp', ['ether1', 'ether2', 'ether1.100']],
    ['/interfaces/isp?uplink_role=uplink&sort=-if_name', ['ether2', 'ether1']],
    ['/devices/rtr/interfaces?sort=if_index', ['ether1', 'ether2', 'ether1.100', 'ether10']],
    ['/devices/rtr/interfaces?active=false', ['old']],
  ];
  it('are searched, filtered and sorted', async () => {
    const found = [];
    for (const [path] of LISTS) {
      const { status, body } = await api.get(path);
      if (status === 200) {
        expect(body.total).toBe(body.items.length);
      }
      found.push([path, (body.items ?? []).map((i: { if_name: string }) => i.if_name)]);
    }
    expect(found).toEqual(LISTS);
  });

  it('count the same with and without a search, on every page', async () => {
    for (const query of ['?q=ether', '?device_id=rtr']) {
      const first = await api.get(`/interfaces${query}&limit=3&sort=if_name`);
      expect([first.body.total, first.headers.get('link')]).toEqual([
        4,
        `<${query}&limit=3&sort=if_name&offset=3>; rel="next"`,
      ]);
      const second = await api.get(`/interfaces${query}&limit=3&sort=if_name&offset=3`);
      expect([second.body.total, second.body.items.length, second.headers.get('link')]).toEqual([4, 1, null]);
      expect((await api.get(`/interfaces${query}&offset=50`)).body).toMatchObject({ total: 4, items: [] });
    }
  });

  it('of a device that was taken out are not counted', async () => {
    await db.query(`update devices set removed_at = now() where id = 'sw'`);
    for (const path of ['/interfaces?limit=1', '/interfaces?limit=1&q=ether', '/interfaces/critical?limit=1']) {
      expect([path, (await api.get(path)).body.total]).toEqual([path, 4]);
    }
    expect((await api.get('/interfaces?limit=1&type=switch')).body.total).toBe(0);
  });

  const WRONG_QUERIES: [query: string, field: string][] = [
    ['sort=type', 'sort'],
    ['interface_type=wan', 'interface_type[0]'],
    ['min_confidence=2', 'min_confidence'],
    ['min_confidence=x', 'min_confidence'],
    ['oper_status=8', 'oper_status'],
    ['admin_status=0', 'admin_status'],
    ['uplink_role=main', 'uplink_role'],
    ['active=maybe', 'active'],
    ['if_name=x', 'if_name'],
  ];
  it('refuse filters that they do not know', async () => {
    const found = [];
    for (const [query] of WRONG_QUERIES) {
      const answer = await api.get(`/interfaces?${query}`);
      expect(refused(answer).slice(0, 2)).toEqual([400, 'invalid_request']);
      found.push([query, ...answer.body.errors.map((error: { field: string }) => error.field)]);
    }
    expect(found).toEqual(WRONG_QUERIES);
    expect(refused(await api.get('/interfaces/critical?critical=false'))[0]).toBe(400);
    expect(refused(await api.get('/devices/nobody/interfaces'))[0]).toBe(404);
  });

  it('come device by device', async () => {
    const { status, body } = await api.call('POST', '/interfaces/by-devices', { device_ids: ['sw', 'x', 'rtr', 'sw'] });
    expect([status, body.unknown]).toEqual([200, ['x']]);
    expect(
      body.devices.map((d: { device_id: string; interfaces: { if_name: string }[] }) => [
        d.device_id,
        ...d.interfaces.map((i) => i.if_name),
      ])
    ).toEqual([
      ['sw', 'Gi0/1', 'Gi0/2'],
      ['rtr', 'ether1', 'ether2', 'ether1.100', 'ether10'],
    ]);
    for (const body of [{}, { device_ids: [] }, { device_ids: Array(201).fill('a') }, { device_ids: [5] }, []]) {
      expect(refused(await api.call('POST', '/interfaces/by-devices', body)).slice(0, 2)).toEqual([
        400,
        'invalid_request',
      ]);
    }
  });

  it('say what discovery said beside what is in effect', async () => {
    expect((await api.get(`/interfaces/${id['ether1']}`)).body).toMatchObject({
      interface_type: 'isp',
      isp_provider: 'magti',
      uplink_role: 'uplink',
      bandwidth_in: 1e8,
      bandwidth_in_override: null,
      bandwidth_out: null,
      changes: [],
    });
    for (const wrong of ['999999', '0', '-1', 'x', '1e3', "1'"]) {
      expect(refused(await api.get(`/interfaces/${wrong}`)).slice(0, 2)).toEqual([404, 'not_found']);
    }
  });

  describe('PATCH', () => {
    it('overrules discovery, for lists and exporters, until null takes it back', async () => {
      const words = {
        interface_type: 'isp',
        isp_provider: 'silknet',
        is_critical: false,
        monitoring_enabled: false,
        speed: 5e7,
        bandwidth_in: 2e7,
        bandwidth_out: 1e7,
        tags: ['backup'],
        notes: 'through the neighbour',
      };
      const { status, headers, body } = await patch('Gi0/2', words);
      expect([status, body]).toMatchObject([
        200,
        {
          interface_type: 'isp',
          isp_provider: 'silknet',
          is_critical: false,
          monitored: false,
          uplink_role: 'uplink',
          interface_type_discovered: 'other',
          interface_type_override: 'isp',
          speed_override: 5e7,
          bandwidth_in: 2e7,
          bandwidth_in_override: 2e7,
          tags: ['backup'],
        },
      ]);
      expect((await api.get(`/interfaces/${id['Gi0/2']}`)).headers.get('etag')).toBe(headers.get('etag'));
      const exported = async () =>
        (await targetList(db, 0)).targets.flatMap((t) => t.interfaces).find((i) => i.ifName === 'Gi0/2');
      expect(await exported()).toMatchObject({ interfaceType: 'isp', ispProvider: 'silknet', monitored: false });
      expect((await api.get('/interfaces?overridden=true&tag=backup')).body.total).toBe(1);

      const none = Object.fromEntries(Object.keys(words).map((key) => [key, null]));
      expect((await patch('Gi0/2', { ...none, tags: [], notes: '' })).body).toMatchObject({
        interface_type: 'other',
        isp_provider: '',
        monitored: true,
        speed_override: null,
        bandwidth_in: null,
      });
      expect(await exported()).toMatchObject({ interfaceType: 'other', monitored: true, speedOverride: null });
      expect((await audit()).map(({ before, after }) => [before, after])).toEqual([
        [{ ...none, tags: [], notes: '' }, words],
        [words, { ...none, tags: [], notes: '' }],
      ]);
      const changes = (await api.get(`/interfaces/${id['Gi0/2']}/changes?limit=2`)).body;
      expect(changes).toMatchObject({ total: 6, limit: 2 });
      expect(changes.items).toHaveLength(2);
      expect((await api.get(`/interfaces/${id['Gi0/2']}/changes`)).body.items).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ field: 'interface_type_override', old_value: '', new_value: 'isp' }),
          expect.objectContaining({ field: 'interface_type_override', old_value: 'isp', new_value: '' }),
        ])
      );
    });

    it('writes nothing when it says nothing new', async () => {
      await patch('ether1', { notes: 'x', is_critical: true });
      const before = await images();
      for (const body of [{}, { notes: 'x', is_critical: true, interface_type: null, isp_provider: ' ' }]) {
        expect((await patch('ether1', body)).status).toBe(200);
      }
      expect(await images()).toBe(before);
    });

    const WRONG: [body: unknown, field: string | undefined][] = [
      [[], undefined],
      ['isp', undefined],
      [{ interface_type: 'uplink' }, 'interface_type'],
      [{ interface_type: 1 }, 'interface_type'],
      [{ isp_provider: 7 }, 'isp_provider'],
      [{ isp_provider: 'x'.repeat(65) }, 'isp_provider'],
      [{ is_critical: 'yes' }, 'is_critical'],
      [{ monitoring_enabled: 0 }, 'monitoring_enabled'],
      [{ speed: 0 }, 'speed'],
      [{ speed: -1 }, 'speed'],
      [{ speed: '100M' }, 'speed'],
      [{ bandwidth_in: 1e300 }, 'bandwidth_in'],
      [{ bandwidth_out: [] }, 'bandwidth_out'],
      [{ tags: null }, 'tags'],
      [{ tags: [1] }, 'tags[0]'],
      [{ notes: null }, 'notes'],
      [{ notes: 'bell \u0007' }, 'notes'],
      [{ if_alias: 'x' }, 'if_alias'],
      [{ id: 5 }, 'id'],
    ];
    it('is refused with the field that is wrong, and nothing is written', async () => {
      const before = await images();
      const found = [];
      for (const [body] of WRONG) {
        const answer = await patch('ether1', body);
        const fields = (answer.body.errors ?? []).map((error: { field?: string }) => error.field);
        found.push([JSON.stringify(body), ...refused(answer).slice(0, 2), ...fields]);
      }
      expect(found).toEqual(WRONG.map(([body, field]) => [JSON.stringify(body), 400, 'invalid_request', field]));
      expect(await images()).toBe(before);
    });

    it('knows the providers', async () => {
      const before = await images();
      expect(refused(await patch('ether1', { isp_provider: 'silkent' }))).toEqual([
        409,
        'unknown_provider',
        'There is no provider silkent; did you mean silknet?',
      ]);
      expect(refused(await patch('ether1', { isp_provider: `'; drop table providers` }))[2]).toBe(
        `There is no provider '; drop table providers; names are in /api/v1/providers, where one may be added.`
      );
      expect(await images()).toBe(before);
      expect((await patch('ether1', { isp_provider: 'unknown' })).body.isp_provider).toBe('unknown');
    });

    it('of a version that is gone is refused', async () => {
      const seen = (await api.get(`/interfaces/${id['ether1']}`)).headers.get('etag') as string;
      // What a walk writes is no edit.
      await db.query(`update device_interfaces set if_alias = 'Silknet', updated_at = now()`);
      expect((await patch('ether1', { notes: 'one' }, { 'if-match': seen })).status).toBe(200);
      expect(refused(await patch('ether1', { notes: 'two' }, { 'if-match': seen }))).toEqual([
        412,
        'changed_meanwhile',
        `Interface ${id['ether1']} is not the version of If-Match any more; read it again.`,
      ]);
    });

    it('of nothing is 404', async () => {
      expect(refused(await api.call('PATCH', '/interfaces/999999', { notes: 'x' })).slice(0, 2)).toEqual([
        404,
        'not_found',
      ]);
      await db.query(`update devices set removed_at = now() where id = 'sw'`);
      expect(refused(await patch('Gi0/1', { notes: 'x' }))[0]).toBe(404);
    });
  });
});
