import './native-pglite';
import { classifyInterface } from '../../exporter/src/discovery/classify/classify';
import { DiscoveryMetrics } from '../../exporter/src/discovery/discovery-metrics';
import { DiscoveryRunner, type DiscoveryOptions } from '../../exporter/src/discovery/run';
import type { Walker } from '../../exporter/src/discovery/walk-device';
import type { Database } from '../../exporter/src/inventory/database';
import { forgetAuths } from '../../exporter/src/inventory/discovery-queue';
import { importFileDevices } from '../../exporter/src/inventory/import-devices';
import { migrate } from '../../exporter/src/inventory/migrate';
import { inventoryRevision } from '../../exporter/src/inventory/revision';
import { targetList } from '../../exporter/src/inventory/target-list';
import { testDevice } from '../../exporter/src/model/device.fixture';
import { IF_MIB, IF_TABLE_LAST_CHANGE } from '../../exporter/src/snmp/if-mib';
import { IF_STACK_STATUS } from '../../exporter/src/snmp/if-stack';
import { SnmpError } from '../../exporter/src/snmp/session';
import { describeOnBoth } from './inventory-databases';
import { MemoryAgents, type MemoryAgent } from './memory-agents';

const HOUR = 3_600_000;
const NOON = new Date(2026, 5, 1, 12, 0).getTime();

