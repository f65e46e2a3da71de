import './native-pglite';
import { parseBundle, type Bundle } from '../../exporter/src/config/bundle';
import type { BundleFileInput } from '../../exporter/src/config/bundle-schema';
import { shippedBundle, shippedBundleNames } from '../../exporter/src/config/bundle-catalogue';
import { addBundle, BundleRefused, loadedBundles, type LoadOptions } from '../../exporter/src/inventory/bundles';
import type { Database } from '../../exporter/src/inventory/database';
import { importFileDevices } from '../../exporter/src/inventory/import-devices';
import { migrate } from '../../exporter/src/inventory/migrate';
import { removeBundle } from '../../exporter/src/inventory/remove-bundle';
import { inventoryRevision } from '../../exporter/src/inventory/revision';
import { targetList } from '../../exporter/src/inventory/target-list';
import { testDevice } from '../../exporter/src/model/device.fixture';
import { describeOnBoth } from './inventory-databases';

const ANNA = { name: 'anna', role: 'admin' } as const;
const FREELY = { force: false };

const file = (more: Partial<BundleFileInput> = {}): BundleFileInput => ({
  name: 'two',
  sites: [{ name: 'HQ', region: 'Tbilisi', latitude: 41.7, longitude: 44.8 }, { name: 'Gori' }],
  devices: [
    { name: 'r1', address: '127.9.0.1:1161', site: 'HQ', auth: 'demo', tags: ['lab'], role: 'edge' },
    { name: 'r2', address: '[::1]:1161', site: 'Gori', type: 'switch', ping: false },
  ],
  ...more,
});
const two = (more?: Partial<BundleFileInput>): Bundle => parseBundle(file(more));

