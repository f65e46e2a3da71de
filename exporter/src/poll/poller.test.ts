import { testDevice } from '../model/device.fixture';
import type { Interface } from '../model/interface';
import type { PollKind } from '../model/poll-kind';
import type { ModulePollResult, PollResult } from '../model/snapshot';
import type { Target } from '../model/target-list';
import type { ModuleCatalogue } from '../modules/catalogue';
import { loadModules } from '../modules/load';
import { ManualClock } from '../ping/manual-clock.fixture';
import { SnmpError, type SnmpEndpoint, type SnmpEngine, type SnmpSession } from '../snmp/session';
import { SnmpPoller, type PollerOptions } from './poller';

const UPLINK: Interface = {
  ifName: 'wan',
  weakIdentity: false,
  ifIndex: 1,
  ifDescr: 'wan',
  ifAlias: '',
  ifType: 6,
  interfaceType: 'isp',
  ispProvider: 'magti',
  isCritical: false,
  monitored: true,
  speedOverride: null,
};
const LAN: Interface = { ...UPLINK, ifName: 'lan', ifIndex: 2, interfaceType: 'access', ispProvider: '' };
const NAMES: Record<string, string> = { 1: 'wan', 2: 'lan' };
const IF_NAME = '1.3.6.1.2.1.31.1.1.1.1';
const SYS_UP_TIME = '1.3.6.1.2.1.1.3.0';
const CPU = '1.3.6.1.4.1.99999.1.0';

const { modules } = loadModules([
  {
    name: 'm.yml',
    text: `modules: { cpu: { get: [${CPU}], metrics: [{ name: cpu, oid: ${CPU.slice(0, -2)}, type: gauge, help: CPU. }] } }`,
  },
]);
const catalogue = {
  profileFor: () => ({
    name: 'acme',
    vendor: 'acme',
    modules: [{ module: modules.get('cpu')!, tier: 'standard' as const }],
    normalised: { cpu: [], memory: [], temperature: [], uptime: [] },
  }),
} as unknown as ModuleCatalogue;

/** An agent with two interfaces and one module; `failure` says how it fails, by what is asked. */
class ScriptedEngine implements SnmpEngine {
  openSessions = 0;
  /** GETs by number of OIDs, in the order in which they came; small ones are signs of life. */
  readonly asked: string[][] = [];
  failure: (oids: readonly string[]) => SnmpError | undefined = () => undefined;

  open(_endpoint: SnmpEndpoint): SnmpSession {
    this.openSessions += 1;
    const read = (oids: readonly string[]) => {
      this.asked.push([...oids]);
      const failure = this.failure(oids);
      if (failure) {
        throw failure;
      }
    };
    return {
      get: async (oids: readonly string[]) => {
        read(oids);
        return new Map(oids.map((oid) => [oid, { oid, type: 0x42, value: 7 }]));
      },
      prepare: (oids: readonly string[]) => ({
        read: async () => {
          read(oids);
          const name = (oid: string) =>
            oid.startsWith(`${IF_NAME}.`) ? NAMES[oid.slice(IF_NAME.length + 1)] : undefined;
          return {
            numbers: Float64Array.from(oids, (oid) => (name(oid) || /\.2\.2\.1\.2\.\d+$/.test(oid) ? NaN : 1)),
            octets: oids.map((oid) => (name(oid) === undefined ? undefined : Buffer.from(name(oid)!))),
          };
        },
        varbinds: async () => {
          read(oids);
          return { varbinds: oids.map((oid) => (oid === CPU ? { oid, type: 0x42, value: 7 } : undefined)) };
        },
      }),
      close: () => void (this.openSessions -= 1),
    } as unknown as SnmpSession;
  }
  async close(): Promise<void> {}
}

let engine: ScriptedEngine;
let clock: ManualClock;
let polls: [PollKind, PollResult['reason'], number][];
let moduleReasons: ModulePollResult['reason'][];
let errors: string[];
let poller: SnmpPoller;

const start = (more: Partial<PollerOptions> = {}, target: Partial<Target> = {}) => {
  engine = new ScriptedEngine();
  clock = new ManualClock();
  [polls, moduleReasons, errors] = [[], [], []];
  poller = new SnmpPoller({
    engine,
    auths: { branch: { version: 2, community: 'c' } },
    intervals: { fastMs: 5000, standardMs: 60_000, slowMs: 300_000 },
    timeoutMs: 1000,
    retries: 1,
    concurrency: 10,
    catalogue,
    resolve: () => '10.0.0.1',
    clock: {
      now: () => clock.unixMs(),
      setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
      clearTimeout: (timer) => clock.clearTimeout(timer),
    },
    onPoll: (_id, { reason, snapshot }, kind) => polls.push([kind, reason, snapshot?.interfaces.length ?? 0]),
    onModules: (_id, { reason }) => moduleReasons.push(reason),
    onError: (id, kind, error) => errors.push(`${kind} of ${id}: ${String(error)}`),
    ...more,
  });
  poller.setTargets([{ device: testDevice({ id: 'a' }), interfaces: [UPLINK, LAN], ...target }]);
};
afterEach(() => poller.stop());
const MINUTE = 60_000;
const run = (ms: number) => clock.run(ms, 250);
const kinds = (kind: PollKind) => polls.filter(([one]) => one === kind);

