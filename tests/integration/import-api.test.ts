import './native-pglite';
import type { Database } from '../../exporter/src/inventory/database';
import { importFileDevices } from '../../exporter/src/inventory/import-devices';
import { migrate } from '../../exporter/src/inventory/migrate';
import { inventoryRevision } from '../../exporter/src/inventory/revision';
import { testDevice } from '../../exporter/src/model/device.fixture';
import { ApiServer } from './api-server';
import { describeOnBoth } from './inventory-databases';

const CSV = { 'content-type': 'text/csv' };
const JSON_BODY = { 'content-type': 'application/json' };

describeOnBoth('import and export of the API', (backend) => {
  let db: Database;
  let api: ApiServer;
  let looked = 0;
  beforeAll(async () => {
    db = await backend.fresh();
    await migrate(db);
    api = await ApiServer.start({ db, discoverDue: () => void looked++ });
  }, 60_000);
  afterAll(() => api.close());
  beforeEach(async () => {
    await db.script('delete from audit_log; delete from devices; delete from sites');
    looked = 0;
  });
  afterEach(() => expect(api.logged).toEqual([]));

  const send = (body: string | Uint8Array, query = '', headers: Record<string, string> = CSV) =>
    api.send('POST', `/devices/import${query}`, body, headers);
  const everything = async () =>
    JSON.stringify([
      await db.query('select *, xmin::text from devices order by id'),
      await db.query('select *, xmin::text from sites order by name'),
      await db.query('select id from audit_log order by id'),
      await inventoryRevision(db),
    ]);

  /** One of everything that is awkward in a table. */
  const awkward = async () => {
    await importFileDevices(db, {
      devices: [
        testDevice({ id: 'from-file', name: 'from-file', address: '2001:DB8::7', site: 'HQ', region: 'Tbilisi' }),
      ],
      sites: [{ name: 'HQ', region: 'Tbilisi', latitude: 41.7, longitude: -44.8 }],
    });
    const post = async (body: object) =>
      expect(await api.call('POST', '/devices', body)).toMatchObject({ status: 201 });
    await post({
      name: "=cmd|' /C calc'!A0",
      address: '10.0.0.1',
      notes: '-1+1',
      tags: ['=x', 'a;b', 'c|d\\'],
      site: '@home',
    });
    await post({
      name: "'=quoted",
      address: '10.0.0.2',
      notes: 'two\nlines, "quotes"; and so on',
      vendor: 'Acme',
      model: '+1',
    });
    await post({
      name: 'გორი',
      address: 'gori.example.net',
      latitude: -12.5,
      longitude: 44,
      site: 'HQ',
      auth: 'branch',
      tier: 'slow',
    });
    await post({ name: 'off', address: '10.0.0.4', snmp_port: 1161, enabled: false, ping: false, region: 'Nowhere' });
  };

  it.each([
    ['csv', CSV],
    ['csv&bom=true', CSV],
    ['json', JSON_BODY],
  ])('an export as %s is imported without a change', async (format, headers) => {
    await awkward();
    const before = await everything();
    const { status, body, headers: answered } = await api.sendForText('GET', `/devices/export?format=${format}`);
    expect([status, answered.get('content-disposition')]).toEqual([
      200,
      `attachment; filename="devices.${format.slice(0, 4).replace('&', '')}"`,
    ]);
    expect(await send(body, '', headers)).toMatchObject({ status: 200, body: { rows: 5, unchanged: 5, failed: 0 } });
    expect(await everything()).toBe(before);

    // Into an empty inventory it brings everything but what the file says.
    await db.script('truncate sites, devices cascade');
    expect(await send(body, '', headers)).toMatchObject({
      status: 200,
      body: { created: 5, sites_created: ['@home', 'HQ'] },
    });
    const again = await api.sendForText('GET', `/devices/export?format=${format}`);
    // IPv6 and vendors are spelt in one way from now on.
    expect(again.body).toBe(body.replace('2001:DB8::7', '2001:db8::7').replace('Acme', 'acme'));
  });

  it('lets no cell of an export become a formula', async () => {
    await awkward();
    const { body } = await api.sendForText('GET', '/devices/export');
    expect(body.split('\n').slice(0, 3)).toEqual([
      'id,name,ip,port,device_type,role,branch,region,latitude,longitude,vendor,model,auth,ping,enabled,tier,tags,notes',
      "cmd-c-calc-a0,'=cmd|' /C calc'!A0,10.0.0.1,161,,,'@home,,,,,,,true,true,standard,'=x;a\\;b;c\\|d\\\\,'-1+1",
      'from-file,from-file,2001:DB8::7,161,router,,HQ,Tbilisi,41.7,-44.8,,,branch,true,true,standard,,',
    ]);
    expect(body).toContain("\nquoted,''=quoted,10.0.0.2,");
    expect(body).toContain(',HQ,Tbilisi,-12.5,44,');
  });

  it('exports what the filters of the list leave', async () => {
    await awkward();
    const names = async (query: string) =>
      ((await api.get(`/devices/export?format=json&${query}`)).body as { devices: { name: string }[] }).devices.map(
        (d) => d.name
      );
    expect(await names('site=HQ')).toEqual(['from-file', 'გორი']);
    expect(await names('enabled=false')).toEqual(['off']);
    expect(await names('q=nobody')).toEqual([]);
    expect(await api.get('/devices/export?format=xlsx')).toMatchObject({ status: 400 });
    expect(await api.get('/devices/export?limit=1')).toMatchObject({ status: 400 });
  });

  it('exports more devices than one read gives', async () => {
    await db.query(
      `insert into devices (id, name, address) select 'd' || n, 'n' || n, 'h' || n from generate_series(1, 2500) n`
    );
    const { body } = await api.get('/devices/export?format=json');
    expect(new Set((body as { devices: { id: string }[] }).devices.map(({ id }) => id)).size).toBe(2500);
  });

  it('gives a template that can be imported as it is', async () => {
    const { body, headers } = await api.sendForText('GET', '/devices/import-template?bom=true');
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(body.startsWith('\ufeffid,name,ip,')).toBe(true);
    expect(await send(body)).toMatchObject({ status: 200, body: { created: 2, failed: 0, warnings: [] } });
    expect(looked).toBe(1);
  });

  it('exports interfaces with what operators said of them', async () => {
    await send('name,ip\na,10.0.0.1');
    await db.script(`insert into device_interfaces (device_id, if_name, if_index, if_alias, interface_type, isp_provider, is_critical_override, tags)
      values ('a', 'ether1', 1, '=Magti', 'isp', 'magti', false, '{x,y}'), ('a', 'ether2', 2, '', 'other', '', null, '{}')`);
    const { body, headers } = await api.sendForText('GET', '/interfaces/export?interface_type=isp');
    expect(headers.get('content-disposition')).toBe('attachment; filename="interfaces.csv"');
    const [header, row, ...rest] = body.split('\n').map((line) => line.split(','));
    expect(Object.fromEntries(header!.map((name, i) => [name, row![i]]))).toMatchObject({
      device_id: 'a',
      if_name: 'ether1',
      if_alias: "'=Magti",
      interface_type: 'isp',
      isp_provider: 'magti',
      is_critical: 'false',
      is_critical_override: 'false',
      interface_type_override: '',
      tags: 'x;y',
    });
    expect(rest).toEqual([['']]);
  });

  describe('bytes as programs write them', () => {
    const table = 'name;ip\r\nგორი;10.0.0.1\r\n';
    it.each<[string, Uint8Array, Record<string, string>]>([
      ['UTF-8', Buffer.from(table), CSV],
      ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${table}`), CSV],
      ['UTF-16 of Excel', Buffer.from(`\ufeff${table}`, 'utf16le'), CSV],
      ['a charset in the header', Buffer.from(table, 'utf16le'), { 'content-type': 'text/csv; charset=utf-16le' }],
    ])('%s', async (_, bytes, headers) => {
      expect(await send(bytes, '', headers)).toMatchObject({ status: 200, body: { created: 1, errors: [] } });
      expect(await db.query('select name from devices')).toEqual([{ name: 'გორი' }]);
    });

    it('that are no text', async () => {
      expect(await send(Buffer.from([0x6e, 0xff, 0x2c]))).toMatchObject({
        status: 400,
        body: { code: 'invalid_request', detail: 'The body is not valid utf-8; send UTF-8.' },
      });
    });
  });

  it('answers 422 for wrong rows and for what is no table, and writes nothing', async () => {
    const before = await everything();
    const text = 'name,ip\na,999.1.1.1\nb,10.0.0.1\n';
    const right =
      'it must be an IPv4 or IPv6 address or a DNS name, with an optional :port (10.0.0.5, [2001:db8::1]:161)';
    const { status, body } = await send(text);
    expect(status).toBe(422);
    expect(body).toMatchObject({
      code: 'import_refused',
      detail: `1 of 2 rows are wrong, the first in line 2: ip: found "999.1.1.1"; ${right}. Correct them, or leave them out with mode=good-rows.`,
      errors: [{ line: 2, column: 'ip', detail: `ip: found "999.1.1.1"; ${right}` }],
      report: {
        rows: 2,
        created: 0,
        failed: 1,
        errors: [{ line: 2, column: 'ip', column_number: 2, value: '999.1.1.1' }],
      },
    });
    expect(await send(text, '?dry_run=true')).toMatchObject({ status: 200, body: { ...body.report, dry_run: true } });
    expect(await send('name\na')).toMatchObject({
      status: 422,
      body: {
        code: 'unreadable_table',
        detail: 'line 1: the first line must name the columns, and "ip" is missing; found "name".',
        table_errors: [{ line: 1 }],
      },
    });
    expect(await everything()).toBe(before);
    expect(looked).toBe(0);
    expect(await send(text, '?mode=good-rows')).toMatchObject({ status: 200, body: { created: 1, failed: 1 } });
    expect(looked).toBe(1);
  });

  it.each([
    ['?mode=some', 'mode: found "some"; it must be one of all-or-nothing, good-rows'],
    ['?dry_run=1', 'dry_run: found "1"; it must be true or false'],
    ['?format=xlsx', 'format: found "xlsx"; it must be one of csv, json, netbox'],
    ['?bogus=1', 'unknown key "bogus"; known keys are format, mode, dry_run, unknown, auth'],
  ])('refuses the query %s', async (query, detail) => {
    expect(await send('name,ip\na,10.0.0.1', query)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ detail }] },
    });
    expect(await db.query('select id from devices')).toEqual([]);
  });

  it('refuses other bodies', async () => {
    expect(await send('x', '', { 'content-type': 'application/vnd.ms-excel' })).toMatchObject({ status: 415 });
    expect(await send('', '')).toMatchObject({ status: 400 });
    expect(await send('name,ip\na,10.0.0.1', '?auth=nobody')).toMatchObject({
      status: 409,
      body: {
        code: 'unknown_auth',
        detail: 'There is no entry nobody under auths: in the configuration; known are branch, core, auto.',
      },
    });
    const { body } = await send(`name,ip\n${'x'.repeat(64 * 1024 * 1024)}`);
    expect(body).toMatchObject({
      code: 'body_too_large',
      detail: 'The body is longer than 67108864 bytes, which is the most.',
    });
  });

  describe('NetBox', () => {
    const netbox = (devices: unknown[]) =>
      JSON.stringify({ count: devices.length, next: null, results: devices }, null, 1);
    const device = (more: object = {}) => ({
      id: 7,
      name: 'gw1',
      primary_ip4: { address: '10.0.0.1/24' },
      site: { name: 'Batumi' },
      role: { name: 'Edge', slug: 'edge' },
      device_type: { manufacturer: { name: 'MikroTik' }, model: 'CCR2004' },
      status: { value: 'active', label: 'Active' },
      tags: [{ name: 'ring' }, { name: 'a;b' }],
      comments: 'from NetBox',
      latitude: 41.65,
      longitude: 41.64,
      custom_fields: { snmp_community: 's3cret' },
      ...more,
    });

    it('brings its devices', async () => {
      const text = netbox([
        device(),
        device({
          name: 'gw2',
          primary_ip4: null,
          primary_ip: { address: '2001:db8::2/64' },
          status: { value: 'planned' },
          tags: [],
          latitude: null,
          longitude: null,
        }),
      ]);
      expect(await send(text, '?format=netbox&auth=auto', JSON_BODY)).toMatchObject({
        status: 200,
        body: { created: 2, format: 'netbox' },
      });
      expect(
        await db.query(`select name, address, site, role, vendor_override as vendor, model_override as model, enabled, tags, notes, auth,
          latitude_in_effect as latitude from devices_in_effect order by name`)
      ).toEqual([
        {
          name: 'gw1',
          address: '10.0.0.1',
          site: 'Batumi',
          role: 'edge',
          vendor: 'mikrotik',
          model: 'CCR2004',
          enabled: true,
          tags: ['ring', 'a;b'],
          notes: 'from NetBox',
          auth: 'auto',
          latitude: 41.65,
        },
        {
          name: 'gw2',
          address: '2001:db8::2',
          site: 'Batumi',
          role: 'edge',
          vendor: 'mikrotik',
          model: 'CCR2004',
          enabled: false,
          tags: [],
          notes: 'from NetBox',
          auth: 'auto',
          latitude: 41.65,
        },
      ]);
      const before = await everything();
      expect(await send(text, '?format=netbox', JSON_BODY)).toMatchObject({ body: { unchanged: 2 } });
      expect(before).not.toContain('s3cret');
      expect(await everything()).toBe(before);
    });

    it('names devices without an address, and what is none, by their lines', async () => {
      const { body } = await send(
        netbox([
          device(),
          device({ name: 'b', primary_ip4: null }),
          7,
          device({ name: 'gw1', primary_ip4: { address: '10.0.0.9/24' } }),
          device({ name: 'x', primary_ip4: { address: '999.1.1.1/24' } }),
        ]),
        '?format=netbox',
        JSON_BODY
      );
      expect(body.report.errors.map((e: { line: number; message: string }) => [e.line, e.message])).toEqual([
        [
          43,
          'results[1].primary_ip4.address: the device has no primary address in NetBox; give it one, or leave it out',
        ],
        [79, 'results[2]: found no object; it must be a device of NetBox'],
        [80, 'results[3].name: found "gw1"; line 5 has it too; leave one of them out or give it another name'],
        [
          118,
          'results[4].primary_ip4.address: found "999.1.1.1"; it must be an IPv4 or IPv6 address or a DNS name, with an optional :port (10.0.0.5, [2001:db8::1]:161)',
        ],
      ]);
      expect(await db.query('select id from devices')).toEqual([]);
    });
  });

  it.each([
    ['{"devices": [{"name": "a", "ip": "10.0.0.1",}]}', 'line 1: not valid JSON: unexpected text in column 45.'],
    ['[{"name": "a"', 'line 1: not valid JSON: it ends too early.'],
    [
      '{"device": []}',
      'line 1: found no list; it must be a list of devices, or an object with that list as "devices".',
    ],
  ])('refuses the JSON %s', async (text, detail) => {
    expect(await send(text, '', JSON_BODY)).toMatchObject({ status: 422, body: { code: 'unreadable_table', detail } });
  });

  it('names members of JSON that nobody knows or that have no text', async () => {
    const text =
      '[{"name": "a", "ip": "10.0.0.1", "comunity": "s3cret"},\n{"name": {}, "ip": "10.0.0.2"},\n{"name": "c", "ip": "10.0.0.3", "tags": [1]},\n 5, {"name": "d", "ip": "10.0.0.4", "brnch": 1}]';
    const { body } = await send(text, '', JSON_BODY);
    expect(body.report.errors.map((e: { line: number; message: string }) => [e.line, e.message])).toEqual([
      [
        1,
        'devices[0].comunity: no such member; known are id, name, ip, port, device_type, role, branch, region, latitude, longitude, vendor, model, auth, ping, enabled, tier, tags, notes',
      ],
      [2, 'devices[1].name: found an object; it must be a text'],
      [3, 'devices[2].tags: found a list of other things; it must be a list of texts'],
      [4, 'devices[3]: found no object; it must be like {"name": "core-1", "ip": "192.0.2.1"}'],
      [4, 'devices[4].brnch: no such member; did you mean "branch"?'],
    ]);
  });

  it('leaves members of JSON aside when told so, save those that look like credentials', async () => {
    const text = (key: string) => `[{"name": "a", "ip": "10.0.0.1", "${key}": "s3cret"}]`;
    expect(await send(text('rack'), '?unknown=ignore', JSON_BODY)).toMatchObject({ status: 200, body: { created: 1 } });
    expect(await send(text('snmp_community'), '?unknown=ignore', JSON_BODY)).toMatchObject({
      status: 422,
      body: {
        detail:
          '1 of 1 rows are wrong, the first in line 1: devices[0].snmp_community: it looks like credentials, which no table may hold; name an entry of auths: as "auth" instead. Correct them, or leave them out with mode=good-rows.',
      },
    });
  });

  it('tells how far it is where that is wanted', async () => {
    const rows = Array.from({ length: 2500 }, (_, i) => `n${i},10.0.${i >> 8}.${i & 255}`);
    const accept = { ...CSV, accept: 'application/x-ndjson' };
    const { body, headers } = await api.sendForText('POST', '/devices/import', `name,ip\n${rows.join('\n')}`, accept);
    expect(headers.get('content-type')).toMatch(/^application\/x-ndjson/);
    const lines = body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>);
    expect(lines.filter((line) => 'progress' in line).map(({ progress }) => Object.values(progress!))).toEqual([
      ['reading', 1000, 2500],
      ['reading', 2000, 2500],
      ['reading', 2500, 2500],
      ['writing', 1000, 2500],
      ['writing', 2000, 2500],
      ['writing', 2500, 2500],
    ]);
    expect(lines.at(-1)).toMatchObject({ report: { created: 2500 } });
    const wrong = await api.sendForText('POST', '/devices/import', 'name,ip\na,nope!', accept);
    expect(wrong.status).toBe(200);
    expect(JSON.parse(wrong.body.trimEnd().split('\n').at(-1)!)).toMatchObject({
      problem: { status: 422, code: 'import_refused' },
    });
  });
});
