import { classifyInterface } from '../../exporter/src/discovery/classify/classify';
import type { KnownDevice } from '../../exporter/src/discovery/known-device';
import { refreshDevice } from '../../exporter/src/discovery/refresh-device';
import { walkDevice, type DeviceWalk, type Walker, type WalkTarget } from '../../exporter/src/discovery/walk-device';
import { IF_MIB, IF_NUMBER, IF_TABLE_LAST_CHANGE } from '../../exporter/src/snmp/if-mib';
import { IF_STACK_STATUS } from '../../exporter/src/snmp/if-stack';
import { SnmpError } from '../../exporter/src/snmp/session';
import { SYS_UP_TIME } from '../../exporter/src/snmp/system';
import { MemoryAgents, type MemoryAgent } from './memory-agents';

const HOUR = 3_600_000;
const TICKS_PER_HOUR = 360_000;
let target: WalkTarget;
const R1: WalkTarget = { id: 'r1', address: '10.0.0.1', snmpPort: 161, auth: 'branch', type: 'router' };
const credential = (community: string) => ({ version: 2 as const, community });

let agents: MemoryAgents;
let agent: MemoryAgent;
let walker: Walker;
let now: number;
beforeEach(() => {
  now = Date.UTC(2026, 5, 1, 12);
  target = { ...R1 };
  agents = new MemoryAgents();
  agent = {
    ports: [
      { index: 1, name: 'ether1', alias: 'Magti_Internet' },
      { index: 2, name: 'ether1.7', alias: 'Magti_Internet' },
      { index: 3, name: 'bond1', type: 161 },
      { index: 4, name: 'sfp1' },
    ],
    stack: [[3, 4]],
    scalars: { [SYS_UP_TIME]: TICKS_PER_HOUR * 100, [IF_TABLE_LAST_CHANGE]: 500, [IF_NUMBER]: 4 },
  };
  agents.agents.set('10.0.0.1', agent);
  walker = {
    engine: agents,
    auths: { branch: credential('b'), core: credential('c'), old: credential('o') },
    classify: classifyInterface,
    timeoutMs: 3000,
    retries: 1,
    now: () => now,
  };
});
afterEach(() => expect(agents.openSessions).toBe(0));

/** What the inventory would know after a walk. */
const knownAfter = ({ system, signs, interfaces }: DeviceWalk): KnownDevice => ({
  system,
  signs,
  interfaces: interfaces.map((one) => ({ ...one, missed: false })),
});
const passHour = () => {
  now += HOUR;
  agent.scalars![SYS_UP_TIME]! += TICKS_PER_HOUR;
};
const columnsAsked = () => agents.asked.flatMap(({ oids }) => oids.filter((oid) => !oid.endsWith('.0')));
const failureOf = (walk: Promise<unknown>) =>
  walk.then(
    () => undefined,
    (err: SnmpError) => [err.reason, err.message]
  );

