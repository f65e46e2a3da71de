import './native-pglite';
import { importFileDevices } from '../../exporter/src/inventory/import-devices';
import type { Database } from '../../exporter/src/inventory/database';
import { UnreadableTable } from '../../exporter/src/inventory/import/finding';
import { importTable, type ImportReport, type ImportRequest } from '../../exporter/src/inventory/import/import-table';
import { migrate } from '../../exporter/src/inventory/migrate';
import { inventoryRevision } from '../../exporter/src/inventory/revision';
import { testDevice } from '../../exporter/src/model/device.fixture';
import { describeOnBoth } from './inventory-databases';

const TABLES = 'sites, devices, device_interfaces, interface_changes, providers, discovery_runs, audit_log';
const NOTHING = { created: 0, updated: 0, unchanged: 0, sites_created: [], changes: [] };
const EDITOR = { name: 'somebody', role: 'editor' } as const;

describeOnBoth('import', (backend) => {
  let db: Database;
  beforeAll(async () => {
    db = await backend.fresh();
    await migrate(db);
  }, 60_000);
  beforeEach(() => db.script(`truncate ${TABLES} cascade`));

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
    expect(report.changes).toEqual([
      {
        line: 2,
        action: 'create',
        id: 'core-1',
        before: null,
        after: {
          name: 'core-1',
          address: '10.0.0.1',
          snmp_port: 161,
          site: 'HQ',
          region: 'Tbilisi',
          auth: 'core',
          vendor: 'mikrotik',
          latitude: 41.7151,
          longitude: 44.8271,
          tags: ['core', 'paid'],
        },
      },
      {
        line: 3,
        action: 'create',
        id: 'გორი-1',
        before: null,
        after: {
          name: 'გორი-1',
          address: '2001:db8::1',
          snmp_port: 1161,
          site: 'გორი',
          region: 'შიდა ქართლი',
          type: 'switch',
          enabled: false,
        },
      },
      {
        line: 5,
        action: 'create',
        id: 'plain',
        before: null,
        after: { name: 'plain', address: 'plain.example.net', snmp_port: 161, type: '', auth: 'auto' },
      },
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
});