describeOnBoth('bundles', (backend) => {
  let db: Database;
  beforeAll(async () => {
    db = await backend.fresh();
    await migrate(db);
  }, 60_000);
  beforeEach(() => db.script('truncate sites, devices, audit_log cascade'));

  const devices = (): Promise<Record<string, unknown>[]> =>
    db.query(
      `select id, name, address, snmp_port, site, region, type, role, auth, ping, origin, bundle, tags
         from devices_in_effect order by id`
    );
  const sites = () => db.query(`select name, region, latitude, longitude, origin, bundle from sites order by name`);
  const audit = (): Promise<{ what: string; actor: string; before: unknown; after: unknown }[]> =>
    db.query(
      `select action || ' ' || entity || ' ' || entity_id as what, actor, before, after from audit_log order by id`
    );
  const refusal = (bundle: Bundle, options: LoadOptions = FREELY): Promise<BundleRefused> =>
    addBundle(db, ANNA, bundle, options).then(
      () => Promise.reject(new Error('it was loaded')),
      (err: BundleRefused) => err
    );
  const ownDevice = (more: Parameters<typeof testDevice>[0]) =>
    importFileDevices(db, { devices: [testDevice({ site: 'HQ', region: 'Own', ...more })], sites: [] });

  it('brings its sites and devices, marked as its own, and says so', async () => {
    expect(await addBundle(db, ANNA, two(), FREELY)).toEqual({
      devicesAdded: ['r1', 'r2'],
      sitesAdded: ['Gori', 'HQ'],
      devicesKept: 0,
    });
    expect(await devices()).toEqual([
      {
        id: 'r1',
        name: 'r1',
        address: '127.9.0.1',
        snmp_port: 1161,
        site: 'HQ',
        region: 'Tbilisi',
        type: 'router',
        role: 'edge',
        auth: 'demo',
        ping: true,
        origin: 'api',
        bundle: 'two',
        tags: ['lab'],
      },
      expect.objectContaining({
        id: 'r2',
        address: '::1',
        site: 'Gori',
        region: '',
        auth: null,
        ping: false,
        tags: [],
      }),
    ]);
    expect(await sites()).toEqual([
      expect.objectContaining({ name: 'Gori', latitude: null, bundle: 'two' }),
      { name: 'HQ', region: 'Tbilisi', latitude: 41.7, longitude: 44.8, origin: 'api', bundle: 'two' },
    ]);
    expect(await loadedBundles(db)).toEqual([{ name: 'two', devices: 2, sites: 2 }]);
    expect((await targetList(db, 0)).targets.map(({ device }) => device.name)).toEqual(['r1', 'r2']);
    const entries = await audit();
    expect(entries.map(({ what }) => what)).toEqual([
      'create bundle two',
      'create site Gori',
      'create site HQ',
      'create device r1',
      'create device r2',
    ]);
    expect(entries[0]).toMatchObject({ actor: 'anna', before: null, after: { devices: 2, sites: 2, forced: false } });
    expect(entries[3]?.after).toMatchObject({ name: 'r1', address: '127.9.0.1', bundle: 'two' });
  });

  it('loaded twice writes nothing', async () => {
    await addBundle(db, ANNA, two(), FREELY);
    await db.query(`update devices set name = 'renamed', notes = 'ours' where id = 'r1'`);
    const [revision, entries] = [await inventoryRevision(db), await audit()];
    expect(await addBundle(db, ANNA, two(), FREELY)).toEqual({ devicesAdded: [], sitesAdded: [], devicesKept: 2 });
    expect(await inventoryRevision(db)).toBe(revision);
    expect(await audit()).toEqual(entries);
    expect((await devices())[0]).toMatchObject({ name: 'renamed' });
  });

  it('loaded by two at once comes once', async () => {
    const [one, other] = await Promise.all([addBundle(db, ANNA, two(), FREELY), addBundle(db, ANNA, two(), FREELY)]);
    expect([one.devicesAdded.length, other.devicesAdded.length].sort()).toEqual([0, 2]);
    expect(await audit()).toHaveLength(5);
  });

  it('brings back what left of it, and takes over what left of others', async () => {
    await addBundle(db, ANNA, two(), FREELY);
    await db.query(`update devices set removed_at = now(), notes = 'ours' where id = 'r2'`);
    await ownDevice({ id: 'old', name: 'old', address: '10.0.0.1' });
    await importFileDevices(db, { devices: [], sites: [] });
    await db.query(`update devices set id = 'r3' where id = 'old'`);
    const more = two({ devices: [...file().devices, { name: 'r3', address: '127.9.0.3', site: 'HQ' }] });
    expect(await addBundle(db, ANNA, more, FREELY)).toMatchObject({ devicesAdded: ['r2', 'r3'], devicesKept: 1 });
    expect((await devices())[2]).toMatchObject({
      id: 'r3',
      name: 'r3',
      origin: 'api',
      bundle: 'two',
      region: 'Own',
    });
    expect(await db.query(`select notes from devices where id = 'r2'`)).toEqual([{ notes: 'ours' }]);
  });

  describe('in production', () => {
    it('is refused because somebody said so, and loaded by force', async () => {
      const err = await refusal(two(), { force: false, production: 'NODE_ENV is production' });
      expect(err).toBeInstanceOf(BundleRefused);
      expect([err.reason, err.message]).toEqual([
        'production',
        'Bundle two is not loaded into an inventory in production: NODE_ENV is production. Load it by force if it belongs there.',
      ]);
      expect([await devices(), await sites(), await audit()]).toEqual([[], [], []]);
      await addBundle(db, ANNA, two(), { force: true, production: 'NODE_ENV is production' });
      expect((await audit())[0]?.after).toMatchObject({ forced: true });
    });

    it('is refused beside devices that no bundle brought, which are named', async () => {
      const own = ['a', 'b', 'c', 'd'].map((id, n) => testDevice({ id, name: `own-${id}`, address: `10.0.0.${n}` }));
      await importFileDevices(db, { devices: own, sites: [] });
      await db.query(`update devices set bundle = 'two' where id = 'a'`);
      expect((await refusal(two())).message).toBe(
        'Bundle two is not loaded into an inventory in production: the inventory holds 4 devices of its own (own-a, own-b, own-c, …). Load it by force if it belongs there.'
      );
      await importFileDevices(db, { devices: own.slice(0, 1), sites: [] });
      expect((await refusal(two())).message).toContain('holds 1 device of its own (own-a). Load');
      await importFileDevices(db, { devices: [], sites: [] });
      await addBundle(db, ANNA, two(), FREELY);
      // Devices of bundles are no reason.
      await addBundle(db, ANNA, two({ name: 'three', devices: [] }), FREELY);
    });
  });

  it.each([
    [
      'an id',
      { id: 'r1', name: 'x', address: '10.0.0.1' },
      'device r1 of the bundle has the id r1, which belongs to device x (r1)',
    ],
    [
      'a name',
      { id: 'x', name: 'r1', address: '10.0.0.1' },
      'device r1 of the bundle has the name r1, which belongs to device r1 (x)',
    ],
    [
      'an address',
      { id: 'x', name: 'core', address: '127.9.0.1', snmpPort: 1161 },
      'device r1 of the bundle has the address 127.9.0.1 port 1161, which belongs to device core (x)',
    ],
  ])('with %s that another device has is refused, by force too', async (_what, own, finding) => {
    await ownDevice(own);
    const err = await refusal(two(), { force: true });
    expect([err.reason, err.message, err.findings]).toEqual([
      'taken',
      `Bundle two is not loaded: ${finding}.`,
      [finding],
    ]);
    expect(await devices()).toHaveLength(1);
    expect(await sites()).toHaveLength(1);
    expect(await audit()).toEqual([]);
  });

  it('names how many devices are in the way', async () => {
    await importFileDevices(db, {
      devices: [
        testDevice({ id: 'r1', name: 'x', address: '10.0.0.1' }),
        testDevice({ id: 'y', name: 'r2', address: '10.0.0.2' }),
      ],
      sites: [],
    });
    const err = await refusal(two(), { force: true });
    expect(err.message).toMatch(/ belongs to device x \(r1\), and 1 more are in the way\.$/);
    expect(err.findings).toHaveLength(2);
  });

  it('is removed with all that it brought, and nothing else', async () => {
    await ownDevice({ id: 'own', name: 'own', address: '10.0.0.1' });
    await addBundle(db, ANNA, two(), { force: true });
    await db.query(`update devices set removed_at = now() where id = 'r2'`);
    await db.query(`insert into device_interfaces (device_id, if_name, if_index) values ('r1', 'ether1', 1)`);
    expect(await removeBundle(db, ANNA, 'two')).toEqual({
      devices: ['r1', 'r2'],
      sites: ['Gori'],
      sitesKept: [],
      edited: [],
    });
    expect((await devices()).map(({ id }) => id)).toEqual(['own']);
    expect(await db.query('select id from device_interfaces')).toEqual([]);
    // HQ was there before the bundle.
    expect(await sites()).toEqual([expect.objectContaining({ name: 'HQ', bundle: null })]);
    expect(await loadedBundles(db)).toEqual([]);
    expect((await audit()).slice(-4).map(({ what }) => what)).toEqual([
      'delete bundle two',
      'delete device r1',
      'delete device r2',
      'delete site Gori',
    ]);
  });

  it('leaves a site where people put a device, and keeps what they said of its devices in the audit log', async () => {
    await addBundle(db, ANNA, two(), FREELY);
    await db.query(
      `insert into devices (id, name, address, site_id) select 'own', 'own', '10.0.0.1', id from sites where name = 'HQ'`
    );
    await db.query(`update devices set notes = 'behind the door', vendor_override = 'Cisco' where id = 'r1'`);
    await db.query(
      `insert into device_interfaces (device_id, if_name, if_index, interface_type_override, bandwidth_in)
       values ('r1', 'ether1', 1, 'isp', 100000000), ('r2', 'ether9', 1, 'trunk', null)`
    );
    await db.query(
      `insert into audit_log (actor, role, action, entity, entity_id)
       select 'anna', 'editor', 'update', 'interface', id::text from device_interfaces where if_name = 'ether9'
       union all select 'anna', 'editor', 'update', 'device', 'r1'
       union all select 'anna', 'editor', 'update', 'device', 'own'`
    );
    expect(await removeBundle(db, ANNA, 'two')).toEqual({
      devices: ['r1', 'r2'],
      sites: ['Gori'],
      sitesKept: ['HQ'],
      edited: ['r1', 'r2'],
    });
    expect(await sites()).toEqual([expect.objectContaining({ name: 'HQ', bundle: null })]);
    const entries = await audit();
    expect(entries.find(({ what }) => what === 'delete device r1')?.before).toMatchObject({
      notes: 'behind the door',
      vendor_override: 'Cisco',
      interfaces: [{ if_name: 'ether1', interface_type_override: 'isp', bandwidth_in: 100_000_000 }],
    });
    expect(entries.at(-1)).toMatchObject({
      what: 'update site HQ',
      before: { bundle: 'two' },
      after: { bundle: null },
    });
  });

  it('does not remove a device that the configuration file has taken over', async () => {
    await addBundle(db, ANNA, two(), FREELY);
    await ownDevice({ id: 'r1', name: 'r1', address: '127.9.0.1', snmpPort: 1161 });
    expect(await removeBundle(db, ANNA, 'two')).toMatchObject({ devices: ['r2'], sites: ['Gori'] });
    expect((await devices()).map(({ id, origin }) => [id, origin])).toEqual([['r1', 'file']]);
  });

  it('that is not loaded cannot be removed', async () => {
    const revision = await inventoryRevision(db);
    expect(await removeBundle(db, ANNA, 'two')).toBeUndefined();
    expect(await inventoryRevision(db)).toBe(revision);
    expect(await audit()).toEqual([]);
  });

  it.each(shippedBundleNames())('%s, which ships, comes and goes', async (name) => {
    const bundle = shippedBundle(name) as Bundle;
    const { devicesAdded, sitesAdded } = await addBundle(db, ANNA, bundle, FREELY);
    expect([devicesAdded.length, sitesAdded.length]).toEqual([bundle.devices.length, bundle.sites.length]);
    expect(await removeBundle(db, ANNA, name)).toMatchObject({ sitesKept: [], edited: [] });
    expect([await devices(), await sites()]).toEqual([[], []]);
  });
});
