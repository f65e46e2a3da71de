import './native-pglite';
import type { Database } from '../../exporter/src/inventory/database';
import { importFileDevices } from '../../exporter/src/inventory/import-devices';
import { listSites } from '../../exporter/src/inventory/list-sites';
import { migrate } from '../../exporter/src/inventory/migrate';
import { targetList } from '../../exporter/src/inventory/target-list';
import { testDevice } from '../../exporter/src/model/device.fixture';
import { factsOf, UPLINK_CASES } from '../../exporter/src/model/uplink-role.fixture';
import { describeOnBoth } from './inventory-databases';

describeOnBoth('uplinks of the inventory', (backend) => {
  let db: Database;
  beforeAll(async () => {
    db = await backend.fresh();
    await migrate(db);
    const devices = UPLINK_CASES.map((_, n) =>
      testDevice({ id: `case${n}`, name: `case${n}`, address: `10.0.0.${n + 1}`, site: `site${n}` })
    );
    await importFileDevices(db, { devices, sites: [] });
    const rows = UPLINK_CASES.flatMap(({ interfaces }, n) =>
      interfaces.map(factsOf).map((one, i) => ({
        device_id: `case${n}`,
        if_index: i + 1,
        if_name: one.ifName,
        parent_if_name: one.parentIfName,
        interface_type: one.byWord ? 'other' : one.interfaceType,
        interface_type_override: one.byWord ? 'isp' : null,
        isp_provider: one.ispProvider,
        is_critical: one.interfaceType === 'isp',
        monitoring_enabled_override: one.monitored ? null : false,
      }))
    );
    await db.query(
      `insert into device_interfaces (device_id, if_index, if_name, parent_if_name, interface_type,
                                      interface_type_override, isp_provider, is_critical, monitoring_enabled_override)
       select * from jsonb_to_recordset($1::jsonb) as r (device_id text, if_index bigint, if_name text,
         parent_if_name text, interface_type text, interface_type_override text, isp_provider text, is_critical boolean,
         monitoring_enabled_override boolean)`,
      [JSON.stringify(rows)]
    );
  }, 120_000);

  it.each(UPLINK_CASES.map((one, n) => ({ ...one, n })))('$title', async ({ interfaces, n }) => {
    const rows = await db.query<{ if_name: string; uplink_role: string }>(
      'select if_name, uplink_role from interfaces_in_effect where device_id = $1 order by if_index',
      [`case${n}`]
    );
    expect(rows.map((row) => [row.if_name, row.uplink_role])).toEqual(
      interfaces.map(([ifName, , , role]) => [ifName, role])
    );
  });

  it('are one each in the target list and in the counts of sites', async () => {
    const { targets } = await targetList(db, 0);
    const sites = (await listSites(db, {}, { sort: ['name'], limit: 100, offset: 0 })).items;
    for (const [n, { interfaces }] of UPLINK_CASES.entries()) {
      const found = targets.find(({ device }) => device.id === `case${n}`)!.interfaces;
      const byName = new Map(found.map((one) => [one.ifName, one]));
      for (const [ifName, , provider, role] of interfaces) {
        const { interfaceType, ispProvider, isCritical } = byName.get(ifName)!;
        // Its values and alerts of its own stay; it only is not counted twice.
        const want = role === 'uplink' ? ['isp', provider] : ['other', ''];
        expect([ifName, interfaceType, ispProvider, isCritical]).toEqual([ifName, ...want, provider !== '']);
      }
      const uplinks = interfaces.filter(([, , , role]) => role === 'uplink').length;
      expect(sites.find(({ name }) => name === `site${n}`)).toMatchObject({ isp_interfaces: uplinks });
    }
  });

  it('count an interface that is gone neither as an uplink nor as the parent of one', async () => {
    await db.query(`update device_interfaces set active = false where device_id = 'case0' and if_name = 'Gi0/1'`);
    const rows = await db.query(
      `select if_name, uplink_role from interfaces_in_effect where device_id = 'case0' order by if_index`
    );
    expect(rows).toEqual([
      { if_name: 'Gi0/1', uplink_role: '' },
      { if_name: 'Gi0/1.100', uplink_role: 'uplink' },
    ]);
  });
});