describe('a full walk', () => {
  it('tells what carries what, by the stack and else by the name', async () => {
    const { interfaces, stackRead, complete } = await walkDevice(walker, target);
    expect([stackRead, complete]).toEqual([true, true]);
    expect(interfaces.map((i) => [i.ifName, i.parentIfName, i.parentSource])).toEqual([
      ['ether1', '', ''],
      ['ether1.7', 'ether1', 'name'],
      ['bond1', '', ''],
      ['sfp1', 'bond1', 'stack'],
    ]);
  });

  it('names the modules that fit the device', async () => {
    walker.modulesOf = ({ sysObjectID, sysDescr }) => [`of ${sysObjectID} ${sysDescr}`];
    expect((await walkDevice(walker, target)).system.modules).toEqual(['of 1.3.6.1.4.1.14988.1 RouterOS CHR']);
  });

  it('knows that it is not complete when no column of ifTable came to its end', async () => {
    const columns = [IF_MIB.ifDescr, IF_MIB.ifType, IF_MIB.ifAdminStatus, IF_MIB.ifOperStatus];
    agent.cut = Object.fromEntries(columns.map((column) => [column, 2]));
    expect(await walkDevice(walker, target)).toMatchObject({ complete: false, interfaces: { length: 2 } });
    delete agent.cut[IF_MIB.ifType];
    expect(await walkDevice(walker, target)).toMatchObject({ complete: true, interfaces: { length: 4 } });
  });

  it('takes no uplink for another interface because its name and alias broke off', async () => {
    const known = knownAfter(await walkDevice(walker, target));
    agent.ports.forEach((port) => (port.descr = `GigabitEthernet ${port.index}`));
    const withDescr = knownAfter(await walkDevice(walker, target));
    agent.cut = { [IF_MIB.ifName]: 1, [IF_MIB.ifAlias]: 0 };
    const { interfaces } = await walkDevice(walker, target, withDescr);
    expect(interfaces.map((i) => [i.ifName, i.ifAlias, i.interfaceType])).toEqual(
      known.interfaces.map((i) => [i.ifName, i.ifAlias, i.ifAlias ? 'isp' : expect.any(String)])
    );
    // Another interface in its place is another one.
    agent.ports[1]!.descr = 'Serial 7';
    const second = (await walkDevice(walker, target, withDescr)).interfaces[1];
    expect([second?.ifName, second?.ifAlias]).toEqual(['Serial 7', '']);
  });

  it('goes without a stack that breaks off', async () => {
    agent.failures = { [IF_STACK_STATUS]: new SnmpError('timeout', 'no answer') };
    const { interfaces, stackRead } = await walkDevice(walker, target);
    expect([stackRead, interfaces.map((i) => i.parentSource)]).toEqual([false, ['', 'name', '', '']]);
  });

  it('goes without signs that the agent chokes on', async () => {
    agent.failures = { [IF_NUMBER]: new SnmpError('timeout', 'no answer') };
    expect((await walkDevice(walker, target)).signs).toEqual({ agent: '10.0.0.1 161', at: now });
  });
});

describe('a refresh', () => {
  let known: KnownDevice;
  beforeEach(async () => {
    known = knownAfter(await walkDevice(walker, target));
    agents.asked.length = 0;
    passHour();
  });
  const refresh = () => refreshDevice(walker, target, known);

  it('asks for names, aliases and states alone, and finds all as it was', async () => {
    const { scope, escalation, system, interfaces, stackRead } = await refresh();
    expect([scope, escalation, stackRead]).toEqual(['light', undefined, false]);
    expect(system).toEqual(known.system);
    const withoutStack = (one: object) => ({ ...one, parentIfName: '', parentSource: '', missed: undefined });
    expect(interfaces.map(withoutStack)).toEqual(known.interfaces.map(withoutStack));
    expect(columnsAsked()).toEqual([IF_MIB.ifAdminStatus, IF_MIB.ifOperStatus, IF_MIB.ifName, IF_MIB.ifAlias]);
  });

  it('finds a new alias and judges it', async () => {
    agent.ports[3]!.alias = 'Silknet uplink';
    const { scope, interfaces } = await refresh();
    expect([scope, interfaces[3]?.interfaceType, interfaces[3]?.ispProvider]).toEqual(['light', 'isp', 'silknet']);
  });

  it('keeps an alias that the agent did not tell this time', async () => {
    agent.cut = { [IF_MIB.ifAlias]: 0 };
    expect((await refresh()).interfaces[0]).toMatchObject({ ifAlias: 'Magti_Internet', interfaceType: 'isp' });
  });

  it('works by ifDescr where there is no ifName', async () => {
    agent.cut = { [IF_MIB.ifName]: 0 };
    expect((await refresh()).scope).toBe('light');
    expect(columnsAsked()).toContain(IF_MIB.ifDescr);
  });

  it('takes what a full walk has missed for gone, and for there when it is back', async () => {
    known = { ...known, interfaces: known.interfaces.map((one, i) => ({ ...one, missed: i === 3 })) };
    expect((await refresh()).interfaces).toHaveLength(4);
    agent.ports.pop();
    expect((await refresh()).interfaces).toHaveLength(3);
  });

  it.each<[string, string, () => void]>([
    ['the agent started anew', 'restart', () => (agent.scalars![SYS_UP_TIME] = 100)],
    [
      'another box answers',
      'other_agent',
      () => (known = { ...known, system: { ...known.system, sysObjectID: '1.3' } }),
    ],
    ['it has another address', 'other_agent', () => agents.agents.set((target.address = '10.0.0.2'), agent)],
    ['ifTableLastChange is another', 'table_changed', () => (agent.scalars![IF_TABLE_LAST_CHANGE] = 501)],
    ['ifNumber is another', 'table_changed', () => (agent.scalars![IF_NUMBER] = 5)],
    ['there is a new port', 'other_interfaces', () => agent.ports.push({ index: 9, name: 'ether9' })],
    ['a port is gone', 'other_interfaces', () => agent.ports.pop()],
    ['a port has another name', 'other_interfaces', () => (agent.ports[3]!.name = 'sfp-sfpplus1')],
    [
      'two ports changed places',
      'other_interfaces',
      () => {
        agent.ports[0]!.index = 4;
        agent.ports[3]!.index = 1;
      },
    ],
  ])('becomes a full walk when %s', async (_, cause, happen) => {
    happen();
    const walk = await refresh();
    expect([walk.scope, walk.escalation, walk.stackRead]).toEqual(['full', cause, true]);
    expect(walk.interfaces).toHaveLength(agent.ports.length);
    expect(columnsAsked()).toContain(IF_STACK_STATUS);
  });

  it('sees nothing of a restart in an hour that passed', async () => {
    for (let hour = 0; hour < 30; hour++) {
      const walk = await refresh();
      expect(walk.scope).toBe('light');
      known = { ...known, signs: walk.signs };
      passHour();
    }
  });
});

