import type { PollResult } from '../../exporter/src/model/snapshot';
import type { Target } from '../../exporter/src/model/target-list';
import { SnmpPoller } from '../../exporter/src/poll/poller';
import { SharedSocketEngine } from '../../exporter/src/snmp/engine';
import { IF_MIB } from '../../exporter/src/snmp/if-mib';
import { walkIfTable } from '../../exporter/src/snmp/if-table';
import { resolveNames } from '../../exporter/src/snmp/interface-name';
import type { SnmpAuth } from '../../exporter/src/snmp/session';
import { readSystem } from '../../exporter/src/snmp/system';
import { type Agent, snmpdMissing, snmpget, startSnmpd } from './snmp-agents';
import { scriptedAgent } from './scripted-agent';

const missing = snmpdMissing();
if (missing) {
  console.warn(`Debian's snmpd ${missing}`);
}
const whenPresent = missing ? describe.skip : describe;

const V2: SnmpAuth = { version: 2, community: 'localtest' };
whenPresent("Debian's snmpd", () => {
  let agent: Agent;
  let engine: SharedSocketEngine;

  beforeAll(async () => {
    agent = await startSnmpd();
    engine = new SharedSocketEngine();
  });
  afterAll(async () => {
    await engine?.close();
    await agent?.stop();
  });

  const open = (auth: SnmpAuth) =>
    engine.open({ address: '127.0.0.1', port: agent.port, auth, timeoutMs: 2000, retries: 1 });
  test('the system group', async () => {
    const session = open(V2);
    const system = await readSystem(session);
    session.close();
    expect(system).toMatchObject({
      sysName: 'test-agent',
      sysLocation: 'rack 7',
      sysObjectID: '1.3.6.1.4.1.8072.3.2.10',
    });
    expect(system.sysDescr).toMatch(/^Linux /);
  });

  test('polls of every interface lie between two readings of snmpget', async () => {
    const session = open(V2);
    const rows = await walkIfTable(session);
    session.close();
    expect(rows.map((row) => row.ifName)).toContain('lo');
    const names = resolveNames(rows);
    const target: Target = {
      device: {
        id: 'here',
        name: 'here',
        address: 'localhost',
        snmpPort: agent.port,
        site: '',
        region: '',
        type: 'server',
        role: '',
        auth: 'local',
        ping: false,
        enabled: true,
        vendor: '',
        model: '',
        osVersion: '',
        sysName: '',
      },
      interfaces: rows.map((row) => ({
        ifName: names.get(row.ifIndex)!.name,
        weakIdentity: false,
        ifIndex: row.ifIndex,
        ifDescr: row.ifDescr,
        ifAlias: row.ifAlias,
        ifType: row.ifType,
        interfaceType: 'other',
        ispProvider: '',
        isCritical: false,
        monitored: true,
        speedOverride: null,
      })),
    };
    const columns = [
      IF_MIB.ifHCInOctets,
      IF_MIB.ifHCOutOctets,
      IF_MIB.ifHCInUcastPkts,
      IF_MIB.ifAdminStatus,
      IF_MIB.ifOperStatus,
      IF_MIB.ifHighSpeed,
    ];
    const read = () =>
      snmpget(
        agent.port,
        'localtest',
        rows.flatMap((row) => columns.map((column) => `${column}.${row.ifIndex}`))
      );
    const before = await read();
    const polled = new Promise<PollResult>((resolve) => {
      const poller = new SnmpPoller({
        engine,
        auths: { local: V2 },
        intervals: { fastMs: null, standardMs: 1000, slowMs: 1000 },
        timeoutMs: 2000,
        retries: 1,
        concurrency: 10,
        resolve: async () => '127.0.0.1',
        onPoll: (_id, result) => void poller.stop().then(() => resolve(result)),
      });
      poller.setTargets([target]);
    });
    const result = await polled;
    const after = await read();
    expect([result.reason, result.snapshot?.interfaces.length]).toEqual(['ok', rows.length]);
    for (const [i, row] of rows.entries()) {
      const values = result.snapshot!.interfaces[i]!;
      const range = (column: string) =>
        [before, after].map((reading) => Number(reading.get(`${column}.${row.ifIndex}`)));
      for (const [value, column] of [
        [values.inOctets, IF_MIB.ifHCInOctets],
        [values.outOctets, IF_MIB.ifHCOutOctets],
        [values.inUcastPkts, IF_MIB.ifHCInUcastPkts],
      ] as const) {
        expect(value).toBeGreaterThanOrEqual(range(column)[0]!);
        expect(value).toBeLessThanOrEqual(range(column)[1]!);
      }
      expect(values.adminStatus).toBe(range(IF_MIB.ifAdminStatus)[0]);
      expect(values.operStatus).toBe(range(IF_MIB.ifOperStatus)[0]);
      expect(values.speed).toBe(range(IF_MIB.ifHighSpeed)[0] ? range(IF_MIB.ifHighSpeed)[0]! * 1e6 : row.speed);
    }
  });
});

