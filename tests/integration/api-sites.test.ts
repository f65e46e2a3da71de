import './native-pglite';
import type { Database } from '../../exporter/src/inventory/database';
import { importFileDevices } from '../../exporter/src/inventory/import-devices';
import { migrate } from '../../exporter/src/inventory/migrate';
import { importProviders, listProviders, type ProviderRow } from '../../exporter/src/inventory/providers';
import { testDevice } from '../../exporter/src/model/device.fixture';
import { ApiServer, type ApiAnswer } from './api-server';
import { describeOnBoth } from './inventory-databases';

/** What a database would say, and no answer may. */
const SQL = /select |insert |update |relation|syntax|violates|pg_|SQLSTATE/i;
const shipped = (name: string, aliases: string[]): ProviderRow => ({
  name,
  displayName: name.toUpperCase(),
  aliases,
  weakAliases: [],
  color: '#112233',
  asn: 64_500,
  contactGroup: '',
  bandwidthIn: null,
  bandwidthOut: null,
});
const CATALOGUE = [shipped('magti', ['magti', 'მაგთი']), shipped('silknet', ['silknet'])];

describeOnBoth('sites and providers of the API', (backend) => {
  let db: Database;
  let api: ApiServer;
  let classified: string[][];

  beforeAll(async () => {
    db = await backend.fresh();
    await migrate(db);
    api = await ApiServer.start({
      db,
      catalogue: () => CATALOGUE,
      providersChanged: async () => void classified.push((await listProviders(db)).map((p) => p.name)),
    });
  }, 60_000);
  afterAll(() => api.close());
  beforeEach(async () => {
    await db.script('delete from devices; delete from sites; delete from providers; delete from audit_log');
    await importProviders(db, CATALOGUE);
    classified = [];
  });
  afterEach(() => expect(api.logged).toEqual([]));

  const refused = ({ status, body }: ApiAnswer) => {
    expect(JSON.stringify(body)).not.toMatch(SQL);
    return [status, body.code, body.detail];
  };
  const audit = () =>
    db.query<Record<string, unknown>>('select action, entity, entity_id, before, after from audit_log order by id');
  const images = async () =>
    JSON.stringify([
      await db.query('select id, xmin::text from sites order by id'),
      await db.query('select name, xmin::text from providers order by name'),
      await db.query('select id from audit_log'),
    ]);
  const wrongFields = async (method: string, path: string, wrong: readonly (readonly [unknown, unknown])[]) => {
    const before = await images();
    const found = [];
    for (const [body] of wrong) {
      const answer = await api.call(method, path, body);
      const fields = (answer.body.errors ?? []).map((error: { field?: string }) => error.field);
      found.push([JSON.stringify(body), ...refused(answer).slice(0, 2), ...fields]);
    }
    expect(found).toEqual(wrong.map(([body, field]) => [JSON.stringify(body), 400, 'invalid_request', field]));
    expect(await images()).toBe(before);
  };

  describe('a site', () => {
    const create = async (body: object) => (await api.call('POST', '/sites', body)).body;

    it('is added, changed and deleted, each written down', async () => {
      const made = await api.call('POST', '/sites', { name: 'ბათუმი', region: 'Adjara', address: 'ჭავჭავაძის 1' });
      const { id } = made.body;
      expect([made.status, made.headers.get('location')]).toEqual([201, `/api/v1/sites/${id}`]);
      expect(made.body).toMatchObject({ origin: 'api', latitude: null, devices: 0, interfaces: 0, isp_interfaces: 0 });
      const path = `/sites/${id}`;
      expect((await api.get(path)).headers.get('etag')).toBe(made.headers.get('etag'));
      const moved = await api.call('PATCH', path, {
        name: 'Batumi',
        latitude: 41.6,
        longitude: 41.6,
        region: 'Adjara',
      });
      expect([moved.status, moved.body]).toMatchObject([
        200,
        { name: 'Batumi', latitude: 41.6, address: 'ჭავჭავაძის 1' },
      ]);
      expect((await api.call('PATCH', path, { name: 'Batumi' })).status).toBe(200);
      expect((await api.call('DELETE', path)).status).toBe(204);
      expect(refused(await api.get(path))).toEqual([
        404,
        'not_found',
        `There is no site ${id}; ids are the numbers in /api/v1/sites.`,
      ]);
      expect(await audit()).toMatchObject([
        { action: 'create', entity: 'site', entity_id: String(id), before: null, after: { name: 'ბათუმი' } },
        {
          action: 'update',
          before: { name: 'ბათუმი', latitude: null, longitude: null },
          after: { name: 'Batumi', latitude: 41.6, longitude: 41.6 },
        },
        { action: 'delete', before: { name: 'Batumi', address: 'ჭავჭავაძის 1' }, after: null },
      ]);
    });

    it('keeps its name to itself', async () => {
      const { id } = await create({ name: 'HQ' });
      const other = await create({ name: 'Gori' });
      expect(refused(await api.call('POST', '/sites', { name: ' HQ ' }))).toEqual([
        409,
        'taken',
        `The name HQ belongs to site ${id}.`,
      ]);
      expect(refused(await api.call('PATCH', `/sites/${other.id}`, { name: 'HQ' }))[1]).toBe('taken');
    });

    it('is not deleted while devices are there, and forgets those that left', async () => {
      const { id } = await create({ name: 'HQ' });
      for (let n = 1; n <= 7; n++) {
        await api.call('POST', '/devices', { name: `d${n}`, address: `192.0.2.${n}`, site: 'HQ' });
      }
      expect(refused(await api.call('DELETE', `/sites/${id}`))).toEqual([
        409,
        'in_use',
        'Site HQ has 7 devices (d1, d2, d3, d4, d5 and 2 more); move or delete them first.',
      ]);
      expect((await api.get(`/sites/${id}`)).body.devices).toBe(7);
      for (let n = 1; n <= 7; n++) {
        await api.call('DELETE', `/devices/d${n}`);
      }
      expect((await api.call('DELETE', `/sites/${id}`)).status).toBe(204);
      expect((await api.call('POST', '/devices', { name: 'd1', address: '192.0.2.1' })).body.site).toBe('');
    });

    it('of the configuration file keeps what the file says', async () => {
      await importFileDevices(db, {
        devices: [testDevice({ id: 'f', site: 'HQ' })],
        sites: [{ name: 'HQ', region: 'Tbilisi', latitude: 41, longitude: 44 }],
      });
      const [{ id }] = (await api.get('/sites')).body.items;
      expect(refused(await api.call('PATCH', `/sites/${id}`, { region: 'X', notes: 'n' }))).toEqual([
        409,
        'belongs_to_file',
        'Site HQ comes from the configuration file, which alone says its region; change it there.',
      ]);
      expect((await api.call('PATCH', `/sites/${id}`, { notes: 'n', address: 'a', name: 'HQ' })).status).toBe(200);
      expect(refused(await api.call('DELETE', `/sites/${id}`))[1]).toBe('belongs_to_file');
    });

    it('of a version that is gone is not changed', async () => {
      const { id } = await create({ name: 'HQ' });
      const seen = (await api.get(`/sites/${id}`)).headers.get('etag') as string;
      await api.call('PATCH', `/sites/${id}`, { notes: 'one' });
      for (const [method, body] of [
        ['PATCH', { notes: 'two' }],
        ['DELETE', undefined],
      ] as const) {
        expect(refused(await api.call(method, `/sites/${id}`, body, { 'if-match': seen }))).toEqual([
          412,
          'changed_meanwhile',
          'Site HQ is not the version of If-Match any more; read it again.',
        ]);
      }
      expect(refused(await api.call('PATCH', '/sites/999', { notes: 'x' }))[0]).toBe(404);
      expect(refused(await api.call('DELETE', '/sites/999'))[0]).toBe(404);
    });

    it.each([
      ['POST', '/sites', { name: 'new' }],
      ['PATCH', '/sites/ID', {}],
    ])('is refused with the field that is wrong: %s', async (method, path, base) => {
      const { id } = await create({ name: 'HQ' });
      await wrongFields(method, path.replace('ID', String(id)), [
        [[], undefined],
        [{ ...base, name: '' }, 'name'],
        [{ ...base, name: 5 }, 'name'],
        [{ ...base, region: null }, 'region'],
        [{ ...base, latitude: 91, longitude: 0 }, 'latitude'],
        [{ ...base, latitude: '41', longitude: 0 }, 'latitude'],
        [{ ...base, longitude: 44 }, undefined],
        [{ ...base, address: 'a\tb' }, 'address'],
        [{ ...base, notes: 7 }, 'notes'],
        [{ ...base, devices: 5 }, 'devices'],
      ]);
    });

    it('is found, page by page, with what stands there', async () => {
      await create({ name: 'ბათუმი', region: 'Adjara' });
      await create({ name: 'Gori', region: 'Kartli', address: 'Main street 5' });
      await create({ name: 'gori-2' });
      await api.call('POST', '/devices', { name: 'd', address: '192.0.2.1', site: 'Gori' });
      await db.query(
        `insert into device_interfaces (device_id, if_name, if_index, interface_type, is_critical, isp_provider)
         values ('d', 'e1', 1, 'isp', true, 'magti'), ('d', 'e2', 2, 'trunk', true, ''), ('d', 'e3', 3, 'other', false, '')`
      );
      const found = async (query: string) => {
        const { body } = await api.get(`/sites?${query}`);
        return [body.total, ...body.items.map((site: { name: string }) => site.name)];
      };
      expect(await found('')).toEqual([3, 'Gori', 'gori-2', 'ბათუმი']);
      expect(await found('q=GORI&sort=-name')).toEqual([2, 'gori-2', 'Gori']);
      expect(await found('q=ᲑᲐᲗ')).toEqual([1, 'ბათუმი']);
      expect(await found('q=street%20main')).toEqual([1, 'Gori']);
      expect(await found('region=Adjara')).toEqual([1, 'ბათუმი']);
      expect(await found('origin=file')).toEqual([0]);
      expect(await found('limit=1&offset=1')).toEqual([3, 'gori-2']);
      expect((await api.get('/sites?q=gori&limit=1')).body.items).toMatchObject([
        { devices: 1, interfaces: 3, isp_interfaces: 1, critical_interfaces: 2 },
      ]);
      expect((await api.get('/summary')).body).toEqual({
        sites: 3,
        devices: {
          total: 1,
          enabled: 1,
          by_type: [{ name: '', count: 1 }],
          by_vendor: [{ name: '', count: 1 }],
          by_region: [{ name: 'Kartli', count: 1 }],
          by_discovery_result: [{ name: 'not_asked', count: 1 }],
        },
        interfaces: {
          total: 3,
          critical: 2,
          monitored: 3,
          overridden: 0,
          by_type: [
            { name: 'isp', count: 1 },
            { name: 'other', count: 1 },
            { name: 'trunk', count: 1 },
          ],
        },
        uplinks: {
          total: 1,
          by_provider: [{ name: 'magti', count: 1 }],
          by_site: [{ name: 'Gori', count: 1 }],
        },
      });
    });
  });

  it('the summary of nothing is zeros', async () => {
    expect((await api.get('/summary')).body).toMatchObject({
      sites: 0,
      devices: { total: 0, enabled: 0, by_type: [] },
      interfaces: { total: 0, critical: 0 },
      uplinks: { total: 0, by_provider: [] },
    });
  });

  describe('a provider', () => {
    const VNET = { name: 'village-net', display_name: 'Village Net', aliases: ['vnet', ' Village  Net '.trim()] };
    const names = async (query = '') =>
      (await api.get(`/providers?${query}`)).body.items.map(
        (p: { name: string; origin: string }) => `${p.name} ${p.origin}`
      );

    it('is added, changed, replaced and deleted, and the classifier hears of each', async () => {
      const made = await api.call('POST', '/providers', { ...VNET, asn: 64_512, bandwidth_in: 1e8 });
      expect([made.status, made.headers.get('location')]).toEqual([201, '/api/v1/providers/village-net']);
      expect(made.body).toMatchObject({
        origin: 'operator',
        asn: 64_512,
        bandwidth_in: 1e8,
        bandwidth_out: null,
        color: '',
      });
      const path = '/providers/village-net';
      expect((await api.call('PATCH', path, { contact_group: 'noc', asn: null })).body).toMatchObject({
        contact_group: 'noc',
        asn: null,
        bandwidth_in: 1e8,
      });
      const put = await api.call('PUT', path, { display_name: 'V' });
      expect([put.status, put.body]).toMatchObject([200, { display_name: 'V', aliases: [], bandwidth_in: null }]);
      expect((await api.call('PUT', '/providers/other-net', { display_name: 'O' })).status).toBe(201);
      expect((await api.call('DELETE', path)).status).toBe(204);
      expect(await names()).toEqual(['magti shipped', 'other-net operator', 'silknet shipped']);
      expect(classified.map((list) => list.length)).toEqual([3, 3, 3, 4, 3]);
      expect((await audit()).map(({ action, entity_id }) => `${action} ${entity_id}`)).toEqual([
        'create village-net',
        'update village-net',
        'update village-net',
        'create other-net',
        'delete village-net',
      ]);
      expect((await audit())[1]).toMatchObject({
        before: { contact_group: '', asn: 64_512 },
        after: { contact_group: 'noc', asn: null },
      });
    });

    it('stands in the place of a shipped one until it is deleted', async () => {
      expect((await api.call('PATCH', '/providers/magti', { color: '#ff0000' })).body).toMatchObject({
        origin: 'operator',
        color: '#ff0000',
        aliases: ['magti', 'მაგთი'],
      });
      // The next start.
      await importProviders(db, CATALOGUE);
      expect(await names('origin=operator')).toEqual(['magti operator']);
      expect((await api.call('DELETE', '/providers/magti')).status).toBe(204);
      expect((await api.get('/providers/magti')).body).toMatchObject({ origin: 'shipped', color: '#112233' });
      expect((await api.call('POST', '/providers', { name: 'magti', display_name: 'Ours' })).status).toBe(201);
      expect(refused(await api.call('POST', '/providers', { name: 'magti', display_name: 'Again' }))).toEqual([
        409,
        'taken',
        'There is a provider magti of an operator; change that one.',
      ]);
    });

    it('that is shipped cannot be deleted, nor one that interfaces are said to have', async () => {
      expect(refused(await api.call('DELETE', '/providers/silknet'))).toEqual([
        409,
        'shipped',
        'Provider silknet comes with the catalogue; it can be changed, not deleted.',
      ]);
      await api.call('POST', '/providers', VNET);
      await db.query(`insert into devices (id, name, address) values ('d', 'd', '192.0.2.1')`);
      await db.query(
        `insert into device_interfaces (device_id, if_name, if_index, isp_provider_override) values ('d', 'e', 1, 'village-net')`
      );
      expect(refused(await api.call('DELETE', '/providers/village-net'))).toEqual([
        409,
        'in_use',
        'Provider village-net is what operators said of 1 interface; take that back first (GET /api/v1/interfaces?provider=village-net&overridden=true).',
      ]);
    });

    it('has its aliases alone', async () => {
      expect(refused(await api.call('POST', '/providers', { ...VNET, weak_aliases: ['ᲛᲐᲒᲗᲘ'] }))).toEqual([
        409,
        'taken',
        'The alias მაგთი belongs to provider magti.',
      ]);
      expect(await names()).toEqual(['magti shipped', 'silknet shipped']);
      expect(classified).toEqual([]);
    });

    it('that is the same already is not written', async () => {
      await api.call('POST', '/providers', VNET);
      const before = await images();
      await api.call('PATCH', '/providers/village-net', { display_name: 'Village Net' });
      await api.call('PUT', '/providers/village-net', { display_name: VNET.display_name, aliases: VNET.aliases });
      await api.call('PATCH', '/providers/magti', {});
      expect(await images()).toBe(before);
    });

    it('of a version that is gone is not changed', async () => {
      const seen = (await api.get('/providers/magti')).headers.get('etag') as string;
      await api.call('PATCH', '/providers/magti', { contact_group: 'noc' });
      for (const [method, body] of [
        ['PATCH', { contact_group: 'x' }],
        ['PUT', { display_name: 'x' }],
        ['DELETE', undefined],
      ] as const) {
        expect(refused(await api.call(method, '/providers/magti', body, { 'if-match': seen })).slice(0, 2)).toEqual([
          412,
          'changed_meanwhile',
        ]);
      }
      expect(refused(await api.call('PUT', '/providers/nobody', { display_name: 'x' }, { 'if-match': seen }))[0]).toBe(
        412
      );
      for (const [method, body] of [
        ['GET', undefined],
        ['PATCH', {}],
        ['DELETE', undefined],
      ] as const) {
        expect(refused(await api.call(method, '/providers/nobody', body))).toEqual([
          404,
          'not_found',
          'There is no provider nobody; names are in /api/v1/providers.',
        ]);
      }
    });

    it('is refused with the field that is wrong', async () => {
      const words = { display_name: 'X' };
      const wrong: [object, string | undefined][] = [
        [{ ...words, aliases: 'x' }, 'aliases'],
        [{ ...words, aliases: [''] }, 'aliases[0]'],
        [{ ...words, weak_aliases: ['x'.repeat(65)] }, 'weak_aliases[0]'],
        [{ ...words, color: 'red' }, 'color'],
        [{ ...words, asn: 0 }, 'asn'],
        [{ ...words, asn: 4_294_967_296 }, 'asn'],
        [{ ...words, asn: 1.5 }, 'asn'],
        [{ ...words, contact_group: null }, 'contact_group'],
        [{ ...words, bandwidth_in: '100M' }, 'bandwidth_in'],
        [{ ...words, bandwidth_out: -1 }, 'bandwidth_out'],
        [{ ...words, display_name: ' ' }, 'display_name'],
        [{ ...words, origin: 'shipped' }, 'origin'],
      ];
      await wrongFields('PATCH', '/providers/magti', wrong);
      await wrongFields('PUT', '/providers/magti', [...wrong, [{}, 'display_name']]);
      await wrongFields('POST', '/providers', [
        ...wrong.map(([body, field]) => [{ name: 'new', ...body }, field] as const),
        [words, 'name'],
        [{ ...words, name: 'Two Words' }, 'name'],
        [{ ...words, name: 'unknown' }, 'name'],
      ]);
    });

    it('is found by name and alias', async () => {
      expect(await names('q=მაგთი')).toEqual(['magti shipped']);
      expect(await names('q=NET')).toEqual(['silknet shipped']);
      expect(await names('sort=-name')).toEqual(['silknet shipped', 'magti shipped']);
      expect(refused(await api.get('/providers?origin=mine'))[0]).toBe(400);
    });
  });
});
