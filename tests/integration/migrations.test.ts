import './native-pglite';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Database } from '../../exporter/src/inventory/database';
import { claimDue } from '../../exporter/src/inventory/discovery-queue';
import { listRuns } from '../../exporter/src/inventory/discovery-runs';
import { importFileDevices } from '../../exporter/src/inventory/import-devices';
import { getDevice } from '../../exporter/src/inventory/list-devices';
import { getInterface, interfaceChanges } from '../../exporter/src/inventory/list-interfaces';
import { migrate } from '../../exporter/src/inventory/migrate';
import { listProviders } from '../../exporter/src/inventory/providers';
import { inventoryRevision } from '../../exporter/src/inventory/revision';
import { saveWalk, type Walk } from '../../exporter/src/inventory/save-walk';
import { targetList } from '../../exporter/src/inventory/target-list';
import { testDevice } from '../../exporter/src/model/device.fixture';
import { describeOnBoth } from './inventory-databases';
import { contents, firstMigrations, MIGRATION_NAMES, MIGRATIONS, schemaImage, tables } from './schema-image';

const NEWEST = MIGRATION_NAMES.at(-1)!;

/** What a version had in its tables, as its own program wrote it: added to what the version before it had. */
const DATA: Record<string, string> = {
  '0001_inventory.sql': `
    insert into sites (name, region, latitude, longitude, origin, notes) values
      ('HQ', 'Tbilisi', 41.7, 44.8, 'file', ''), ('ფილიალი', 'Imereti', null, null, 'api', 'call Nino');
    insert into devices (id, name, address, site_id, region_override, type, role, auth, origin, vendor, model, os_version,
                         sys_name, sys_object_id, sys_descr, discovery_reason, last_discovery_at,
                         last_discovery_success_at, next_discovery_at, next_full_walk_at, discovered_at, tags,
                         custom_fields, notes)
    select 'core-1', 'core-1', '10.0.0.5', id, 'Mtskheta', 'router', 'edge', 'branch', 'file', 'mikrotik', 'CHR', '7.11',
           'CORE', '1.3.6.1.4.1.14988.1', 'RouterOS CHR', 'ok', '2026-05-01T02:30Z', '2026-05-01T02:30Z',
           '2026-05-01T03:30Z', '2026-05-02T02:30Z', '2026-01-01T00:00Z', '{ring,core}', '{"rack": 7}', 'top of rack'
      from sites where name = 'HQ';
    insert into devices (id, name, address, origin, removed_at) values
      ('gone', 'gone', '10.0.0.6', 'file', '2026-04-01T00:00Z');
    insert into devices (id, name, address, auth, enabled, discovery_reason, discovery_failures, lease_owner, lease_until)
    values ('silent', 'silent', '10.0.0.7', 'branch', true, 'timeout', 3, 'dead:1', '2026-05-01T02:40Z');
    insert into device_interfaces (device_id, if_name, if_index, if_descr, if_alias, if_type, mtu, speed_at_discovery,
                                   interface_type, isp_provider, is_critical, parser_confidence, parser_source,
                                   parser_rule, interface_type_override, isp_provider_override, is_critical_override,
                                   monitoring_enabled_override, speed_override, tags, notes, active, missed_walks) values
      ('core-1', 'ether1', 1, 'ether1', 'Magti_Internet', 6, 1500, 1000000000, 'isp', 'magti', true, 0.95, 'alias',
       'provider', null, null, null, null, 200000000, '{wan}', 'fibre', true, 0),
      ('core-1', 'ether2', 4294967295, 'ether2', 'მეორე', 6, 1500, null, 'other', '', false, 0.1, 'none', '', 'isp',
       'silknet', true, true, null, '{}', '', true, 1),
      ('core-1', 'ether3', 3, 'ether3', '', 6, 1500, null, 'access', '', false, 0.5, 'alias', 'x', null, null, null,
       null, null, '{}', '', false, 2);
    insert into interface_changes (interface_id, changed_at, field, old_value, new_value)
    select id, '2026-05-01T02:30Z', 'if_alias', 'old', 'Magti_Internet' from device_interfaces where if_name = 'ether1';
    insert into providers (name, display_name, aliases, weak_aliases, color, origin) values
      ('village-net', 'Village Net', '{vnet}', '{}', '#0a0', 'operator');
    insert into discovery_runs (kind, owner, started_at, finished_at, devices, succeeded, failed, failed_by_reason,
                                interfaces_found, interfaces_added, interfaces_changed, interfaces_removed)
    values ('full', 'host:1', '2026-05-01T02:30Z', '2026-05-01T02:31Z', 2, 1, 1, '{"timeout": 1}', 3, 3, 0, 0),
           ('refresh', 'host:1', '2026-05-01T03:30Z', null, 0, 0, 0, '{}', 0, 0, 0, 0);`,
  '0002_device_tier.sql': `
    update devices set tier = 'slow' where id = 'silent';`,
};