test('uplinks come at the fast interval, everything at the standard one, modules at theirs', async () => {
  start();
  await run(10 * MINUTE);
  polls = [];
  moduleReasons = [];
  await run(10 * MINUTE);
  expect(kinds('interfaces_fast')).toHaveLength(120);
  expect(kinds('interfaces_fast').every(([, reason, interfaces]) => reason === 'ok' && interfaces === 1)).toBe(true);
  expect(kinds('interfaces')).toHaveLength(10);
  expect(kinds('interfaces').every(([, , interfaces]) => interfaces === 2)).toBe(true);
  expect(moduleReasons).toEqual(Array(10 + 2).fill('ok'));
  expect(poller.counters).toMatchObject({ skipped: 0, overdue: 0 });
  expect([poller.inFlight, poller.queued]).toEqual([0, 0]);
});

test.each([
  ['no uplink', { interfaces: [LAN] }, {}, ['interfaces', 'modules'], 60_000],
  [
    'no fast interval',
    {},
    { intervals: { fastMs: null, standardMs: 60_000, slowMs: 300_000 } },
    ['interfaces', 'modules'],
    60_000,
  ],
  ['no modules', {}, { catalogue: null }, ['interfaces', 'interfaces_fast'], 60_000],
  ['a slow device', { device: testDevice({ id: 'a', tier: 'slow' }) }, {}, ['interfaces', 'modules'], 300_000],
] as const)('%s', async (_what, target, options, expected, intervalMs) => {
  start(options as Partial<PollerOptions>, target as Partial<Target>);
  await run(5 * MINUTE);
  polls = [];
  moduleReasons = [];
  await run(10 * MINUTE);
  expect(
    [...new Set([...polls.map(([kind]) => kind), ...(moduleReasons.length > 0 ? ['modules'] : [])])].sort()
  ).toEqual(expected);
  expect(kinds('interfaces')).toHaveLength((10 * MINUTE) / intervalMs);
});

test('the first interfaces of a device are polled as soon as they are known', async () => {
  start({ intervals: { fastMs: null, standardMs: 60_000, slowMs: 300_000 } }, { interfaces: [] });
  await run(2 * MINUTE + 20_000);
  polls = [];
  const target: Target = { device: testDevice({ id: 'a' }), interfaces: [UPLINK, LAN] };
  poller.setTargets([target]);
  await run(2000);
  expect(polls).toEqual([['interfaces', 'ok', 2]]);
  // Once: what is known already keeps its turn.
  poller.setTargets([{ ...target, interfaces: [UPLINK] }]);
  await run(2000);
  expect(polls).toHaveLength(1);
});

test('a silent device costs one small request per fast interval, and is found again within one', async () => {
  start();
  await run(2 * MINUTE);
  engine.failure = () => new SnmpError('timeout', 'silent');
  await run(MINUTE);
  engine.asked.length = 0;
  await run(5 * MINUTE);
  expect(engine.asked).toEqual(Array(60).fill([SYS_UP_TIME]));
  polls = [];
  engine.failure = () => undefined;
  await run(5000);
  expect(polls.at(-1)).toEqual(['interfaces_fast', 'ok', 1]);
  moduleReasons = [];
  await run(MINUTE);
  expect(kinds('interfaces').at(-1)).toEqual(['interfaces', 'ok', 2]);
  expect(moduleReasons).toContain('ok');
});

test('a module that fails says nothing about the interfaces, and does not make the device silent', async () => {
  start();
  engine.failure = (oids) => (oids.includes(CPU) ? new SnmpError('timeout', 'no answer') : undefined);
  await run(4 * MINUTE);
  expect(new Set(polls.map(([, reason]) => reason))).toEqual(new Set(['ok']));
  expect(new Set(moduleReasons)).toEqual(new Set(['ok']));
  // The system itself cannot be read: then it is the poll of modules that fails, still not the interfaces.
  engine.failure = (oids) => (oids.includes('1.3.6.1.2.1.1.2.0') ? new SnmpError('malformed', 'odd') : undefined);
  poller.setCatalogue(catalogue);
  await run(2 * MINUTE);
  expect(moduleReasons.at(-1)).toBe('malformed');
  expect(new Set(polls.map(([, reason]) => reason))).toEqual(new Set(['ok']));
});

test('refused credentials pause everything of the device, and new ones are tried at once', async () => {
  start();
  engine.failure = () => new SnmpError('auth', 'unknown user');
  await run(MINUTE);
  engine.asked.length = 0;
  await run(MINUTE);
  expect(engine.asked.length).toBeLessThan(5);
  engine.failure = () => undefined;
  poller.setAuths({ branch: { version: 2, community: 'new' } });
  await run(5000);
  expect(polls.at(-1)).toEqual(['interfaces_fast', 'ok', 1]);
});

test('what goes wrong while a result is taken in is told, and the polls go on', async () => {
  start({
    onPoll: (_id, _result, kind) => {
      polls.push([kind, 'ok', 0]);
      throw new Error('no room');
    },
  });
  await run(5 * MINUTE);
  expect(polls.length).toBeGreaterThan(60);
  expect(errors).toHaveLength(polls.length);
  expect(errors[0]).toBe('interfaces_fast of a: Error: no room');
});

test('a device that leaves is closed, whatever it was being asked', async () => {
  start();
  await run(MINUTE);
  expect(engine.openSessions).toBe(1);
  poller.setTargets([]);
  expect(engine.openSessions).toBe(0);
  polls = [];
  await run(MINUTE);
  expect(polls).toEqual([]);
});
