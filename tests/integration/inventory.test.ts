import './native-pglite';
import type { Database } from '../../exporter/src/inventory/database';
import {
  claimDue,
  finishDiscovery,
  purgeHistory,
  requestDiscovery,
} from '../../exporter/src/inventory/discovery-queue';
import { importFileDevices } from '../../exporter/src/inventory/import-devices';
import { getInterface, interfaceChanges, listInterfaces } from '../../exporter/src/inventory/list-interfaces';
import { listDevices } from '../../exporter/src/inventory/list-devices';
import { listSites } from '../../exporter/src/inventory/list-sites';
import { migrate } from '../../exporter/src/inventory/migrate';
import { importProviders, listProviders } from '../../exporter/src/inventory/providers';
import { inventoryRevision } from '../../exporter/src/inventory/revision';
import { LeaseLost, saveWalk, type Walk } from '../../exporter/src/inventory/save-walk';
import { targetList } from '../../exporter/src/inventory/target-list';
import { upkeep } from '../../exporter/src/inventory/upkeep';
import type { DiscoveredInterface } from '../../exporter/src/model/discovered';
import type { Device } from '../../exporter/src/model/device';
import { testDevice } from '../../exporter/src/model/device.fixture';
import { describeOnBoth } from './inventory-databases';

const device = (id: string, more: Partial<Device> = {}): Device =>
  testDevice({ id, address: `10.0.0.${id.length}`, tier: 'standard', ...more });

const port = (ifIndex: number, ifName: string, more: Partial<DiscoveredInterface> = {}): DiscoveredInterface => ({
  ifName,
  weakIdentity: false,
  ifIndex,
  ifDescr: `port ${ifName}`,
  ifAlias: '',
  ifType: 6,
  interfaceType: 'other',
  ispProvider: '',
  isCritical: false,
  monitored: true,
  mtu: 1500,
  physAddress: '00:00:5e:00:53:01',
  adminStatus: 1,
  operStatus: 1,
  speed: 10_000_000_000,
  confidence: 0.35,
  source: 'alias',
  ruleId: 'some-rule',
  parentIfName: '',
  parentSource: '',
  ...more,
});
const uplink = (ifIndex: number, ifName: string) =>
  port(ifIndex, ifName, { ifAlias: 'Magti_Internet', interfaceType: 'isp', ispProvider: 'magti', isCritical: true });

const NOON = Date.UTC(2026, 5, 1, 12);
const walk = (interfaces: DiscoveredInterface[], more: Partial<Walk> = {}): Walk => ({
  system: {
    sysDescr: 'RouterOS CHR',
    sysObjectID: '1.3.6.1.4.1.14988.1',
    sysName: 'core',
    sysLocation: '',
    vendor: 'mikrotik',
    model: 'CHR',
    osVersion: '7.11',
    modules: ['if_mib', 'mikrotik'],
  },
  stackRead: true,
  auth: 'branch',
  interfaces,
  complete: true,
  full: true,
  walkedAt: NOON,
  ...more,
});
const NOTHING = { added: 0, changed: 0, removed: 0, renumbered: 0 };
const PAGE = { sort: ['if_name'], limit: 100, offset: 0 } as const;