/** As firstMigrations, and gone when the tests are done. */
function firstOf(count: number): string {
  const directory = firstMigrations(count);
  directories.push(directory);
  return directory;
}
const directories: string[] = [];
afterAll(() => directories.forEach((directory) => rmSync(directory, { recursive: true, force: true })));

/** A database as the version with the first `count` migrations left it, with rows in each of its tables. */
async function atVersion(db: Database, count: number): Promise<void> {
  await migrate(db, firstOf(count));
  for (const name of MIGRATION_NAMES.slice(0, count)) {
    await db.script(DATA[name] ?? `do $$ begin raise exception 'say in DATA what version ${name} has' ; end $$`);
  }
}

const NOW = Date.UTC(2026, 5, 1);
const WALK: Walk = {
  system: {
    sysDescr: 'Cisco IOS',
    sysObjectID: '1.3.6.1.4.1.9.1.1',
    sysName: 'S',
    sysLocation: '',
    vendor: 'cisco',
    model: 'X',
    osVersion: '1',
    modules: [],
  },
  interfaces: [],
  complete: true,
  full: true,
  stackRead: true,
  auth: 'branch',
  walkedAt: NOW,
};

/** Asks and writes what the program of today asks and writes, of the rows that DATA made. */
async function worksToday(db: Database, count: number): Promise<void> {
  expect(await getDevice(db, 'core-1')).toMatchObject({
    name: 'core-1',
    site: 'HQ',
    region: 'Mtskheta',
    tier: 'standard',
    vendor: 'mikrotik',
    interfaces: 2,
    isp_interfaces: 2,
    tags: ['ring', 'core'],
    notes: 'top of rack',
  });
  expect(await getDevice(db, 'gone')).toBeUndefined();
  const { targets } = await targetList(db, 0);
  expect(targets.map(({ device, interfaces }) => [device.id, device.tier, interfaces.length])).toEqual([
    ['core-1', 'standard', 2],
    ['silent', count > 1 ? 'slow' : 'standard', 0],
  ]);
  expect(targets[0]!.interfaces).toMatchObject([
    { ifName: 'ether1', interfaceType: 'isp', ispProvider: 'magti', speedOverride: 200_000_000 },
    { ifName: 'ether2', interfaceType: 'isp', ispProvider: 'silknet', isCritical: true, ifIndex: 4_294_967_295 },
  ]);
  const [ether1] = await db.query<{ id: number }>(`select id from device_interfaces where if_name = 'ether1'`);
  expect(await getInterface(db, ether1!.id)).toMatchObject({ if_alias: 'Magti_Internet', notes: 'fibre' });
  expect(await interfaceChanges(db, ether1!.id)).toMatchObject([{ field: 'if_alias', old_value: 'old' }]);
  expect(await listProviders(db)).toMatchObject([{ name: 'village-net', aliases: ['vnet'] }]);
  expect((await listRuns(db, { limit: 10, offset: 0 })).total).toBe(2);
  // Its lease ran out long ago.
  const due = await claimDue(db, { owner: 'new', now: NOW, leaseMs: 60_000, limit: 10 });
  expect(due.map(({ id, failures }) => [id, failures])).toEqual([
    ['silent', 3],
    ['core-1', 0],
  ]);
  // A device of the file that left before comes back under its id.
  await importFileDevices(db, { devices: [testDevice({ id: 'gone', name: 'gone', address: '10.0.0.6' })], sites: [] });
  expect(await getDevice(db, 'gone')).toMatchObject({ id: 'gone' });
  const revision = await inventoryRevision(db);
  await saveWalk(db, 'silent', WALK, 'new');
  expect(await inventoryRevision(db)).toBeGreaterThan(revision);
}