describe('auth: auto', () => {
  const auto = (authFound: string | null = null) => ({ ...target, auth: 'auto', authFound });
  const tried = () => agents.asked.filter(({ oids }) => oids.length === 2).map(({ community }) => community);
  beforeEach(() => (agent.communities = ['c']));

  it.each<[string, string | null, readonly string[] | undefined, string[]]>([
    ['in the order of the configuration', null, undefined, ['b', 'c']],
    ['in the order that is told', null, ['old', 'core', 'branch'], ['o', 'c']],
    ['the one that answered last first', 'core', undefined, ['c']],
    ['the others when that one does not answer any more', 'old', undefined, ['o', 'b', 'c']],
    ['none that is not to be tried, not even if it answered last', 'old', ['branch', 'core'], ['b', 'c']],
    ['one that left the configuration not at all', 'gone', ['gone', 'core'], ['c']],
  ])('tries %s', async (_, found, autoAuths, communities) => {
    walker.autoAuths = autoAuths;
    expect((await walkDevice(walker, auto(found))).auth).toBe('core');
    expect(tried()).toEqual(communities);
    // Whatever is walked is walked with what answered.
    expect(new Set(agents.asked.slice(communities.length).map(({ community }) => community))).toEqual(new Set(['c']));
  });

  it('asks each of them once and not for long, and patiently the one that answered last', async () => {
    agent.communities = [];
    await failureOf(walkDevice(walker, auto('core')));
    expect(agents.asked.map(({ community, retries, timeoutMs }) => [community, retries, timeoutMs])).toEqual([
      ['c', 1, 3000],
      ['b', 0, 2000],
      ['o', 0, 2000],
    ]);
  });

  it.each<[string, () => void, string, string]>([
    [
      'silence',
      () => (agent.communities = []),
      'timeout',
      'device r1 does not answer to any of the 3 credentials that "auth: auto" tries (branch, core, old): no answer from 10.0.0.1',
    ],
    [
      'a refusal',
      () => (agent.failure = new SnmpError('auth', '10.0.0.1 refused the user')),
      'auth',
      'device r1 does not answer to any of the 3 credentials that "auth: auto" tries (branch, core, old): 10.0.0.1 refused the user',
    ],
    [
      'silence to the only one',
      () => {
        agent.communities = [];
        walker.autoAuths = ['old'];
      },
      'timeout',
      'device r1 does not answer to the one credential that "auth: auto" tries (old): no answer from 10.0.0.1',
    ],
    [
      'nothing to try',
      () => (walker.autoAuths = []),
      'auth',
      'device r1 has "auth: auto", and there is no credential to try: name some under auths:',
    ],
  ])('says why on %s', async (_, happen, reason, message) => {
    happen();
    expect(await failureOf(walkDevice(walker, auto()))).toEqual([reason, message]);
  });

  it('tries no other where none can help', async () => {
    agent.failure = new SnmpError('unreachable', 'no route to 10.0.0.1');
    expect(await failureOf(walkDevice(walker, auto()))).toEqual(['unreachable', 'no route to 10.0.0.1']);
    expect(agents.asked).toHaveLength(1);
  });

  it('hides no mistake of ours', async () => {
    agent.failure = new TypeError('ours') as never;
    await expect(walkDevice(walker, auto())).rejects.toThrow('ours');
  });
});
