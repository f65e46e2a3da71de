import type { Interface } from '../../exporter/src/model/interface';
import { InterfacePoll, type InterfacePollOutcome } from '../../exporter/src/poll/interfaces';
import { SharedSocketEngine } from '../../exporter/src/snmp/engine';
import { IF_MIB, IF_TABLE_LAST_CHANGE } from '../../exporter/src/snmp/if-mib';
import { SNMP_ENGINE_BOOTS, SYS_UP_TIME } from '../../exporter/src/snmp/system';
import { TAG } from '../simulator/ber-reader';
import { encodeResponse, PDU } from '../simulator/message';
import { response, type Row, scriptedAgent, type ScriptedAgent } from './scripted-agent';

const NAMES = Array.from({ length: 12 }, (_, i) => `port${i + 1}`);
/** What each interface counts, so that a value tells whose it is. */
const octetsOf = (name: string) => 1_000_000 + NAMES.indexOf(name);
const MINUTE = 60_000;

interface System {
  /** Hundredths of a second. */
  upTime: number;
  boots?: number;
  lastChange?: number;
  /** Names in the order of their ifIndex from 1 on. */
  order: readonly string[];
  wide?: boolean;
}

function rowsOf({ upTime, boots, lastChange, order, wide = true }: System): Row[] {
  const rows: Row[] = [[SYS_UP_TIME, TAG.timeTicks, upTime]];
  if (boots !== undefined) {
    rows.push([SNMP_ENGINE_BOOTS, TAG.integer, boots]);
  }
  if (lastChange !== undefined) {
    rows.push([IF_TABLE_LAST_CHANGE, TAG.timeTicks, lastChange]);
  }
  const [octets, tag] = wide ? [IF_MIB.ifHCInOctets, TAG.counter64] : [IF_MIB.ifInOctets, TAG.counter32];
  return rows.concat(
    order.flatMap((name, i): Row[] => [
      [`${IF_MIB.ifDescr}.${i + 1}`, TAG.octetString, name],
      [`${IF_MIB.ifName}.${i + 1}`, TAG.octetString, name],
      [`${IF_MIB.ifAdminStatus}.${i + 1}`, TAG.integer, 1],
      [`${IF_MIB.ifOperStatus}.${i + 1}`, TAG.integer, 1],
      [`${IF_MIB.ifHighSpeed}.${i + 1}`, TAG.gauge32, 1000],
      [`${octets}.${i + 1}`, tag, octetsOf(name)],
    ])
  );
}

const INTERFACES: Interface[] = NAMES.map((ifName, i) => ({
  ifName,
  weakIdentity: false,
  ifIndex: i + 1,
  ifDescr: ifName,
  ifAlias: '',
  ifType: 6,
  interfaceType: i < 2 ? 'isp' : 'access',
  ispProvider: '',
  isCritical: false,
  monitored: true,
  speedOverride: null,
}));

const before: System = { upTime: 8_640_000, order: NAMES };
const turned = (by: number) => [...NAMES.slice(by), ...NAMES.slice(0, by)];