async function until(done: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !(await done());) {
    if (Date.now() > deadline) {
      throw new Error(`still waiting after 10 s for ${done.toString()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describeOnBoth('discovery runs', (backend) => {
  let db: Database;
  let agents: MemoryAgents;
  let agent: MemoryAgent;
  let walker: Walker;
  let now: number;
  let metrics: DiscoveryMetrics;
  let warned: string[];
  const log = {
    info: () => undefined,
    warn: (...args: unknown[]) => void warned.push(String(args.at(-1))),
    error: (...args: unknown[]) => {
      throw new Error(JSON.stringify(args));
    },
  };
  const runnerOf = (owner: string, more: Partial<DiscoveryOptions> = {}) =>
    new DiscoveryRunner(
      db,
      walker,
      { concurrency: 2, refreshMs: HOUR, fullWalkAt: '02:30', owner, now: () => now, ...more },
      metrics,
      log as never
    );
  const run = () => runnerOf('one').runOnce();
  const device = (more = {}) => testDevice({ id: 'r1', name: 'r1', address: '10.0.0.1', ...more });
  const use = (...devices: ReturnType<typeof device>[]) => importFileDevices(db, { devices, sites: [] });
  const metric = async (name: string) =>
    (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(`${name}{`));

  beforeAll(async () => {
    db = await backend.fresh();
    await migrate(db);
  }, 60_000);
  beforeEach(async () => {
    await db.script('truncate sites, devices, device_interfaces, interface_changes, discovery_runs cascade');
    now = NOON;
    warned = [];
    agents = new MemoryAgents();
    agent = {
      ports: [
        { index: 1, name: 'wan', alias: 'Magti_Internet' },
        { index: 2, name: 'internet', alias: 'Magti_Internet' },
        { index: 3, name: 'lan' },
      ],
      stack: [[2, 1]],
      scalars: { [IF_TABLE_LAST_CHANGE]: 7 },
    };
    agents.agents.set('10.0.0.1', agent);
    walker = {
      engine: agents,
      auths: { branch: { version: 2, community: 'b' }, core: { version: 2, community: 'c' } },
      classify: classifyInterface,
      modulesOf: () => ['if_mib', 'mikrotik'],
      timeoutMs: 1000,
      retries: 0,
      now: () => now,
    };
    metrics = new DiscoveryMetrics(db, { version: '1.2.3' });
    await use(device());
  });
  afterEach(() => expect(agents.openSessions).toBe(0));

  /** Row versions: changes whenever Postgres wrote the row, whatever it wrote. */
  const written = async () =>
    JSON.stringify([
      await db.query('select id, xmin::text from device_interfaces order by id'),
      await db.query('select count(*) as n from interface_changes'),
      await inventoryRevision(db),
    ]);
  const uplinks = async () =>
    (
      await db.query<{ n: string }>(`select if_name || ' ' || uplink_role as n from interfaces_in_effect order by 1`)
    ).map(({ n }) => n.trim());
  const changes = () =>
    db.query(
      `select if_name, field, old_value, new_value from interface_changes c join device_interfaces i on i.id = c.interface_id
        order by c.id`
    );

  it('write no row when nothing changed, light or full', async () => {
    await run();
    const before = await written();
    for (const at of [NOON + HOUR, NOON + 2 * HOUR, new Date(2026, 5, 2, 2, 30).getTime()]) {
      now = at;
      expect(await run()).toMatchObject({ succeeded: 1, interfacesFound: 3, interfacesAdded: 0, interfacesChanged: 0 });
      expect(await written()).toBe(before);
    }
    expect(await metric('isp_discovery_walk_duration_seconds_count')).toEqual([
      'isp_discovery_walk_duration_seconds_count{scope="full"} 2',
      'isp_discovery_walk_duration_seconds_count{scope="light"} 2',
    ]);
  });

  it('walk in full at a refresh when the agent says that its table changed', async () => {
    await run();
    agents.asked.length = 0;
    agent.ports.push({ index: 4, name: 'wan2', alias: 'Silknet uplink' });
    agent.scalars![IF_TABLE_LAST_CHANGE] = 8;
    now += HOUR;
    expect(await run()).toMatchObject({ kind: 'refresh', interfacesAdded: 1 });
    expect(agents.asked.flatMap(({ oids }) => oids)).toContain(IF_MIB.ifDescr);
    expect(await metric('isp_discovery_refreshes_made_full_total')).toEqual([
      'isp_discovery_refreshes_made_full_total{cause="restart"} 0',
      'isp_discovery_refreshes_made_full_total{cause="table_changed"} 1',
      'isp_discovery_refreshes_made_full_total{cause="other_interfaces"} 0',
      'isp_discovery_refreshes_made_full_total{cause="other_agent"} 0',
    ]);
    expect(await metric('isp_discovery_last_run_interfaces')).toEqual(
      expect.arrayContaining([
        'isp_discovery_last_run_interfaces{kind="refresh",change="found"} 4',
        'isp_discovery_last_run_interfaces{kind="refresh",change="added"} 1',
      ])
    );
  });

  it('tell the failures of the last run alone', async () => {
    agent.failure = new SnmpError('timeout', 'no answer');
    await run();
    expect(await metric('isp_discovery_last_run_devices')).toEqual([
      'isp_discovery_last_run_devices{kind="full",result="timeout"} 1',
      'isp_discovery_last_run_devices{kind="full",result="ok"} 0',
    ]);
    delete agent.failure;
    now += HOUR;
    await run();
    expect(await metric('isp_discovery_last_run_devices')).toEqual([
      'isp_discovery_last_run_devices{kind="full",result="ok"} 1',
    ]);
  });

  it('remove nothing after walks that broke off, and what is gone after two that did not', async () => {
    await run();
    const fullWalk = async () => {
      await db.query(`update devices set next_discovery_at = '-infinity', next_full_walk_at = '-infinity'`);
      return run();
    };
    const columns = [IF_MIB.ifDescr, IF_MIB.ifType, IF_MIB.ifAdminStatus, IF_MIB.ifOperStatus];
    agent.cut = Object.fromEntries(columns.map((column) => [column, 1]));
    const before = await written();
    for (let walk = 0; walk < 4; walk++) {
      expect(await fullWalk()).toMatchObject({ succeeded: 1, interfacesFound: 1, interfacesRemoved: 0 });
    }
    expect(await written()).toBe(before);
    delete agent.cut;
    agent.ports.pop();
    expect(await fullWalk()).toMatchObject({ interfacesRemoved: 0 });
    expect(await fullWalk()).toMatchObject({ interfacesRemoved: 1 });
    expect(await db.query('select if_name from device_interfaces where not active')).toEqual([{ if_name: 'lan' }]);
  });

  it('know what carries what, keep it while ifStackTable is not read, and its changes', async () => {
    await run();
    expect(await uplinks()).toEqual(['internet child', 'lan', 'wan uplink']);
    agent.failures = { [IF_STACK_STATUS]: new SnmpError('timeout', 'no answer') };
    const before = await written();
    await db.query(`update devices set next_discovery_at = '-infinity', next_full_walk_at = '-infinity'`);
    await run();
    expect(await written()).toBe(before);
    agent.failures = {};
    agent.stack = [];
    await db.query(`update devices set next_discovery_at = '-infinity', next_full_walk_at = '-infinity'`);
    await run();
    expect(await uplinks()).toEqual(['internet uplink', 'lan', 'wan uplink']);
    expect(await changes()).toEqual([
      { if_name: 'internet', field: 'parent_if_name', old_value: 'wan', new_value: '' },
      { if_name: 'internet', field: 'uplink_role', old_value: 'child', new_value: 'uplink' },
    ]);
  });

  it('keep vendor, model, version, modules and the credential that answers', async () => {
    await use(device({ auth: 'auto' }));
    const auth = async () => (await targetList(db, 0)).targets[0]?.device.auth;
    const kept = async () => (await db.query('select vendor, model, modules, auth_found from devices'))[0];
    agent.communities = ['c'];
    expect(await auth()).toBeNull();
    await run();
    expect(await auth()).toBe('core');
    expect(await kept()).toEqual({
      vendor: 'mikrotik',
      model: 'CHR',
      modules: ['if_mib', 'mikrotik'],
      auth_found: 'core',
    });
    const before = await written();
    now += HOUR;
    await run();
    expect(await written()).toBe(before);

    // It has another one now; and none for a while.
    agent.communities = ['b'];
    now += HOUR;
    await run();
    expect(await auth()).toBe('branch');
    agent.communities = [];
    now += HOUR;
    expect(await run()).toMatchObject({ failedByReason: { timeout: 1 } });
    expect(await auth()).toBe('branch');
    const asked = agents.asked.length;
    now += 4 * 60_000;
    expect([await run(), agents.asked.length]).toEqual([undefined, asked]);

    await forgetAuths(db, ['branch']);
    expect(await auth()).toBe('branch');
    await forgetAuths(db, ['core']);
    expect(await auth()).toBeNull();
    agent.communities = ['c'];
    await run();
    expect(await auth()).toBe('core');
    await use(device({ auth: 'branch' }));
    agent.communities = ['b'];
    await run();
    expect(await db.query('select auth_found from devices')).toEqual([{ auth_found: 'core' }]);
    expect(await auth()).toBe('branch');
  });

  it('walk at once what is asked for while a slow device is being walked', async () => {
    let open!: () => void;
    agent.gate = new Promise((resolve) => (open = resolve));
    const runner = runnerOf('one');
    await runner.start();
    await until(() => agents.openSessions === 1);
    await importFileDevices(db, {
      devices: [device(), device({ id: 'r2', name: 'r2', address: '10.0.0.2' })],
      sites: [],
    });
    agents.agents.set('10.0.0.2', { ports: [{ index: 1, name: 'wan' }] });
    expect(await runner.request('r2')).toBe(true);
    await until(async () => (await db.query(`select from device_interfaces where device_id = 'r2'`)).length === 1);
    expect(agents.opened).toEqual(['10.0.0.1', '10.0.0.2']);
    open();
    await runner.stop();
    expect(await db.query('select kind, devices, succeeded from discovery_runs')).toEqual([
      { kind: 'full', devices: 2, succeeded: 2 },
    ]);
  });

  describe('with several sidecars', () => {
    const lease = async () =>
      (
        await db.query<{ owner: string | null; ends: Date | null }>(
          `select lease_owner as owner, lease_until as ends from devices where id = 'r1'`
        )
      )[0]!;
    let open: () => void;
    beforeEach(() => {
      agent.gate = new Promise((resolve) => (open = resolve));
    });

    it('keep a device while they walk it, however long that takes', async () => {
      const walk = runnerOf('slow', { leaseMs: 30 }).runOnce();
      await until(() => agents.openSessions === 1);
      now += HOUR;
      await until(async () => ((await lease()).ends?.getTime() ?? 0) > now);
      expect(await runnerOf('other').runOnce()).toBeUndefined();
      open();
      expect(await walk).toMatchObject({ succeeded: 1 });
      expect(await lease()).toEqual({ owner: null, ends: null });
    });

    it('go on walking when leases cannot be renewed, and say so', async () => {
      const query = db.query.bind(db);
      const broken = jest.spyOn(db, 'query').mockImplementation(async (sql, params) => {
        if (/^update devices set lease_until/.test(sql)) {
          throw new Error('lost the connection');
        }
        return query(sql, params) as never;
      });
      const walk = runnerOf('slow', { leaseMs: 30 }).runOnce();
      await until(() => warned.length > 0);
      open();
      expect(await walk).toMatchObject({ succeeded: 1 });
      broken.mockRestore();
      expect(warned[0]).toBe('the leases of the devices that are being walked were not renewed');
    });

    it('give their devices back when they are stopped in the middle, so that another goes on at once', async () => {
      const stopping = runnerOf('one');
      await stopping.start();
      await until(() => agents.openSessions === 1);
      expect((await lease()).owner).toBe('one');
      const stopped = stopping.stop();
      agent.failure = new SnmpError('unreachable', 'the SNMP engine is closed');
      open();
      await stopped;
      expect(await lease()).toEqual({ owner: null, ends: null });
      expect(await db.query('select discovery_reason as r, discovery_failures as f from devices')).toEqual([
        { r: null, f: 0 },
      ]);
      delete agent.failure;
      expect(await runnerOf('two').runOnce()).toMatchObject({ kind: 'full', succeeded: 1 });
    });

    it('take over from one that was killed when its lease is over, at once where it was alone', async () => {
      await db.query(`update devices set lease_owner = 'killed', lease_until = $1`, [new Date(now + 90_000)]);
      open();
      const next = runnerOf('next');
      await next.start();
      await next.stop();
      expect(agents.opened).toHaveLength(db.kind === 'embedded' ? 1 : 0);
      now += 90_000;
      await runnerOf('next').runOnce();
      expect(agents.opened).toHaveLength(1);
    });

    it('look once at what each of them would look at when it starts', async () => {
      open();
      const first = runnerOf('one');
      await first.start();
      await until(
        async () => (await lease()).owner === null && agents.opened.length === 1 && agents.openSessions === 0
      );
      await first.stop();
      now += 60_000;
      const second = runnerOf('two');
      await second.start();
      await second.stop();
      expect(agents.opened).toHaveLength(db.kind === 'embedded' ? 2 : 1);
      now += 4 * 60_000;
      const third = runnerOf('three');
      await third.start();
      await third.stop();
      expect(agents.opened).toHaveLength(db.kind === 'embedded' ? 3 : 2);
    });
  });
});