describeOnBoth('inventory', (backend) => {
  let db: Database;
  beforeAll(async () => {
    db = await backend.fresh();
    await migrate(db);
  }, 60_000);
  beforeEach(async () => {
    await db.script('truncate sites, devices, device_interfaces, interface_changes, providers, discovery_runs cascade');
  });

  const rows = async () => (await listInterfaces(db, {}, PAGE)).items;
  /** Row versions: changes whenever Postgres wrote the row, whatever it wrote. */
  const versions = async () =>
    JSON.stringify([
      await db.query('select id, xmin::text from device_interfaces order by id'),
      await db.query('select id, xmin::text from devices order by id'),
    ]);

  describe('devices of the file', () => {
    it('are added, changed and taken out, and only what differs is written', async () => {
      const sites = [{ name: 'HQ', region: 'Tbilisi', latitude: 41.7, longitude: 44.8 }];
      const both = [device('a'), device('bb', { site: 'Gori', region: 'Shida Kartli' })];
      expect(await importFileDevices(db, { devices: both, sites })).toEqual({ added: 2, updated: 0, removed: 0 });
      const before = await versions();
      expect(await importFileDevices(db, { devices: both, sites })).toEqual({ added: 0, updated: 0, removed: 0 });
      expect(await versions()).toBe(before);
      expect((await targetList(db, NOON)).targets.map((t) => t.device)).toEqual(both);
      expect((await listSites(db, {}, { ...PAGE, sort: ['name'] })).items).toMatchObject([
        { name: 'Gori', region: 'Shida Kartli', devices: 1 },
        { name: 'HQ', latitude: 41.7, devices: 1 },
      ]);

      const moved = [device('a', { address: '10.9.9.9', region: 'Elsewhere', tier: 'slow' })];
      expect(await importFileDevices(db, { devices: moved, sites })).toEqual({ added: 0, updated: 1, removed: 1 });
      expect((await targetList(db, NOON)).targets.map((t) => t.device)).toEqual(moved);
    });

    it('may swap their names and addresses', async () => {
      await importFileDevices(db, { devices: [device('a'), device('bb')], sites: [] });
      const swapped = [
        device('a', { name: 'bb', address: '10.0.0.2' }),
        device('bb', { name: 'a', address: '10.0.0.1' }),
      ];
      expect(await importFileDevices(db, { devices: swapped, sites: [] })).toMatchObject({ updated: 2 });
      expect((await listDevices(db, {}, { ...PAGE, sort: ['id'] })).items.map((d) => d.name)).toEqual(['bb', 'a']);
    });

    it("keep interface ids and operators' words over a time out of the file", async () => {
      await importFileDevices(db, { devices: [device('a')], sites: [] });
      await saveWalk(db, 'a', walk([uplink(1, 'ether1')]));
      const [was] = await rows();
      await db.query('update device_interfaces set notes = $1', ['call Nino first']);
      await importFileDevices(db, { devices: [], sites: [] });
      expect(await rows()).toEqual([]);
      // Another device may have taken its name and address meanwhile.
      await importFileDevices(db, { devices: [device('new', { name: 'a', address: '10.0.0.1' })], sites: [] });
      await importFileDevices(db, { devices: [device('a')], sites: [] });
      expect(await rows()).toMatchObject([{ id: was?.id, notes: 'call Nino first', if_name: 'ether1' }]);
    });

    it('are refused where a device of the API has the address, and nothing of the file is taken over', async () => {
      await db.query(`insert into devices (id, name, address) values ('x', 'made by hand', '10.0.0.1')`);
      await expect(importFileDevices(db, { devices: [device('bb'), device('a')], sites: [] })).rejects.toThrow(
        'device a of the file has the address 10.0.0.1 port 161, which belongs to device x of the API; give one of them another address, or the one in the file the id x'
      );
      expect((await listDevices(db, {}, { ...PAGE, sort: ['id'] })).items.map((d) => d.id)).toEqual(['x']);
    });
  });

  describe('a walk', () => {
    beforeEach(async () => {
      await importFileDevices(db, { devices: [device('a')], sites: [] });
    });

    it('is written once: the second identical one writes no row', async () => {
      const found = walk([uplink(1, 'ether1'), port(2, 'ether2', { speed: null, mtu: null, confidence: 0.123456 })]);
      expect(await saveWalk(db, 'a', found)).toEqual({ ...NOTHING, added: 2 });
      const before = await versions();
      const revision = await inventoryRevision(db);
      expect(await saveWalk(db, 'a', { ...found, walkedAt: NOON + 3600_000 })).toEqual(NOTHING);
      expect(await versions()).toBe(before);
      expect(await inventoryRevision(db)).toBe(revision);
    });

    it('writes only the row that differs, with its history', async () => {
      await saveWalk(db, 'a', walk([uplink(1, 'ether1'), port(2, 'ether2')]));
      const [first, second] = await rows();
      const [version] = await db.query('select xmin::text from device_interfaces where id = $1', [second?.id]);
      const changed = { ...uplink(1, 'ether1'), ifAlias: 'Silknet', ispProvider: 'silknet' };
      expect(await saveWalk(db, 'a', walk([changed, port(2, 'ether2')]))).toEqual({ ...NOTHING, changed: 1 });
      expect(await db.query('select xmin::text from device_interfaces where id = $1', [second?.id])).toEqual([version]);
      expect(await interfaceChanges(db, first?.id as number)).toEqual([
        { changed_at: new Date(NOON), field: 'isp_provider', old_value: 'magti', new_value: 'silknet' },
        { changed_at: new Date(NOON), field: 'if_alias', old_value: 'Magti_Internet', new_value: 'Silknet' },
      ]);
    });

    it('keeps ids when the agent renumbers', async () => {
      await saveWalk(db, 'a', walk([port(1, 'ether1'), port(2, 'ether2'), port(3, 'ether3')]));
      const ids = Object.fromEntries((await rows()).map((r) => [r.if_name, r.id]));
      const swapped = [port(3, 'ether1'), port(1, 'ether2'), port(3_000_000_000, 'ether3')];
      expect(await saveWalk(db, 'a', walk(swapped))).toEqual({ ...NOTHING, changed: 3, renumbered: 3 });
      const after = await rows();
      expect(Object.fromEntries(after.map((r) => [r.if_name, r.id]))).toEqual(ids);
      expect(after.map((r) => r.if_index)).toEqual([3, 1, 3_000_000_000]);
    });

    it('makes a tombstone after two complete full walks, and the same row comes back', async () => {
      await saveWalk(db, 'a', walk([port(1, 'ether1'), port(2, 'ether2')]));
      const id = (await rows())[1]?.id as number;
      const without = walk([port(1, 'ether1')]);
      const states: (boolean | undefined)[] = [];
      for (const w of [{ ...without, complete: false }, { ...without, full: false }, without, without, without]) {
        await saveWalk(db, 'a', w);
        states.push((await getInterface(db, id))?.active);
      }
      expect(states).toEqual([true, true, true, false, false]);
      expect((await targetList(db, NOON)).targets[0]?.interfaces.map((i) => i.ifName)).toEqual(['ether1']);
      expect(await saveWalk(db, 'a', walk([port(1, 'ether1'), port(9, 'ether2')]))).toMatchObject({
        added: 0,
        changed: 1,
      });
      expect(await getInterface(db, id)).toMatchObject({ active: true, if_index: 9 });
      expect((await interfaceChanges(db, id)).filter((c) => c.field === 'active').map((c) => c.new_value)).toEqual([
        'true',
        'false',
      ]);
    });

    it('forgets a missed walk when the interface is there again', async () => {
      const all = walk([port(1, 'ether1'), port(2, 'ether2')]);
      const without = walk([port(1, 'ether1')]);
      for (const w of [all, without, all, without, all]) {
        await saveWalk(db, 'a', w);
      }
      expect((await rows()).map((r) => r.active)).toEqual([true, true]);
    });

    it('that is empty all at once takes nothing away', async () => {
      await saveWalk(db, 'a', walk([port(1, 'ether1')]));
      for (let i = 0; i < 3; i++) {
        expect(await saveWalk(db, 'a', walk([]))).toEqual(NOTHING);
      }
      expect((await rows()).map((r) => r.active)).toEqual([true]);
    });

    it("leaves the operators' words alone, which win until they are taken back", async () => {
      await saveWalk(db, 'a', walk([uplink(1, 'ether1'), port(2, 'ether2')]));
      await db.query(
        `update device_interfaces set interface_type_override = 'isp', isp_provider_override = 'silknet', speed_override = 5e7
          where if_name = 'ether2'`
      );
      await db.query(
        `update device_interfaces set interface_type_override = 'access', monitoring_enabled_override = false where if_name = 'ether1'`
      );
      const renamed = { ...port(7, 'ether2'), ifAlias: 'Guest wifi', interfaceType: 'access' as const };
      await saveWalk(db, 'a', walk([uplink(1, 'ether1'), renamed]));
      expect((await targetList(db, NOON)).targets[0]?.interfaces).toMatchObject([
        { ifName: 'ether1', interfaceType: 'access', ispProvider: '', isCritical: false, monitored: false },
        {
          ifName: 'ether2',
          ifIndex: 7,
          interfaceType: 'isp',
          ispProvider: 'silknet',
          isCritical: true,
          speedOverride: 50_000_000,
        },
      ]);
      await db.query('update device_interfaces set interface_type_override = null, isp_provider_override = null');
      expect((await targetList(db, NOON)).targets[0]?.interfaces).toMatchObject([
        { ifName: 'ether1', interfaceType: 'isp', ispProvider: 'magti', isCritical: true },
        { ifName: 'ether2', interfaceType: 'access', ispProvider: '', isCritical: false },
      ]);
    });

    it.each([
      ['Georgian', 'მაგთი ინტერნეტი'],
      ['quotes and SQL', `'); drop table devices; -- "x" \\`],
      ['a NUL and half an emoji', 'a\0b\ud83d'],
      ['500 characters', 'x'.repeat(500)],
    ])('keeps any alias: %s', async (_what, ifAlias) => {
      const found = walk([port(1, 'ether1', { ifAlias })]);
      await saveWalk(db, 'a', found);
      expect((await rows())[0]?.if_alias).toBe(ifAlias.replace('\0', '').replace('\ud83d', '\ufffd'));
      expect(await saveWalk(db, 'a', found)).toEqual(NOTHING);
    });

    it('of a device that left is dropped', async () => {
      await importFileDevices(db, { devices: [], sites: [] });
      await expect(saveWalk(db, 'a', walk([port(1, 'ether1')]))).rejects.toThrow(LeaseLost);
    });
  });

  describe('the queue', () => {
    const claim = (owner: string, now: number, limit = 10) => claimDue(db, { owner, now, leaseMs: 60_000, limit });
    const done = (owner: string, id: string, now: number, more = {}) =>
      finishDiscovery(db, id, owner, {
        reason: 'ok',
        detail: '',
        finishedAt: now,
        nextDiscoveryAt: now + 3600_000,
        ...more,
      });

    beforeEach(async () => {
      const devices = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => device('d'.repeat(n)));
      await importFileDevices(db, {
        devices: [
          ...devices,
          device('silent-pinged', { auth: null }),
          device('off-for-now', { enabled: false, address: '10.1.1.1' }),
        ],
        sites: [],
      });
    });

    it('never gives one device to two claimers', async () => {
      const other = (await backend.again(db)) ?? db;
      const claims = await Promise.all(
        [0, 1, 2, 3, 4, 5].map((n) =>
          claimDue(n % 2 ? db : other, { owner: `o${n}`, now: NOON, leaseMs: 60_000, limit: 3 })
        )
      );
      const ids = claims.flat().map((d) => d.id);
      expect(new Set(ids).size).toBe(ids.length);
      const rest = await claim('last', NOON);
      expect([...ids, ...rest.map((d) => d.id)].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => 'd'.repeat(n)));
    });

    it('gives a device to another one when the lease ran out, and the first can no longer write', async () => {
      expect(await claim('slow', NOON, 1)).toMatchObject([{ id: 'd', full: true, failures: 0 }]);
      expect((await claim('next', NOON + 59_999, 10)).map((d) => d.id)).not.toContain('d');
      expect((await claim('next', NOON + 60_000, 1)).map((d) => d.id)).toEqual(['d']);
      await expect(saveWalk(db, 'd', walk([port(1, 'ether1')]), 'slow')).rejects.toThrow(LeaseLost);
      expect(await rows()).toEqual([]);
      expect(await done('slow', 'd', NOON + 61_000)).toBe(false);
      expect(await saveWalk(db, 'd', walk([port(1, 'ether1')]), 'next')).toMatchObject({ added: 1 });
      expect(await done('next', 'd', NOON + 62_000, { nextFullWalkAt: NOON + 86_400_000 })).toBe(true);
      expect((await claim('x', NOON + 62_000 + 3600_000, 10)).find((d) => d.id === 'd')).toMatchObject({ full: false });
    });

    it('counts failures and keeps the reason', async () => {
      for (const n of [1, 2]) {
        const at = NOON + n * 7_200_000;
        await claim('o', at);
        await done('o', 'd', at, { reason: 'timeout', detail: 'no answer from 10.0.0.1:161 within 3 s' });
      }
      const [row] = (await listDevices(db, { q: '10.0.0.1' }, { ...PAGE, sort: ['id'] })).items;
      expect(row).toMatchObject({
        discovery_reason: 'timeout',
        discovery_failures: 2,
        last_discovery_success_at: null,
      });
    });

    it('walks again when asked while a walk runs', async () => {
      await claim('o', NOON);
      expect(await requestDiscovery(db, 'd')).toBe(true);
      await done('o', 'd', NOON + 1000);
      expect(await claim('o', NOON + 1000)).toMatchObject([{ id: 'd', full: true }]);
    });

    it.each(['silent-pinged', 'off-for-now', 'nobody'])('does not take a request for %s', async (id) => {
      expect(await requestDiscovery(db, id)).toBe(false);
    });

    it('does not let an import of unchanged devices move the due times', async () => {
      await claim('o', NOON);
      await done('o', 'd', NOON);
      const devices = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => device('d'.repeat(n)));
      await importFileDevices(db, { devices, sites: [] });
      expect(await claim('p', NOON + 1)).toEqual([]);
      await importFileDevices(db, {
        devices: devices.map((d) => ({ ...d, auth: d.id === 'd' ? 'other' : d.auth })),
        sites: [],
      });
      expect(await claim('p', NOON + 1)).toMatchObject([{ id: 'd', auth: 'other' }]);
    });
  });

  it("keeps operators' providers and brings the shipped ones up to date", async () => {
    const nothing = { weakAliases: [], color: '', asn: null, contactGroup: '', bandwidthIn: null, bandwidthOut: null };
    const magti = { ...nothing, name: 'magti', displayName: 'Magti', aliases: ['magti'], color: '#d00' };
    const old = { ...magti, name: 'gone', displayName: 'Gone' };
    await importProviders(db, [magti, old]);
    await db.query(
      `insert into providers (name, display_name, aliases) values ('village-net', 'Village Net', '{vnet}')`
    );
    const renewed = { ...magti, asn: 16010, contactGroup: 'noc', bandwidthIn: 1e9, bandwidthOut: 2e8 };
    await importProviders(db, [renewed]);
    const renewedAt = await db.query(`select updated_at from providers where name = 'magti'`);
    await importProviders(db, [renewed]);
    expect(await db.query(`select updated_at from providers where name = 'magti'`)).toEqual(renewedAt);
    expect(await listProviders(db)).toEqual([
      { ...nothing, name: 'village-net', displayName: 'Village Net', aliases: ['vnet'] },
      renewed,
    ]);
  });

  it('purges what is gone for long, and nothing else', async () => {
    await importFileDevices(db, { devices: [device('a')], sites: [] });
    await saveWalk(db, 'a', walk([port(1, 'ether1'), port(2, 'ether2')]));
    await saveWalk(db, 'a', walk([port(1, 'ether1')]));
    await saveWalk(db, 'a', walk([port(1, 'ether1')]));
    expect(await purgeHistory(db, NOON)).toEqual({ interfaces: 0, devices: 0, runs: 0 });
    expect(await purgeHistory(db, NOON + 1)).toEqual({ interfaces: 1, devices: 0, runs: 0 });
    expect((await rows()).map((r) => r.if_name)).toEqual(['ether1']);
  });

  it('tells the planner what the tables hold, where no autovacuum does', async () => {
    await importFileDevices(db, { devices: ['a', 'bb', 'ccc'].map((id) => device(id)), sites: [] });
    const known = async () => {
      const [table] = await db.query<{ rows: number }>(
        `select reltuples as rows from pg_class where relname = 'devices'`
      );
      return table!.rows;
    };
    const before = await known();
    await upkeep(db);
    expect(await known()).toBe(db.kind === 'embedded' ? 3 : before);
  });
});
