import './native-pglite';
import { importFileDevices } from '../../exporter/src/inventory/import-devices';
import type { Database } from '../../exporter/src/inventory/database';
import { UnreadableTable } from '../../exporter/src/inventory/import/finding';
import { importTable, type ImportReport, type ImportRequest } from '../../exporter/src/inventory/import/import-table';
import { migrate } from '../../exporter/src/inventory/migrate';
import { inventoryRevision } from '../../exporter/src/inventory/revision';
import { testDevice } from '../../exporter/src/model/device.fixture';
import { describeOnBoth } from './inventory-databases';

const NOTHING = { created: 0, updated: 0, unchanged: 0, sites_created: [], changes: [] };
const EDITOR = { name: 'somebody', role: 'editor' } as const;

describeOnBoth('import', (backend) => {
  let db: Database;
  beforeAll(async () => {
    db = await backend.fresh();
    await migrate(db);
  }, 60_000);
  // Of a few rows that is much faster than truncate.
  beforeEach(() => db.script('delete from audit_log; delete from devices; delete from sites'));

  const take = (text: string, more: Partial<ImportRequest> = {}): Promise<ImportReport> =>
    importTable(db, EDITOR, {
      text,
      format: 'csv',
      mode: 'all-or-nothing',
      dryRun: false,
      unknown: 'refuse',
      newAuth: null,
      authNames: ['branch', 'core'],
      ...more,
    });
  const told = (report: ImportReport) =>
    report.errors.map(({ line, column_number, message }) => [line, column_number, message]);
  /** Everything there is, with the version of each row: an update that changes nothing shows too. */
  const everything = async () =>
    JSON.stringify([
      await db.query('select *, xmin::text from devices order by id'),
      await db.query('select *, xmin::text from sites order by name'),
      await db.query('select * from audit_log order by id'),
      await inventoryRevision(db),
    ]);
  const devices = () =>
    db.query<Record<string, unknown>>(
      `select id, name, address, snmp_port, site, region, type, role, auth, ping, enabled, tier, tags, notes,
              vendor_override, model_override, latitude_in_effect as latitude, longitude_in_effect as longitude,
              origin, isfinite(next_discovery_at) as waits
         from devices_in_effect order by id`
    );
  const audit = () =>
    db.query<{ action: string; entity: string; entity_id: string; before: unknown; after: unknown }>(
      'select actor, role, action, entity, entity_id, before, after from audit_log order by id'
    );

  it('creates devices and sites, says what it did, and does nothing the second time', async () => {
    const text = [
      'name,ip,vendor,device_type,region,branch,latitude,longitude,enabled,auth,tags',
      'core-1,10.0.0.1,MikroTik,router,Tbilisi,HQ,41.7151,44.8271,true,core,core;paid',
      'გორი-1,"[2001:DB8::1]:1161",,switch,შიდა ქართლი,გორი,,,no,,',
      '',
      'plain,plain.example.net,,,,,,,,auto,',
    ].join('\n');
    const report = await take(text);
    expect(report).toMatchObject({
      dry_run: false,
      mode: 'all-or-nothing',
      format: 'csv',
      rows: 3,
      created: 3,
      updated: 0,
      unchanged: 0,
      failed: 0,
      sites_created: ['HQ', 'გორი'],
      errors: [],
      errors_total: 0,
      warnings: [],
    });
    expect(report.changes).toMatchObject([
      {
        line: 2,
        action: 'create',
        id: 'core-1',
        before: null,
        // Region and place are the new site's.
        after: { site: 'HQ', region: null, latitude: null, vendor: 'mikrotik', tags: ['core', 'paid'], auth: 'core' },
      },
      {
        line: 3,
        action: 'create',
        id: 'გორი-1',
        after: { address: '2001:db8::1', snmp_port: 1161, type: 'switch', enabled: false, auth: null },
      },
      { line: 5, action: 'create', id: 'plain', after: { address: 'plain.example.net', snmp_port: 161, type: '' } },
    ]);
    expect(await devices()).toMatchObject([
      { id: 'core-1', region: 'Tbilisi', latitude: 41.7151, waits: false, origin: 'api', tier: 'standard', ping: true },
      { id: 'plain', site: '', region: '', latitude: null, auth: 'auto', waits: false },
      { id: 'გორი-1', site: 'გორი', latitude: null, auth: null, enabled: false },
    ]);
    expect(await db.query('select name, region, latitude, origin from sites order by name')).toEqual([
      { name: 'HQ', region: 'Tbilisi', latitude: 41.7151, origin: 'api' },
      { name: 'გორი', region: 'შიდა ქართლი', latitude: null, origin: 'api' },
    ]);
    expect(
      (await audit()).map(({ action, entity, entity_id }) => [action, entity, entity_id.replace(/^\d+$/, 'n')])
    ).toEqual([
      ['import', 'device', '*'],
      ['create', 'site', 'n'],
      ['create', 'site', 'n'],
      ['create', 'device', 'core-1'],
      ['create', 'device', 'გორი-1'],
      ['create', 'device', 'plain'],
    ]);
    expect((await audit())[0]).toMatchObject({
      actor: 'somebody',
      role: 'editor',
      after: { rows: 3, created: 3, failed: 0, sites_created: ['HQ', 'გორი'] },
    });

    const before = await everything();
    expect(await take(text)).toMatchObject({ created: 0, updated: 0, unchanged: 3, sites_created: [], changes: [] });
    expect(await everything()).toBe(before);
  });

  it('changes what the table says and nothing else, finding devices by id, name or address', async () => {
    await take(
      'id,name,ip,branch,notes,auth,tags\na,core-1,10.0.0.1,HQ,first,core,x\nb,core-2,10.0.0.2,HQ,second,,\nc,core-3,10.0.0.3,,,,'
    );
    await db.script(`update devices set next_discovery_at = '2030-01-01', next_full_walk_at = '2030-01-01'`);
    const report = await take('id,name,ip,notes\na,renamed,10.0.0.1,\n,core-2,10.0.0.22,second\n,new-name,10.0.0.3,');
    expect(report.changes).toEqual([
      {
        line: 2,
        action: 'update',
        id: 'a',
        before: { name: 'core-1', notes: 'first' },
        after: { name: 'renamed', notes: '' },
      },
      { line: 3, action: 'update', id: 'b', before: { address: '10.0.0.2' }, after: { address: '10.0.0.22' } },
      { line: 4, action: 'update', id: 'c', before: { name: 'core-3' }, after: { name: 'new-name' } },
    ]);
    expect(await devices()).toMatchObject([
      { id: 'a', site: 'HQ', auth: 'core', tags: ['x'], waits: true },
      // Another agent may answer there: at once.
      { id: 'b', site: 'HQ', notes: 'second', waits: false },
      { id: 'c', waits: true },
    ]);
    expect((await audit()).slice(-3)).toMatchObject([
      {
        action: 'update',
        entity: 'device',
        entity_id: 'a',
        before: { name: 'core-1', notes: 'first' },
        after: { name: 'renamed', notes: '' },
      },
      { entity_id: 'b' },
      { entity_id: 'c' },
    ]);
  });

  it('lets devices swap names and addresses', async () => {
    await take('id,name,ip\na,one,10.0.0.1\nb,two,10.0.0.2');
    expect(await take('id,name,ip\na,two,10.0.0.2\nb,one,10.0.0.1')).toMatchObject({ updated: 2, failed: 0 });
    expect(await devices()).toMatchObject([
      { id: 'a', name: 'two', address: '10.0.0.2' },
      { id: 'b', name: 'one', address: '10.0.0.1' },
    ]);
  });

  it('brings a deleted device back with its interfaces, tags and notes', async () => {
    await take('name,ip,notes,role\ncore-1,10.0.0.1,kept,core');
    await db.script(`insert into device_interfaces (device_id, if_name, if_index) values ('core-1', 'ether1', 1);
      update devices set removed_at = now(), origin = 'file', bundle = 'demo'`);
    const report = await take('name,ip\ncore-1,10.0.0.9');
    expect(report).toMatchObject({
      created: 1,
      updated: 0,
      changes: [{ action: 'create', id: 'core-1', before: null }],
    });
    expect(await devices()).toMatchObject([
      { id: 'core-1', address: '10.0.0.9', notes: 'kept', role: '', origin: 'api', waits: false },
    ]);
    expect(await db.query('select count(*) as n from device_interfaces')).toEqual([{ n: 1 }]);
  });

  it('numbers ids that are taken, however many want the same', async () => {
    const same = Array.from(
      { length: 5000 },
      (_, i) => `x${'!'.repeat(i % 100)}${'?'.repeat(Math.floor(i / 100))},h${i}`
    );
    expect(await take(`name,ip\n${same.join('\n')}`, { dryRun: true })).toMatchObject({ created: 5000 });
    await take('id,name,ip\ncore-1,first,10.0.0.1');
    expect((await take('name,ip\nCore 1,10.0.0.2\ncore-1,10.0.0.3\n###,10.0.0.4')).changes.map(({ id }) => id)).toEqual(
      ['core-1-2', 'core-1-3', '10.0.0.4']
    );
  });

  it('leaves devices of the file as the file says, and takes what operators may say of them', async () => {
    const file = testDevice({ id: 'f', name: 'from-file', address: '10.0.0.1', site: 'HQ', region: 'Tbilisi' });
    await importFileDevices(db, { devices: [file], sites: [] });
    const before = await everything();
    const report = await take('name,ip,branch,region\nfrom-file,10.0.0.7,Gori,Tbilisi');
    expect(told(report)).toEqual([
      [
        2,
        2,
        'ip: found "10.0.0.7"; device f belongs to the configuration file; change it there, or leave the value as the file has it',
      ],
    ]);
    expect(await everything()).toBe(before);
    expect(
      await take(
        'name,ip,branch,region,tags,notes,vendor,latitude,longitude\nfrom-file,10.0.0.1,HQ,Tbilisi,a;b,mine,acme,41.5,44'
      )
    ).toMatchObject({
      updated: 1,
      changes: [{ id: 'f', after: { tags: ['a', 'b'], vendor: 'acme', latitude: 41.5 } }],
    });
    expect(await devices()).toMatchObject([{ id: 'f', origin: 'file', notes: 'mine', latitude: 41.5 }]);
  });

  it('keeps the region and place of a device only where they are not its site’s', async () => {
    await db.query(`insert into sites (name, region, latitude, longitude) values ('HQ', 'Tbilisi', 41.7, 44.8)`);
    const table = (region: string, place: string) =>
      `name,ip,branch,region,latitude,longitude\na,10.0.0.1,HQ,${region},${place}`;
    const own = () => db.query('select region_override as region, latitude, longitude from devices');
    await take(table('Tbilisi', '41.7,44.8'));
    expect(await own()).toEqual([{ region: null, latitude: null, longitude: null }]);
    await take(table('Gori', '-12.5,44.9'));
    expect(await own()).toEqual([{ region: 'Gori', latitude: -12.5, longitude: 44.9 }]);
    expect(await take(table('Gori', '-12.5,44.9'))).toMatchObject({ unchanged: 1 });
    await take(table('', ','));
    expect(await own()).toEqual([{ region: null, latitude: null, longitude: null }]);
  });

  it('does not guess for a new site on which its rows disagree', async () => {
    const report = await take(
      'name,ip,branch,region,latitude,longitude\na,10.0.0.1,Gori,West,41,44\nb,10.0.0.2,Gori,East,42,44\nc,10.0.0.3,Gori,,,'
    );
    expect(report.warnings).toEqual([
      {
        line: 3,
        message:
          'new site Gori: its rows name several regions (line 2 says West, line 3 East); the site is created without, the devices keep theirs',
      },
      {
        line: 3,
        message:
          'new site Gori: its rows name several places (line 2 says 41 44, line 3 42 44); the site is created without, the devices keep theirs',
      },
    ]);
    expect(await devices()).toMatchObject([
      { region: 'West', latitude: 41 },
      { region: 'East', latitude: 42 },
      { region: '', latitude: null },
    ]);
  });

  it('reads semicolons, tabs, sep=, decimal commas and whatever ends lines', async () => {
    expect(await take('name;ip;latitude;longitude\r\na;10.0.0.1;41,7;44,8\r\n')).toMatchObject({ created: 1 });
    expect(await take('sep=;\r\nName;IP Address;Lat;Lon;;\r\na;10.0.0.1;41,7;44,8;;\r\n;;;;;\r\n')).toMatchObject({
      rows: 1,
      unchanged: 1,
    });
    expect(await take('name\tip\tnotes\ra\t10.0.0.1\t\r')).toMatchObject({ unchanged: 1 });
    expect(await take('device-name , HOST\n a , 10.0.0.1 \n')).toMatchObject({ unchanged: 1 });
    expect(await take('name,ip,notes\na,10.0.0.1,"two\r\nlines, and ""quotes"""\n"b","10.0.0.2"\n')).toMatchObject({
      created: 1,
      updated: 1,
    });
    expect(await devices()).toMatchObject([
      { latitude: 41.7, longitude: 44.8, notes: 'two\nlines, and "quotes"' },
      { id: 'b' },
    ]);
  });

  describe('refuses rows, each wrong cell by name, and writes nothing', () => {
    const ADDRESS =
      'it must be an IPv4 or IPv6 address or a DNS name, with an optional :port (10.0.0.5, [2001:db8::1]:161)';
    const row = (text: string) => `name,ip,port,latitude,longitude,enabled,tier,auth,tags,id,notes\n${text}`;
    it.each([
      ['no address', 'name,ip\na,999.1.1.1', [[2, 2, `ip: found "999.1.1.1"; ${ADDRESS}`]]],
      ['leading zeros', 'name,ip\na,010.0.0.1', [[2, 2, `ip: found "010.0.0.1"; ${ADDRESS}`]]],
      ['too few numbers', 'name,ip\na,10.0.0', [[2, 2, `ip: found "10.0.0"; ${ADDRESS}`]]],
      ['a network', 'name,ip\na,10.0.0.1/24', [[2, 2, `ip: found "10.0.0.1/24"; ${ADDRESS}`]]],
      ['SQL', "name,ip\na,1'; drop table devices; --", [[2, 2, `ip: found "1'; drop table devices; --"; ${ADDRESS}`]]],
      ['nothing', 'name,ip\n,', []],
      ['no name', 'name,ip\n,10.0.0.1', [[2, 1, 'name: is empty; every device needs a name']]],
      ['no address at all', 'name;ip\na;', [[2, 2, 'ip: is empty; every device needs an address']]],
      [
        'two of a name, the address',
        'name,ip\na,10.0.0.1\n\nb,10.0.0.1\na,10.0.0.2',
        [
          [
            4,
            2,
            'ip: found "10.0.0.1 port 161"; line 2 has it too; leave one of them out or give it another address or port',
          ],
          [5, 1, 'name: found "a"; line 2 has it too; leave one of them out or give it another name'],
        ],
      ],
      [
        'IPv6 in two spellings',
        'name,ip\na,2001:db8::1\nb,2001:DB8:0::1',
        [
          [
            3,
            2,
            'ip: found "2001:db8::1 port 161"; line 2 has it too; leave one of them out or give it another address or port',
          ],
        ],
      ],
      [
        'two of an id',
        'id,name,ip\nx,a,10.0.0.1\nx,b,10.0.0.2',
        [[3, 1, 'id: found "x"; line 2 has it too; leave one of them out']],
      ],
      [
        'a port twice',
        row('a,10.0.0.1:99,161,,,,,,,,'),
        [[2, 3, 'port: found "161"; the address says 99; leave one of them out']],
      ],
      [
        'a port',
        row('a,10.0.0.1,70000,,,,,,,,'),
        [[2, 3, 'port: found "70000"; it must be a UDP port from 1 to 65535']],
      ],
      [
        'degrees',
        row('a,10.0.0.1,,91,44,,,,,,'),
        [[2, 4, 'latitude: found "91"; it must be degrees from -90 to 90, such as 41.7151']],
      ],
      [
        'a decimal comma between commas',
        row('a,10.0.0.1,,"41,7",44,,,,,,'),
        [[2, 4, 'latitude: found "41,7"; it must be degrees from -90 to 90, such as 41.7151']],
      ],
      [
        'half a place',
        row('a,10.0.0.1,,41,,,,,,,'),
        [[2, 5, 'longitude: is empty; latitude and longitude belong together; give both or none']],
      ],
      [
        'words',
        row('a,10.0.0.1,,,,maybe,fast,brunch,,,'),
        [
          [2, 6, 'enabled: found "maybe"; it must be true or false'],
          [2, 7, 'tier: found "fast"; it must be one of standard, slow'],
        ],
      ],
      [
        'an auth',
        row('a,10.0.0.1,,,,,,brunch,,,'),
        [[2, 8, 'auth: found "brunch"; it must be a name under auths:, auto, or empty; did you mean "branch"?']],
      ],
      [
        'tags',
        row(`a,10.0.0.1,,,,,,,${'x'.repeat(65)},,`),
        [[2, 9, `tags: found "${'x'.repeat(59)}…"; it must be 32 tags of 64 characters at most, with ; between them`]],
      ],
      [
        'control characters',
        row('"a\u0007b",10.0.0.1,,,,,,,,,'),
        [[2, 1, 'name: found "a\\u0007b"; it must be one line without control characters']],
      ],
      [
        'U+0000',
        row('a,10.0.0.1,,,,,,,,,"x\u0000"'),
        [[2, 11, 'notes: found "x\\u0000"; it must hold no control characters but ends of lines and tabs']],
      ],
      [
        'too many cells',
        'name,ip\na,10.0.0.1,branch',
        [
          [
            2,
            3,
            'column 3: found "branch", but the header names no such column; put texts that contain the separator in quotes',
          ],
        ],
      ],
      [
        'lines below cells of several lines',
        'name,ip,notes\na,10.0.0.1,"x\n\ny"\nb,nope!,',
        [[5, 2, `ip: found "nope!"; ${ADDRESS}`]],
      ],
    ])('%s', async (_, text, findings) => {
      const before = await everything();
      const report = await take(text);
      expect(told(report)).toEqual(findings);
      expect(report).toMatchObject({ ...NOTHING, failed: new Set(findings.map(([line]) => line)).size });
      expect(await take(text, { dryRun: true })).toEqual({ ...report, dry_run: true });
      expect(await everything()).toBe(before);
    });

    it('that want what another device has', async () => {
      await take('id,name,ip\na,one,10.0.0.1\nb,two,10.0.0.2');
      const before = await everything();
      const report = await take('id,name,ip\n,one,10.0.0.2\nnew,two,10.0.0.9\n,four,10.0.0.4\nb,two,10.0.0.4');
      expect(told(report)).toEqual([
        [2, 3, 'ip: found "10.0.0.2 port 161"; it belongs to device b (two); correct one of them'],
        [3, 2, 'name: found "two"; it belongs to device b; give that id or another name'],
        [5, 2, 'name: found "two"; line 3 has it too; leave one of them out or give it another name'],
      ]);
      expect(await everything()).toBe(before);
    });

    it('that lean on each other in a long chain, without taking long', async () => {
      // Addresses slipped down by one row: the last wants what a device has that is not in the table.
      const n = 20_000;
      const ip = (i: number) => `10.0.${i >> 8}.${i & 255}`;
      await db.query(
        `insert into devices (id, name, address) select 'd' || i, 'n' || i, '10.0.' || i / 256 || '.' || i % 256 from generate_series(0, $1) i`,
        [n]
      );
      const rows = Array.from({ length: n }, (_, i) => `d${i},n${i},${ip(i + 1)}`);
      const report = await take(`id,name,ip\n${rows.join('\n')}`);
      expect(report).toMatchObject({ ...NOTHING, failed: n, errors_total: n });
      expect(told(report)[0]).toEqual([
        2,
        3,
        'ip: found "10.0.0.1 port 161"; it belongs to device d1 (n1); correct one of them',
      ]);
    });

    it('whose new id nobody could write into an address', async () => {
      expect(told(await take('id,name,ip\na/b,a,10.0.0.1'))).toEqual([
        [2, 1, 'id: found "a/b"; it must be 1 to 128 letters, digits, dots, dashes and underscores'],
      ]);
    });

    it('that are about a device of another row', async () => {
      await take('id,name,ip\na,one,10.0.0.1');
      const report = await take('id,name,ip\na,other,10.0.0.5\n,one,10.0.0.1');
      expect(told(report)).toEqual([
        [3, 2, 'name: found "one"; it is device a, which line 2 is about too; leave one of them out'],
      ]);
    });
  });

  it('takes the good rows where that is wanted, and gives nothing to a row that leans on a wrong one', async () => {
    await take('id,name,ip\nb,two,10.0.0.2');
    const text = 'id,name,ip,auth,branch\nb,two,10.0.0.3,nobody,\nc,three,10.0.0.2,core,Gori\nd,four,10.0.0.4,,HQ\n';
    const report = await take(text, { mode: 'good-rows' });
    expect(report).toMatchObject({ rows: 3, created: 1, failed: 2, errors_total: 2, sites_created: ['HQ'] });
    expect(told(report)).toEqual([
      [
        2,
        4,
        'auth: found "nobody"; it must be a name under auths:, auto, or empty; the configuration has branch, core',
      ],
      // Device b stays where it was, because its row is wrong.
      [3, 3, 'ip: found "10.0.0.2 port 161"; it belongs to device b (two); correct one of them'],
    ]);
    expect((await devices()).map(({ id, address }) => [id, address])).toEqual([
      ['b', '10.0.0.2'],
      ['d', '10.0.0.4'],
    ]);
  });

  it('writes nothing in a dry run and reports the same', async () => {
    const text = 'name,ip,branch\na,10.0.0.1,HQ';
    const before = await everything();
    const dry = await take(text, { dryRun: true });
    expect(dry).toMatchObject({ dry_run: true, created: 1, sites_created: ['HQ'] });
    expect(await everything()).toBe(before);
    expect({ ...(await take(text)), dry_run: true }).toEqual(dry);
  });

  it('gives new devices the credential that was asked for, and none to others', async () => {
    await take('name,ip\na,10.0.0.1');
    await take('name,ip,auth\na,10.0.0.1,\nb,10.0.0.2,\n', { newAuth: 'auto' });
    await take('name,ip\nc,10.0.0.3', { newAuth: 'auto' });
    expect((await devices()).map(({ id, auth }) => [id, auth])).toEqual([
      ['a', null],
      ['b', null],
      ['c', 'auto'],
    ]);
  });

  describe('refuses what is no table', () => {
    it.each([
      ['', [[1, undefined, 'the first line must name the columns, and "name" and "ip" are missing; found no header']]],
      [
        'nam,address,branch\na,10.0.0.1,b',
        [
          [1, 1, 'unknown column "nam"; did you mean "name"? (unknown=ignore leaves such columns aside)'],
          [
            1,
            undefined,
            'the first line must name the columns, and "name" is missing; found "nam", "address", "branch"; "nam" may be meant as "name"',
          ],
        ],
      ],
      ['name,ip,IP Address\n', [[1, 3, 'column 3 "IP Address" and column 2 "ip" are both ip; leave one of them out']]],
      [
        'name,ip,SNMP Community,altitude\na,10.0.0.1,s3cret,9',
        [
          [
            1,
            3,
            'column "SNMP Community" looks like credentials, which no table may hold; name an entry of auths: in a column "auth" instead',
          ],
          [1, 4, 'unknown column "altitude"; did you mean "latitude"? (unknown=ignore leaves such columns aside)'],
        ],
      ],
      ['name,ip,lat\n', [[1, undefined, 'latitude and longitude belong together; give both columns or none']]],
      [
        'name,ip\na,"10.0.0.1\nb,10.0.0.2\n',
        [
          [
            2,
            undefined,
            'a quote (") that opens here or further down is never closed; close it, or write "" for a quote inside a text',
          ],
        ],
      ],
      [
        'name,ip\na,10.0.0.1\nb"c",10.0.0.2\n',
        [
          [
            3,
            undefined,
            'a quote (") stands where none may; put the whole text in quotes and write "" for each quote inside',
          ],
        ],
      ],
    ])('%j', async (text, findings) => {
      const before = await everything();
      const err = await take(text).catch((e: unknown) => e);
      expect(err).toBeInstanceOf(UnreadableTable);
      expect((err as UnreadableTable).findings.map((f) => [f.line, f.column_number, f.message])).toEqual(findings);
      expect(await everything()).toBe(before);
    });

    it('but leaves aside columns of no use when told so, save those that look like credentials', async () => {
      expect(await take('name,ip,rack\na,10.0.0.1,7', { unknown: 'ignore' })).toMatchObject({ created: 1 });
      await expect(take('name,ip,password\na,10.0.0.1,7', { unknown: 'ignore' })).rejects.toThrow(
        'looks like credentials'
      );
    });
  });

  it('takes 1,000 rows within 5 s', async () => {
    const rows = Array.from({ length: 1000 }, (_, i) => `n${i},10.0.${i >> 8}.${i & 255},HQ,branch`);
    const begin = performance.now();
    expect(await take(`name,ip,branch,auth\n${rows.join('\n')}`)).toMatchObject({ created: 1000, failed: 0 });
    expect(performance.now() - begin).toBeLessThan(5000);
    expect(await db.query('select count(*) as n from audit_log')).toEqual([{ n: 1002 }]);
  });

  it('finds the one wrong row of 100,000, and writes none of them', async () => {
    const before = await everything();
    const rows = Array.from({ length: 100_000 }, (_, i) => `n${i},10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    rows[77_777] = 'n77777,10.1.47.209/32';
    const report = await take(`name,ip\n${rows.join('\n')}`);
    expect(report).toMatchObject({
      ...NOTHING,
      rows: 100_000,
      failed: 1,
      errors: [{ line: 77_779, value: '10.1.47.209/32' }],
    });
    expect(await everything()).toBe(before);
  });

  it('refuses a table that is too long, and tells the first 1,000 of many wrong cells', async () => {
    const long = `name,ip\n${'a,b\n'.repeat(200_001)}`;
    await expect(take(long)).rejects.toThrow('line 200002: the table has more than 200000 rows; import it in parts');
    const report = await take(`name,ip\n${'x,nope!\n'.repeat(1500)}`, { mode: 'good-rows' });
    expect([report.errors.length, report.errors_total, report.failed]).toEqual([1000, 1500, 1500]);
    expect(await db.query('select id from devices')).toEqual([]);
  });
});
