import './native-pglite';
import { DiscoveryMetrics } from '../../exporter/src/discovery/discovery-metrics';
import { InventoryClassifier } from '../../exporter/src/discovery/provider-catalogue';
import { DiscoveryRunner } from '../../exporter/src/discovery/run';
import type { Database } from '../../exporter/src/inventory/database';
import { migrate } from '../../exporter/src/inventory/migrate';
import { IF_MIB } from '../../exporter/src/snmp/if-mib';
import { ApiServer } from './api-server';
import { describeOnBoth } from './inventory-databases';
import { MemoryAgents, type MemoryPort } from './memory-agents';
import { rowVersions } from './schema-image';

/** When the first walk of the day is due, local time. */
const FIRST_NIGHT = new Date(2026, 5, 1, 2, 30);
/** Where discovery keeps its own books: due times of devices, and what runs brought. */
const BOOKS = ['devices', 'discovery_runs'];

const PORTS: readonly MemoryPort[] = [
  { index: 1, name: 'ether1', alias: 'Magti_Internet' },
  { index: 2, name: 'ether2', alias: 'Silknet uplink 200M' },
  { index: 3, name: 'ether3', alias: 'office' },
  { index: 4, name: 'ether4', alias: '' },
];
/** Everything that an operator can say of an interface, as the API takes it. */
const WORDS: Record<string, Record<string, unknown>> = {
  ether1: { interface_type: 'access', notes: 'terminated in May' },
  ether2: { isp_provider: 'globaltel', speed: 50_000_000, bandwidth_in: 40_000_000 },
  ether3: { interface_type: 'isp', isp_provider: 'magti', tags: ['backup'] },
  ether4: { is_critical: true, monitoring_enabled: false },
};

/** As the API gives it back: beside what is in effect. */
const SHOWN = Object.fromEntries(
  Object.entries(WORDS).map(([name, words]) => [
    name,
    Object.fromEntries(
      Object.entries(words).map(([key, value]) => [/^(notes|tags)$/.test(key) ? key : `${key}_override`, value])
    ),
  ])
);

