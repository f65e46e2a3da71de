import { classifyInterface } from '../../exporter/src/discovery/classify/classify';
import { StandaloneDiscovery } from '../../exporter/src/discovery/standalone';
import type { Walker } from '../../exporter/src/discovery/walk-device';
import type { Device } from '../../exporter/src/model/device';
import { testDevice } from '../../exporter/src/model/device.fixture';
import type { TargetList } from '../../exporter/src/model/target-list';
import { IF_STACK_STATUS } from '../../exporter/src/snmp/if-stack';
import { SnmpError } from '../../exporter/src/snmp/session';
import { MemoryAgents } from './memory-agents';

const HOUR = 3_600_000;
const device = (n: number, more: Partial<Device> = {}): Device =>
  testDevice({ id: `r${n}`, name: `Router ${n}`, address: `10.0.0.${n}`, ...more });

let agents: MemoryAgents;
let lists: TargetList[];
let failures: string[];
let walker: Walker;
let discovery: StandaloneDiscovery;

beforeEach(() => {
  // The clock stands still until a test moves it.
  jest.useFakeTimers({ now: Date.UTC(2026, 5, 1, 12), doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  agents = new MemoryAgents();
  for (let n = 1; n <= 9; n++) {
    agents.agents.set(`10.0.0.${n}`, { ports: [{ index: 1, name: 'ether1', alias: 'Magti_Internet' }] });
  }
  lists = [];
  failures = [];
  walker = {
    engine: agents,
    auths: { branch: { version: 2, community: 'secret' } },
    classify: classifyInterface,
    timeoutMs: 1000,
    retries: 0,
  };
  discovery = new StandaloneDiscovery(walker, {
    refreshMs: HOUR,
    concurrency: 2,
    onList: (list) => lists.push(list),
    onFailure: (id, failure) => failures.push(`${id} ${failure.reason}: ${failure.message}`),
  });
});
afterEach(async () => {
  await discovery.stop();
  expect([agents.openSessions, jest.getTimerCount()]).toEqual([0, 0]);
  jest.useRealTimers();
});

/** Lets everything happen that waits for no time. */
const settle = async () => {
  for (let i = 0; i < 200; i++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
};
const pass = async (ms: number) => {
  await jest.advanceTimersByTimeAsync(ms);
  await settle();
  // What was found is told within half a second.
  await jest.advanceTimersByTimeAsync(500);
};
const names = () => discovery.current().targets.map((t) => `${t.device.id}:${t.interfaces.map((i) => i.ifName)}`);

it('lists every device at once, and what a walk finds when it is there', async () => {
  discovery.setDevices([device(1), device(2, { auth: null }), device(3, { enabled: false })]);
  expect(lists).toHaveLength(1);
  expect(names()).toEqual(['r1:', 'r2:', 'r3:']);
  await pass(0);
  expect(names()).toEqual(['r1:ether1', 'r2:', 'r3:']);
  expect(discovery.current().targets[0]).toMatchObject({
    device: { vendor: 'mikrotik', model: 'CHR', sysName: 'sys-10.0.0.1', site: 'HQ' },
    interfaces: [
      { interfaceType: 'isp', ispProvider: 'magti', isCritical: true, monitored: true, speedOverride: null },
    ],
  });
  expect(agents.opened).toEqual(['10.0.0.1']);
  expect(lists).toHaveLength(2);
});

it('walks two at once, and all of them', async () => {
  discovery.setDevices([1, 2, 3, 4, 5].map((n) => device(n)));
  await pass(0);
  expect([agents.mostOpen, names().every((n) => n.endsWith(':ether1'))]).toEqual([2, true]);
});

it('refreshes hourly and tells nobody when nothing changed', async () => {
  discovery.setDevices([device(1)]);
  await pass(0);
  agents.agents.get('10.0.0.1')!.ports.push({ index: 2, name: 'ether2', alias: 'camera' });
  await pass(HOUR - 1000);
  expect(names()).toEqual(['r1:ether1']);
  await pass(1000);
  expect(names()).toEqual(['r1:ether1,ether2']);
  const told = lists.length;
  await pass(HOUR);
  expect([agents.opened.length, lists.length]).toEqual([3, told]);
});

it('keeps the last known on failure, tells it once, and asks again sooner', async () => {
  discovery.setDevices([device(1)]);
  await pass(0);
  agents.agents.get('10.0.0.1')!.failure = new SnmpError('timeout', 'no answer from 10.0.0.1:161');
  await pass(HOUR);
  await pass(5 * 60_000);
  expect(failures).toEqual(['r1 timeout: no answer from 10.0.0.1:161']);
  expect([names(), agents.opened.length]).toEqual([['r1:ether1'], 3]);
});

it('keeps the last known when a starting agent answers with an empty table', async () => {
  discovery.setDevices([device(1)]);
  await pass(0);
  agents.agents.get('10.0.0.1')!.ports = [];
  await pass(HOUR);
  expect(names()).toEqual(['r1:ether1']);
});

it('walks on request, also when asked while a walk runs', async () => {
  discovery.setDevices([device(1), device(2, { auth: null })]);
  await pass(0);
  expect([discovery.request('r1'), discovery.request('r2'), discovery.request('nobody')]).toEqual([true, false, false]);
  expect(discovery.request('r1')).toBe(true);
  await pass(0);
  expect(agents.opened).toHaveLength(3);
});

it('takes over a reloaded configuration and forgets only what it must', async () => {
  discovery.setDevices([device(1), device(2), device(3)]);
  await pass(0);
  discovery.setDevices([device(1, { name: 'renamed', site: 'Gori' }), device(2, { address: '10.0.0.7' })]);
  expect(names()).toEqual(['r1:ether1', 'r2:']);
  expect(discovery.current().targets[0]?.device).toMatchObject({ name: 'renamed', site: 'Gori', vendor: 'mikrotik' });
  await pass(0);
  expect([names(), agents.opened.slice(3)]).toEqual([['r1:ether1', 'r2:ether1'], ['10.0.0.7']]);
});

it('names what is wrong with an unknown auth and with a name that does not resolve', async () => {
  discovery.setDevices([device(1, { auth: 'brnch' }), device(2, { address: 'no-such-host.invalid' })]);
  jest.useRealTimers();
  for (const deadline = Date.now() + 20_000; failures.length < 2 && Date.now() < deadline;) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(failures.sort()).toEqual([
    'r1 auth: device r1 names the auth "brnch", which is not under auths: in the configuration; known are branch',
    expect.stringMatching(/^r2 unreachable: the name no-such-host\.invalid of device r2 does not resolve \(E\w+\)$/),
  ]);
  await discovery.stop();
  jest.useFakeTimers();
});

describe('auth: auto', () => {
  beforeEach(() => (agents.agents.get('10.0.0.1')!.communities = ['secret']));
  const authOf = () => discovery.current().targets[0]?.device.auth;

  it('is pinged only until a credential answers, and then asked with that one', async () => {
    discovery.setDevices([device(1, { auth: 'auto' })]);
    expect(authOf()).toBeNull();
    await pass(0);
    expect([authOf(), names()]).toEqual(['branch', ['r1:ether1']]);
    await pass(HOUR);
    discovery.setDevices([device(1, { auth: 'auto', name: 'renamed' })]);
    expect([authOf(), discovery.current().targets[0]?.device.name]).toEqual(['branch', 'renamed']);
  });

  it('is told once when none answers, and keeps what is known', async () => {
    agents.agents.get('10.0.0.1')!.communities = [];
    discovery.setDevices([device(1, { auth: 'auto' })]);
    await pass(0);
    await pass(5 * 60_000);
    expect([authOf(), agents.asked.length]).toEqual([null, 2]);
    expect(failures).toEqual([
      'r1 timeout: device r1 does not answer to the one credential that "auth: auto" tries (branch): no answer from 10.0.0.1',
    ]);
  });

  it('is found out again when its credential left the configuration', async () => {
    discovery.setDevices([device(1, { auth: 'auto' })]);
    await pass(0);
    walker.auths = { core: { version: 2, community: 'secret' } };
    discovery.setDevices([device(1, { auth: 'auto' })]);
    expect(authOf()).toBeNull();
    await pass(0);
    expect(authOf()).toBe('core');
  });
});

it('gives up on an agent that never comes to its end', async () => {
  agents.agents.get('10.0.0.1')!.gate = new Promise(() => undefined);
  discovery.setDevices([device(1)]);
  await pass(10 * 60_000 - 1000);
  expect([failures, agents.openSessions]).toEqual([[], 1]);
  await pass(1000);
  expect(failures).toEqual(['r1 tooslow: the walk of device r1 at 10.0.0.1 did not end within 10 minutes']);
});

it('counts a port and its VLAN as one uplink, also when ifStackTable is not told again', async () => {
  const agent = agents.agents.get('10.0.0.1')!;
  agent.ports = [
    { index: 1, name: 'wan', alias: 'Magti_Internet' },
    { index: 2, name: 'internet', alias: 'Magti_Internet' },
    { index: 3, name: 'wan.7', alias: 'Silknet uplink' },
  ];
  agent.stack = [[2, 1]];
  const uplinks = () =>
    discovery.current().targets[0]!.interfaces.map((i) => [i.ifName, i.interfaceType, i.ispProvider, i.isCritical]);
  const once = [
    ['wan', 'isp', 'magti', true],
    ['internet', 'other', '', true],
    ['wan.7', 'isp', 'silknet', true],
  ];
  discovery.setDevices([device(1)]);
  await pass(0);
  expect(uplinks()).toEqual(once);
  agent.failures = { [IF_STACK_STATUS]: new SnmpError('timeout', 'no answer') };
  await pass(HOUR);
  expect(uplinks()).toEqual(once);
  agent.failures = {};
  agent.stack = [];
  await pass(HOUR);
  expect(uplinks()[1]).toEqual(['internet', 'isp', 'magti', true]);
});