describeOnBoth('migrations', (backend) => {
  let db: Database;
  let fromEmpty: string[];
  beforeAll(async () => {
    db = await backend.fresh();
    await migrate(db);
    fromEmpty = await schemaImage(db);
  }, 60_000);
  beforeEach(() => db.script('drop schema public cascade; create schema public'));

  it('bring an empty database to the newest schema, once', async () => {
    expect(await migrate(db)).toEqual(MIGRATION_NAMES);
    expect(await schemaImage(db)).toEqual(fromEmpty);
    expect(await migrate(db)).toEqual([]);
    expect(await schemaImage(db)).toEqual(fromEmpty);
    expect(await inventoryRevision(db)).toBe(1);
  });

  describe.each(MIGRATION_NAMES.slice(0, -1).map((name, i) => [name, i + 1] as const))('from %s', (_name, count) => {
    it('come to the same schema as from empty; every row survives as it was, and the program of today works on them', async () => {
      await atVersion(db, count);
      const before = await contents(db);
      expect(Object.entries(before).filter(([, rows]) => rows.length === 0)).toEqual([]);
      expect(await migrate(db)).toEqual(MIGRATION_NAMES.slice(count));
      expect(await schemaImage(db)).toEqual(fromEmpty);
      const after = await contents(db);
      for (const [table, rows] of Object.entries(before)) {
        const known = Object.keys(rows[0]!);
        const sorted = (all: Record<string, unknown>[]) =>
          all.map((row) => JSON.stringify(known.map((column) => [column, row[column]]))).sort();
        // The table of migrations alone grows.
        expect({ table, rows: sorted(after[table]!) }).toEqual({
          table,
          rows: table === 'schema_migrations' ? expect.arrayContaining(sorted(rows)) : sorted(rows),
        });
      }
      await worksToday(db, count);
    });
  });

  it('that fail half way leave the old schema and its rows, say what failed, and go on once the cause is gone', async () => {
    await atVersion(db, MIGRATION_NAMES.length - 1);
    // A table that somebody made by hand stands in the way of the newest migration, which has changed others by then.
    await db.script('create table audit_log (hand_made int)');
    const [schema, rows] = [await schemaImage(db), await contents(db)];
    await expect(migrate(db)).rejects.toMatchObject({
      name: 'DatabaseError',
      exitCode: 1,
      message: `migration ${NEWEST} failed on ${db.description}: relation "audit_log" already exists (SQLSTATE 42P07); the schema is as it was before, correct the cause and start again`,
    });
    expect(await schemaImage(db)).toEqual(schema);
    expect(await contents(db)).toEqual(rows);
    await db.script('drop table audit_log');
    expect(await migrate(db)).toEqual([NEWEST]);
  });

  it('keep those before the one that failed', async () => {
    const directory = firstOf(1);
    writeFileSync(
      path.join(directory, '0002_broken.sql'),
      'create table second (id int); insert into nowhere values (1);'
    );
    await expect(migrate(db, directory)).rejects.toThrow(
      /^migration 0002_broken\.sql failed on .+: relation "nowhere" does not exist \(SQLSTATE 42P01\); the schema is as it was before/
    );
    expect(await tables(db)).toContain('devices');
    expect(await tables(db)).not.toContain('second');
    writeFileSync(path.join(directory, '0002_broken.sql'), 'create table second (id int);');
    expect(await migrate(db, directory)).toEqual(['0002_broken.sql']);
  });

  it.each([
    [
      'one that was changed after it had been applied',
      '0001_inventory.sql',
      'select 1;',
      /^migration 0001_inventory\.sql was changed after it had been applied to .+; put its old text back and add a new migration$/,
    ],
    [
      'a gap',
      '0009_gap.sql',
      'select 1;',
      /^migration 0009_gap\.sql is out of order; the file in place 3 must be named 0003_….sql$/,
    ],
    [
      'a name that is none',
      '00x3_name.sql',
      'select 1;',
      /^migration 00x3_name\.sql is out of order; the file in place 3 must be named 0003_….sql$/,
    ],
  ])('refuse %s, and change nothing', async (_what, name, sql, says) => {
    await migrate(db, firstOf(2));
    const schema = await schemaImage(db);
    const directory = firstOf(2);
    writeFileSync(path.join(directory, name), sql);
    await expect(migrate(db, directory)).rejects.toThrow(says);
    expect(await schemaImage(db)).toEqual(schema);
  });

  it('take line ends of Windows for the same text', async () => {
    await migrate(db, firstOf(2));
    const directory = firstOf(0);
    for (const name of MIGRATION_NAMES.slice(0, 2)) {
      const text = readFileSync(path.join(MIGRATIONS, name), 'utf8');
      writeFileSync(path.join(directory, name), text.replaceAll('\n', '\r\n'));
    }
    expect(await migrate(db, directory)).toEqual([]);
  });

  it('refuse a database of a newer version', async () => {
    await migrate(db);
    await db.query(`insert into schema_migrations (name, checksum) values ('9999_future.sql', 'x')`);
    await expect(migrate(db)).rejects.toThrow(
      /^the inventory in .+ was migrated by a newer version \(9999_future\.sql is unknown here\); start that version or restore an older backup$/
    );
  });

  it('of several sidecars at once are applied once', async () => {
    const other = (await backend.again(db)) ?? db;
    const applied = await Promise.all([migrate(db), migrate(other), migrate(db), migrate(other)]);
    expect(applied.flat().sort()).toEqual(MIGRATION_NAMES);
  });
});