describeOnBoth("operators' words", (backend) => {
  let db: Database;
  let api: ApiServer;
  let agents: MemoryAgents;
  let runner: DiscoveryRunner;
  let now: number;
  let classifier: InventoryClassifier;

  beforeAll(async () => {
    db = await backend.fresh();
    await migrate(db);
    classifier = await InventoryClassifier.open(db);
  }, 60_000);
  beforeEach(async () => {
    await db.script('truncate sites, devices, device_interfaces, interface_changes, discovery_runs, audit_log cascade');
    now = FIRST_NIGHT.getTime();
    agents = new MemoryAgents();
    agents.agents.set('10.0.0.1', { ports: PORTS.map((port) => ({ ...port })) });
    const walker = {
      engine: agents,
      auths: { branch: { version: 2 as const, community: 'b' } },
      classify: classifier.classify,
      timeoutMs: 1000,
      retries: 0,
      now: () => now,
    };
    const log = {
      info: () => undefined,
      warn: () => undefined,
      error: (...args: unknown[]) => {
        throw new Error(JSON.stringify(args));
      },
    };
    const options = { concurrency: 2, refreshMs: 86_400_000, fullWalkAt: '02:30', owner: 'one', now: () => now };
    runner = new DiscoveryRunner(db, walker, options, new DiscoveryMetrics(db, { version: '0' }), log as never);
    api = await ApiServer.start({ db, requestDiscovery: (id) => runner.request(id) });
    const added = await api.call('POST', '/devices', { id: 'r1', name: 'r1', address: '10.0.0.1', auth: 'branch' });
    expect(added).toMatchObject({ status: 201 });
    expect(await runner.runOnce()).toMatchObject({ kind: 'full', succeeded: 1, interfacesAdded: PORTS.length });
  });
  afterEach(() => api.close());

  const setPorts = (ports: readonly MemoryPort[]) => (agents.agents.get('10.0.0.1')!.ports = [...ports]);
  const interfaces = async (query = '') =>
    (await api.get(`/interfaces?device_id=r1&sort=if_name${query}`)).body.items as Record<string, unknown>[];
  const idOf = async (name: string) => (await interfaces()).find(({ if_name }) => if_name === name)!['id'] as number;
  /** Says everything in WORDS; each is a patch of the API. */
  const say = async () => {
    for (const [name, words] of Object.entries(WORDS)) {
      const answer = await api.call('PATCH', `/interfaces/${await idOf(name)}`, words);
      expect([name, answer.status, answer.body]).toEqual([name, 200, expect.objectContaining(SHOWN[name]!)]);
    }
  };
  /** A full walk on the next night. */
  const nextNight = () => {
    const at = new Date(now);
    at.setDate(at.getDate() + 1);
    now = at.getTime();
    return runner.runOnce();
  };

  it('survive ten full walks in which aliases and ifIndexes change each time, and win after each', async () => {
    await say();
    const ids = (await interfaces()).map(({ if_name, id }) => [if_name, id]);
    const aliases = ['Magti_Internet', 'Caucasus Online', '', 'camera', 'TRUNK core', 'Beeline', 'printer', 'სილქნეტი'];
    for (let night = 1; night <= 10; night++) {
      // Each port gets the ifIndex and the words of another one.
      setPorts(
        PORTS.map((port, i) => ({
          ...port,
          index: ((i + night) % PORTS.length) + 1,
          alias: `${aliases[(i + night) % aliases.length]}`,
        }))
      );
      expect(await nextNight()).toMatchObject({ kind: 'full', succeeded: 1, interfacesAdded: 0, interfacesRemoved: 0 });
      const found = await interfaces();
      expect(found.map(({ if_name, id }) => [if_name, id])).toEqual(ids);
      expect(found).toEqual(PORTS.map(({ name }) => expect.objectContaining({ if_name: name, ...SHOWN[name]! })));
      expect(found).toEqual([
        expect.objectContaining({ interface_type: 'access', isp_provider: '', uplink_role: '' }),
        expect.objectContaining({ bandwidth_in: 40_000_000, if_index: ((1 + night) % PORTS.length) + 1 }),
        expect.objectContaining({ interface_type: 'isp', isp_provider: 'magti', uplink_role: 'uplink' }),
        expect.objectContaining({ is_critical: true, monitored: false }),
      ]);
    }
    // What discovery says goes on changing beneath them, with its history.
    const { body } = await api.get(`/interfaces/${await idOf('ether3')}/changes?limit=100`);
    expect(body.items.filter(({ field }: { field: string }) => field === 'if_alias')).toHaveLength(10);
    const cleared = Object.fromEntries(Object.keys(WORDS['ether3']!).map((key) => [key, key === 'tags' ? [] : null]));
    const answer = await api.call('PATCH', `/interfaces/${await idOf('ether3')}`, cleared);
    expect(answer.body['interface_type']).toBe(answer.body['interface_type_discovered']);
  });

  it('and ids stay when two ifIndexes are swapped, and the same walk again writes nothing', async () => {
    await say();
    const before = await interfaces();
    setPorts(PORTS.map((port) => ({ ...port, index: { 1: 2, 2: 1 }[port.index] ?? port.index })));
    expect(await nextNight()).toMatchObject({ interfacesAdded: 0, interfacesChanged: 2, interfacesRemoved: 0 });
    const now = await interfaces();
    expect(now.map(({ id, if_name, if_index }) => [id, if_name, if_index])).toEqual([
      [before[0]!['id'], 'ether1', 2],
      [before[1]!['id'], 'ether2', 1],
      [before[2]!['id'], 'ether3', 3],
      [before[3]!['id'], 'ether4', 4],
    ]);
    expect(now).toEqual(PORTS.map(({ name }) => expect.objectContaining(SHOWN[name]!)));
    const versions = await rowVersions(db, BOOKS);
    expect(await nextNight()).toMatchObject({ kind: 'full', succeeded: 1, interfacesChanged: 0 });
    expect(await rowVersions(db, BOOKS)).toEqual(versions);
  });

  it('wait with the interface while it is gone: not before two whole walks missed it, and under its old id when it is back', async () => {
    await say();
    const id = await idOf('ether3');
    const without = PORTS.filter(({ name }) => name !== 'ether3');
    const state = async () => (await api.get(`/interfaces/${id}`)).body;
    const agent = agents.agents.get('10.0.0.1')!;
    setPorts(without);
    // A table that breaks off says nothing about what it did not tell, however often.
    agent.cut = Object.fromEntries(
      [IF_MIB.ifDescr, IF_MIB.ifType, IF_MIB.ifAdminStatus, IF_MIB.ifOperStatus].map((column) => [column, 2])
    );
    for (let night = 0; night < 3; night++) {
      await nextNight();
      expect(await state()).toMatchObject({ active: true });
    }
    delete agent.cut;
    expect(await nextNight()).toMatchObject({ interfacesRemoved: 0 });
    expect(await state()).toMatchObject({ active: true });
    expect(await nextNight()).toMatchObject({ interfacesRemoved: 1 });
    expect(await state()).toMatchObject({ active: false, ...SHOWN['ether3'] });
    expect((await interfaces()).map(({ if_name }) => if_name)).toEqual(['ether1', 'ether2', 'ether4']);
    expect((await interfaces('&active=false')).map(({ if_name }) => if_name)).toEqual(['ether3']);

    setPorts([...without, { index: 77, name: 'ether3', alias: 'office 2' }]);
    expect(await nextNight()).toMatchObject({ interfacesAdded: 0, interfacesChanged: 1 });
    expect(await state()).toMatchObject({ id, active: true, if_index: 77, if_alias: 'office 2', ...SHOWN['ether3'] });
  });
});