describe('poller', () => {
  const target = (id: string, port: number, over: Partial<Target['device']> = {}): Target => ({
    device: {
      id,
      name: id,
      address: '127.0.0.1',
      snmpPort: port,
      site: '',
      region: '',
      type: 'router',
      role: '',
      auth: 'branch',
      ping: true,
      enabled: true,
      vendor: '',
      model: '',
      osVersion: '',
      sysName: '',
      ...over,
    },
    interfaces: [],
  });

  test('each way to fail is its own reason, and nobody waits for the silent', async () => {
    const good = await scriptedAgent([['1.3.6.1.2.1.1.3.0', 0x43, 77]]);
    const silent = await scriptedAgent([]);
    silent.script = () => null;
    const broken = await scriptedAgent([]);
    broken.script = () => Buffer.from('no snmp here');
    const engine = new SharedSocketEngine();
    const results = new Map<string, PollResult[]>();
    const poller = new SnmpPoller({
      engine,
      auths: { branch: { version: 2, community: 'c' } },
      intervals: { fastMs: null, standardMs: 400, slowMs: 400 },
      timeoutMs: 1000,
      retries: 3,
      concurrency: 2,
      deadlineMs: 300,
      onPoll: (id, result) => results.set(id, [...(results.get(id) ?? []), result]),
    });
    poller.setTargets([
      target('good', good.port),
      target('silent', silent.port),
      target('broken', broken.port),
      target('unknown-auth', good.port, { auth: 'none' }),
      target('no-such-name', good.port, { address: 'no-such-name.invalid' }),
      target('disabled', good.port, { enabled: false }),
      target('ping-only', good.port, { auth: null }),
    ]);
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline && !((results.get('good')?.length ?? 0) >= 4 && results.size === 5)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await poller.stop();
    expect([engine.openSessions, poller.inFlight]).toEqual([0, 0]);
    await engine.close();
    await Promise.all([good.close(), silent.close(), broken.close()]);
    const last = (id: string) => [results.get(id)?.[0]?.reason, results.get(id)?.[0]?.detail];
    expect([...results.keys()].sort()).toEqual(['broken', 'good', 'no-such-name', 'silent', 'unknown-auth']);
    expect(last('good')).toEqual(['ok', '0 interfaces of 127.0.0.1 answered']);
    expect(results.get('good')![0]!.snapshot).toMatchObject({ sysUpTime: 77, interfaces: [] });
    expect(last('silent')).toEqual(['tooslow', '127.0.0.1 did not finish within 0.3 s']);
    expect(last('broken')).toEqual(['malformed', `127.0.0.1:${broken.port} sent an answer that is no SNMP message`]);
    expect(last('unknown-auth')).toEqual([
      'auth',
      'unknown-auth: auth "none" is not configured; configured are branch',
    ]);
    expect(last('no-such-name')[0]).toBe('unreachable');
    expect(last('no-such-name')[1]).toContain('no-such-name.invalid');
  });

  test('new credentials are used from the next poll on', async () => {
    const agent = await scriptedAgent([['1.3.6.1.2.1.1.3.0', 0x43, 77]]);
    agent.script = (request, _from, answer) => (Buffer.from(request.community).toString() === 'new' ? answer() : null);
    const engine = new SharedSocketEngine();
    const reasons: string[] = [];
    const poller = new SnmpPoller({
      engine,
      auths: { branch: { version: 2, community: 'old' } },
      intervals: { fastMs: null, standardMs: 300, slowMs: 300 },
      timeoutMs: 50,
      retries: 0,
      concurrency: 2,
      onPoll: (_id, result) => reasons.push(result.reason),
    });
    poller.setTargets([target('a', agent.port)]);
    const until = async (done: () => boolean) => {
      const deadline = Date.now() + 10_000;
      while (!done() && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await until(() => reasons.length >= 1);
    poller.setAuths({ branch: { version: 2, community: 'new' } });
    await until(() => reasons.at(-1) === 'ok');
    await poller.stop();
    await engine.close();
    await agent.close();
    expect([reasons[0] === 'timeout' || reasons[0] === 'tooslow', reasons.at(-1)]).toEqual([true, 'ok']);
  });
});