describe('an agent whose interfaces change their numbers', () => {
  let engine: SharedSocketEngine;
  let agent: ScriptedAgent;
  let clock: number;

  beforeEach(async () => {
    engine = new SharedSocketEngine();
    agent = await scriptedAgent(rowsOf(before));
    clock = 1_700_000_000_000;
  });
  afterEach(async () => {
    await engine.close();
    await agent.close();
  });

  let poller: InterfacePoll;
  const start = () => {
    const auth = { version: 2 as const, community: 'renumbering' };
    const session = engine.open({ address: '127.0.0.1', port: agent.port, auth, timeoutMs: 2000, retries: 0 });
    const poll = new InterfacePoll(INTERFACES, () => clock);
    poller = poll;
    return (scope?: 'all' | 'fast') => {
      clock += MINUTE;
      return poll.poll(session, scope);
    };
  };
  const wrong = ({ snapshot }: InterfacePollOutcome) =>
    snapshot.interfaces.filter((one) => one.inOctets !== octetsOf(one.ifName));
  const names = ({ snapshot }: InterfacePollOutcome) => snapshot.interfaces.map((one) => one.ifName);
  const gets = () => agent.requests.filter((request) => request.pdu === PDU.get).length;

  // Twelve rows take three requests. Small agents answer eight variables at once, so that each row takes two.
  describe.each([
    ['whole rows', 100],
    ['rows cut over requests', 8],
  ] as const)('%s', (_name, most) => {
    test('no value is published under a wrong name, whichever request it happens after', async () => {
      const script = (request: Parameters<ScriptedAgent['script']>[0]) =>
        request.names.length > most ? encodeResponse(request, 1, 0, request.varbinds) : response(request, agent.rows);
      agent.script = script;
      const poll = start();
      await poll();
      await poll();
      agent.requests.length = 0;
      await poll();
      const requests = gets();
      expect(requests).toBeGreaterThanOrEqual(most === 8 ? 24 : 3);
      for (let after = 0; after <= requests; after += most === 8 ? 5 : 1) {
        agent.requests.length = 0;
        const order = turned((after % 11) + 1);
        agent.script = (request) => {
          if (gets() > after) {
            agent.rows = rowsOf({ ...before, order });
          }
          return script(request);
        };
        const outcome = await poll();
        expect(wrong(outcome)).toEqual([]);
        expect(names(outcome)).toEqual(NAMES);
        agent.script = script;
        agent.rows = rowsOf({ ...before, order });
        expect(wrong(await poll())).toEqual([]);
      }
    });
  });

  test('a restart between two requests of a poll: the poll is made anew', async () => {
    const poll = start();
    await poll();
    await poll();
    agent.requests.length = 0;
    agent.script = (_request, _from, answer) => {
      if (gets() > 1) {
        agent.rows = rowsOf({ ...before, upTime: 300 });
      }
      return answer();
    };
    const outcome = await poll();
    expect([outcome.snapshot.sysUpTime, outcome.changed, wrong(outcome)]).toEqual([300, true, []]);
  });

  describe('is worth a walk', () => {
    const signs: System = { ...before, boots: 4, lastChange: 700 };
    const after = async (next: System, polls = 1) => {
      agent.rows = rowsOf(signs);
      const poll = start();
      await poll();
      await poll();
      const seen: boolean[] = [];
      for (let i = 0; i < polls; i += 1) {
        agent.rows = rowsOf({ ...next, upTime: next.upTime + i * 6000 });
        const { changed, renumbered } = await poll();
        expect(renumbered).toBe(false);
        seen.push(changed);
      }
      return seen;
    };
    const goesOn: System = { ...signs, upTime: signs.upTime + 12_000 };

    test.each<[string, System, boolean]>([
      ['nothing happened', goesOn, false],
      ['sysUpTime fell', { ...signs, upTime: 4000 }, true],
      ['snmpEngineBoots rose', { ...goesOn, boots: 5 }, true],
      ['ifTableLastChange changed', { ...goesOn, lastChange: 8_650_000 }, true],
      ['a new interface behind the known ones', { ...goesOn, lastChange: 8_650_000, order: [...NAMES, 'new'] }, true],
    ])('%s', async (_name, next, changed) => {
      expect(await after(next)).toEqual([changed]);
    });

    test('after a restart twice, ten minutes apart', async () => {
      const seen = await after({ ...signs, upTime: 4000, boots: 5 }, 22);
      expect(seen.flatMap((changed, i) => (changed ? [i] : []))).toEqual([0, 10]);
    });
  });

  test('signs that the agent does not have are asked for once', async () => {
    const poll = start();
    await poll();
    await poll();
    const asked = () => agent.requests.at(-1)!;
    agent.requests.length = 0;
    await poll('fast');
    expect(
      asked()
        .names.slice(0, 2)
        .map((oid) => oid.join('.'))
    ).toEqual([SYS_UP_TIME, `${IF_MIB.ifName}.1`]);
  });

  test('a poll of the fast ones asks for uplinks alone, and finds them where they are now', async () => {
    const poll = start();
    await poll('fast');
    agent.rows = rowsOf({ ...before, order: turned(5) });
    const outcome = await poll('fast');
    expect([outcome.renumbered, names(outcome), wrong(outcome)]).toEqual([true, ['port1', 'port2'], []]);
    const all = await poll();
    expect([all.renumbered, names(all), wrong(all)]).toEqual([false, NAMES, []]);
  });

  test('an inventory that comes while a poll is under way: the answer is read as it was asked', async () => {
    const poll = start();
    await poll();
    await poll();
    const order = turned(4);
    agent.script = (_request, _from, answer) => {
      poller.setInterfaces(INTERFACES.map((one) => ({ ...one, ifIndex: order.indexOf(one.ifName) + 1 })));
      return answer();
    };
    const during = await poll();
    expect([names(during), wrong(during)]).toEqual([NAMES, []]);
    agent.rows = rowsOf({ ...before, order });
    const after = await poll();
    expect([after.renumbered, names(after), wrong(after)]).toEqual([false, NAMES, []]);
  });

  test('a restart that a fast poll notices holds for the other interfaces too', async () => {
    const poll = start();
    await poll();
    await poll();
    // More than a gigabit line carries in two minutes: these counters do not go on from where they were.
    agent.rows = rowsOf({ ...before, upTime: 500 }).map(([oid, tag, value]): Row =>
      oid.startsWith(IF_MIB.ifHCInOctets) ? [oid, tag, Number(value) + 1e12] : [oid, tag, value]
    );
    const fast = await poll('fast');
    const all = await poll();
    expect(fast.snapshot).toMatchObject({ scope: 'fast', discontinuities: 2 });
    expect(all.snapshot).toMatchObject({ scope: 'all', discontinuities: 10 });
    expect(all.snapshot.interfaces.map((one) => [one.operStatus, one.inOctets])).toEqual(
      NAMES.map(() => [1, undefined])
    );
  });

  test('64-bit counters that come late, after 32-bit ones were taken, are found within ten minutes and follow a gap', async () => {
    agent.rows = rowsOf({ ...before, wide: false });
    const poll = start();
    const bits: (number | undefined)[] = [];
    for (let minute = 1; minute <= 24; minute += 1) {
      bits.push((await poll()).snapshot.interfaces[0]!.counterBits);
      agent.rows = rowsOf({ ...before, upTime: before.upTime + minute * 6000 });
    }
    // 32-bit columns are gone from the second poll on: nothing is published until the row is learnt again.
    expect(bits.slice(0, 2)).toEqual([32, undefined]);
    expect(bits.at(-1)).toBe(64);
    expect(bits.filter((one) => one === 32)).toHaveLength(1);
  });
});
