import { createSocket } from 'node:dgram';
import { InterfacePoll } from '../../exporter/src/poll/interfaces';
import { ber, element, oidContent } from '../../exporter/src/snmp/ber';
import { SharedSocketEngine } from '../../exporter/src/snmp/engine';
import { IF_MIB } from '../../exporter/src/snmp/if-mib';
import { walkIfTable } from '../../exporter/src/snmp/if-table';
import type { Interface } from '../../exporter/src/model/interface';
import type { SnmpAuth, SnmpError } from '../../exporter/src/snmp/session';
import { readSystem } from '../../exporter/src/snmp/system';
import { TAG } from '../simulator/ber-reader';
import { encodeResponse, PDU } from '../simulator/message';
import { type Row, scriptedAgent, type ScriptedAgent, varbinds } from './scripted-agent';

const UP_TIME = '1.3.6.1.2.1.1.3.0';
const SECRET = 'sesame-4711';

function ifRows(names: readonly string[], firstIndex = 1, base = 1000): Row[] {
  return names.flatMap((name, i): Row[] => {
    const index = firstIndex + i;
    return [
      [`${IF_MIB.ifDescr}.${index}`, TAG.octetString, name],
      [`${IF_MIB.ifName}.${index}`, TAG.octetString, name],
      [`${IF_MIB.ifAdminStatus}.${index}`, TAG.integer, 1],
      [`${IF_MIB.ifOperStatus}.${index}`, TAG.integer, 1],
      [`${IF_MIB.ifHighSpeed}.${index}`, TAG.gauge32, 100],
      [`${IF_MIB.ifHCInOctets}.${index}`, TAG.counter64, base + name.length],
      [`${IF_MIB.ifHCOutOctets}.${index}`, TAG.counter64, base * 2 + name.length],
    ];
  });
}
const upTime = (ticks: number): Row => [UP_TIME, TAG.timeTicks, ticks];

const known = (names: readonly string[], firstIndex = 1): Interface[] =>
  names.map((ifName, i) => ({
    ifName,
    weakIdentity: false,
    ifIndex: firstIndex + i,
    ifDescr: ifName,
    ifAlias: '',
    ifType: 6,
    interfaceType: 'isp',
    ispProvider: '',
    isCritical: false,
    monitored: true,
    speedOverride: null,
  }));

describe('agents that do not behave', () => {
  let engine: SharedSocketEngine;
  let agent: ScriptedAgent;

  beforeEach(async () => {
    engine = new SharedSocketEngine();
    agent = await scriptedAgent([upTime(5000), ...ifRows(['wan1', 'wan2', 'lan'])]);
  });
  afterEach(async () => {
    await engine.close();
    await agent.close();
    expect(engine.openSessions).toBe(0);
  });

  const open = (over: Partial<{ auth: SnmpAuth; timeoutMs: number; retries: number; port: number }> = {}) =>
    engine.open({
      address: '127.0.0.1',
      port: agent.port,
      auth: { version: 2, community: SECRET },
      timeoutMs: 150,
      retries: 0,
      ...over,
    });
  const failure = (work: Promise<unknown>): Promise<SnmpError> =>
    work.then(
      (value) => Promise.reject(new Error(`it succeeded with ${JSON.stringify(value)}`)),
      (error: SnmpError) => error
    );

  const WAYS: [string, (session: ReturnType<typeof open>) => Promise<unknown>][] = [
    ['get', (session) => session.get([UP_TIME])],
    ['a prepared get', (session) => session.prepare([UP_TIME]).read()],
    ['a walk', (session) => session.columns([IF_MIB.ifName])],
  ];

  describe.each(WAYS)('%s', (_way, ask) => {
    test.each([
      ['silence', () => null, 'timeout', /^no answer from 127\.0\.0\.1:\d+ to 1 request of 150 ms each$/],
      [
        'a well-formed answer cut in half',
        (good: Buffer) => good.subarray(0, good.length >> 1),
        'malformed',
        /no SNMP message$/,
      ],
      [
        'an answer under another community',
        (good: Buffer) => Buffer.from(good.toString('latin1').replace(SECRET, 'sesame-4712'), 'latin1'),
        'malformed',
        /another community/,
      ],
    ] as [string, (good: Buffer) => Buffer | null, string, RegExp][])('%s', async (_name, mangle, reason, message) => {
      agent.script = (_request, _from, answer) => mangle(answer());
      const error = await failure(ask(open()));
      expect([error.name, error.reason]).toEqual(['SnmpError', reason]);
      expect(error.message).toMatch(message);
      expect(JSON.stringify([error, error.message, error.stack, error.cause])).not.toContain('sesame');
    });

    test('garbage that is no SNMP at all fails nothing but the request', async () => {
      agent.script = () => Buffer.from('30ff00deadbeef', 'hex');
      const error = await failure(ask(open()));
      expect(['malformed', 'timeout']).toContain(error.reason);
      agent.script = (_request, _from, answer) => answer();
      await expect(ask(open())).resolves.toBeDefined();
    });

    test('nothing listens', async () => {
      const free = createSocket('udp4');
      await new Promise<void>((resolve) => free.bind(0, '127.0.0.1', resolve));
      const { port } = free.address();
      await new Promise<void>((resolve) => free.close(() => resolve()));
      const error = await failure(ask(open({ port })));
      expect([error.reason, error.message]).toEqual([
        'unreachable',
        `no way to 127.0.0.1:${port}: ECONNREFUSED (nothing listens there, or a router refuses)`,
      ]);
    });

    test('an answer from another port does not count', async () => {
      const stranger = createSocket('udp4');
      agent.script = (_request, from, answer) => {
        stranger.send(answer(), from.port, from.address);
        return null;
      };
      const error = await failure(ask(open()));
      stranger.close();
      expect(error.reason).toBe('timeout');
      expect(engine.counters.unknownSource + engine.counters.late).toBeGreaterThanOrEqual(1);
    });

    test('an answer after the time is counted as late and harms nothing', async () => {
      const late: (() => void)[] = [];
      const socket = open();
      agent.script = (_request, from, answer) => {
        const packet = answer();
        late.push(() => agent.reply(packet, from));
        return null;
      };
      expect((await failure(ask(socket))).reason).toBe('timeout');
      late[0]!();
      agent.script = (_request, _from, answer) => answer();
      await expect(ask(socket)).resolves.toBeDefined();
      expect(engine.counters.late).toBe(1);
    });

    test('closing the session ends what waits', async () => {
      agent.script = () => null;
      const session = open({ timeoutMs: 30_000 });
      const waiting = failure(ask(session));
      session.close();
      expect((await waiting).message).toBe(`the session to 127.0.0.1:${agent.port} was closed before the answer`);
      expect((await failure(ask(session))).reason).toBe('timeout');
    });
  });

  test('tooBig makes requests smaller until they fit, and that is remembered', async () => {
    agent.script = (request, _from, answer) =>
      request.names.length > 3 ? encodeResponse(request, 1, 0, Buffer.alloc(0)) : answer();
    const oids = ['wan1', 'wan2', 'lan'].flatMap((_, i) =>
      [IF_MIB.ifName, IF_MIB.ifAdminStatus, IF_MIB.ifHCInOctets].map((column) => `${column}.${i + 1}`)
    );
    const session = open();
    expect((await session.get(oids)).size).toBe(9);
    agent.requests.length = 0;
    expect((await session.get(oids)).size).toBe(9);
    expect(agent.requests.every((request) => request.names.length <= 3)).toBe(true);
    const prepared = await session.prepare(oids).read();
    expect([...prepared.numbers].filter((value) => !Number.isNaN(value))).toHaveLength(6);
  });

  test('tooBig for a single value is malformed', async () => {
    agent.script = (request) => encodeResponse(request, 1, 0, Buffer.alloc(0));
    const error = await failure(open().get([UP_TIME]));
    expect([error.reason, error.message]).toEqual(['malformed', `127.0.0.1:${agent.port} answered tooBig`]);
  });

  test('silence to large walks makes them smaller', async () => {
    agent.rows = [upTime(1), ...ifRows(Array.from({ length: 40 }, (_, i) => `port${i}`))];
    agent.script = (request, _from, answer) => (request.pdu === PDU.getBulk && request.second > 3 ? null : answer());
    const session = open();
    await session.get([UP_TIME]);
    const rows = await session.columns([IF_MIB.ifName, IF_MIB.ifDescr]);
    expect([rows.get(IF_MIB.ifName)?.size, rows.get(IF_MIB.ifDescr)?.size]).toEqual([40, 40]);
    agent.requests.length = 0;
    await walkIfTable(session);
    expect(Math.max(...agent.requests.map((request) => request.second))).toBeLessThanOrEqual(3);
  });

  test('genErr for one column leaves the others', async () => {
    agent.script = (request, _from, answer) => {
      const at = request.names.findIndex((name) => name.join('.').startsWith(IF_MIB.ifAlias));
      return at >= 0 ? encodeResponse(request, 5, at + 1, request.varbinds) : answer();
    };
    const rows = await open().columns([IF_MIB.ifName, IF_MIB.ifAlias, IF_MIB.ifHCInOctets]);
    expect([...rows].map(([, cells]) => cells.size)).toEqual([3, 0, 3]);
  });

  test('an empty answer is no end of a table', async () => {
    agent.script = (request, _from, answer) =>
      request.second > 2 || request.names.length > 1 ? encodeResponse(request, 0, 0, Buffer.alloc(0)) : answer();
    const rows = await open().columns([IF_MIB.ifName, IF_MIB.ifDescr]);
    expect([...rows].map(([, cells]) => cells.size)).toEqual([3, 3]);
    agent.script = (request) => encodeResponse(request, 0, 0, Buffer.alloc(0));
    const error = await failure(walkIfTable(open()));
    expect([error.reason, error.message]).toEqual([
      'malformed',
      `127.0.0.1:${agent.port} answered a walk of ${IF_MIB.ifDescr} with nothing`,
    ]);
  });

  test('an error status for everything is an error', async () => {
    agent.script = (request) => encodeResponse(request, 16, 1, request.varbinds);
    const error = await failure(open().columns([IF_MIB.ifName]));
    expect([error.reason, error.message]).toEqual([
      'auth',
      `127.0.0.1:${agent.port} answered authorizationError for ${IF_MIB.ifName}`,
    ]);
  });

  test('version 1: what is not there is absent, the rest is answered', async () => {
    const session = open({ auth: { version: 1, community: SECRET } });
    const values = await session.get([UP_TIME, '1.3.6.1.9.9', `${IF_MIB.ifAdminStatus}.1`]);
    expect([...values.keys()]).toEqual([UP_TIME, `${IF_MIB.ifAdminStatus}.1`]);
    const rows = await session.columns([IF_MIB.ifName, '1.3.6.1.9', IF_MIB.ifOperStatus]);
    expect([...rows].map(([, cells]) => cells.size)).toEqual([3, 0, 3]);
  });

  test('an agent whose table goes in circles is walked to its end once', async () => {
    agent.script = (request) =>
      encodeResponse(
        request,
        0,
        0,
        varbinds(
          Array.from({ length: request.second }, (_, i): Row => [
            `${IF_MIB.ifName}.${(i % 4) + 1}`,
            TAG.octetString,
            'x',
          ])
        )
      );
    expect((await open().columns([IF_MIB.ifName])).get(IF_MIB.ifName)?.size).toBe(4);
  });

  test('no system group is no_such_object', async () => {
    agent.rows = ifRows(['wan1']);
    const error = await failure(readSystem(open()));
    expect([error.reason, error.message]).toEqual([
      'no_such_object',
      'the agent answers but has no system group (1.3.6.1.2.1.1): its view must include it',
    ]);
  });

  test("two sessions to one agent do not take each other's answers", async () => {
    const [one, two] = [open(), open()];
    const [a, b] = await Promise.all([one.get([UP_TIME]), two.columns([IF_MIB.ifName])]);
    expect([a.get(UP_TIME)?.value, b.get(IF_MIB.ifName)?.size]).toEqual([5000, 3]);
  });

  describe('polls of interfaces', () => {
    const octets = (outcome: Awaited<ReturnType<InterfacePoll['poll']>>) =>
      Object.fromEntries(outcome.snapshot.interfaces.map((one) => [one.ifName, one.inOctets]));

    /** A clock that the test turns on: unix ms. */
    let clock = 0;
    const now = () => clock;
    beforeEach(() => {
      clock = 1_700_000_000_000;
    });

    test('renumbering: values stay with the names, in the same poll', async () => {
      const poll = new InterfacePoll(known(['wan1', 'wan2', 'lan']), now);
      const session = open();
      await poll.poll(session);
      clock += 60_000;
      agent.rows = [upTime(9000), ...ifRows(['lan', 'extra9', 'wan2', 'wan1'], 1, 50_000)];
      const outcome = await poll.poll(session);
      expect(outcome.renumbered).toBe(true);
      expect(octets(outcome)).toEqual({ wan1: 50_004, wan2: 50_004, lan: 50_003 });
      expect((await poll.poll(session)).renumbered).toBe(false);
    });

    test('an inventory that is behind does not undo what the poll found', async () => {
      const poll = new InterfacePoll(known(['wan1', 'wan2'], 20));
      const session = open();
      expect((await poll.poll(session)).renumbered).toBe(true);
      poll.setInterfaces([...known(['wan1', 'wan2'], 20), ...known(['lan'], 3)]);
      const outcome = await poll.poll(session);
      expect([outcome.renumbered, octets(outcome)]).toEqual([false, { wan1: 1004, wan2: 1004, lan: 1003 }]);
    });

    test('an interface that went is absent, looked for now and then, and comes back under its name', async () => {
      const poll = new InterfacePoll(known(['wan1', 'wan2']), now);
      const session = open();
      agent.rows = [upTime(1_000_000), ...ifRows(['wan1'])];
      expect(octets(await poll.poll(session))).toEqual({ wan1: 1004 });
      agent.requests.length = 0;
      await poll.poll(session);
      expect(agent.requests.every((request) => request.pdu === PDU.get)).toBe(true);
      agent.rows = [upTime(1_000_200), ...ifRows(['wan1', 'other', 'wan2'])];
      const seen: string[][] = [];
      for (let minute = 1; minute <= 12; minute += 1) {
        clock += 60_000;
        seen.push(Object.keys(octets(await poll.poll(session))));
      }
      // Ten minutes after it was looked for in vain.
      expect(seen.map((names) => names.length)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2]);
      expect(seen.at(-1)).toEqual(['wan1', 'wan2']);
    });

    test('a restart asks for all counters again', async () => {
      const poll = new InterfacePoll(known(['wan1']));
      const session = open();
      await poll.poll(session);
      await poll.poll(session);
      const before = agent.requests.at(-1)!.names.length;
      agent.rows = [upTime(10), ...ifRows(['wan1'], 1, 0)];
      await poll.poll(session);
      await poll.poll(session);
      expect(agent.requests.at(-1)!.names.length).toBeGreaterThan(before);
    });

    test('an agent silent to large requests is polled with small ones from then on', async () => {
      agent.script = (request, _from, answer) => (request.names.length > 10 ? null : answer());
      const poll = new InterfacePoll(known(['wan1', 'wan2', 'lan']));
      const session = open();
      expect(octets(await poll.poll(session))).toEqual({ wan1: 1004, wan2: 1004, lan: 1003 });
      agent.requests.length = 0;
      await poll.poll(session);
      expect(agent.requests.every((request) => request.names.length <= 10)).toBe(true);
    });

    test('counters that an agent sends as text are read, and counted', async () => {
      agent.rows = agent.rows.map(([oid, tag, value]): Row =>
        oid.startsWith(IF_MIB.ifHCInOctets) ? [oid, TAG.octetString, String(value)] : [oid, tag, value]
      );
      const outcome = await new InterfacePoll(known(['wan1', 'wan2', 'lan'])).poll(open());
      expect([octets(outcome), outcome.snapshot.fromOctets]).toEqual([{ wan1: 1004, wan2: 1004, lan: 1003 }, 3]);
    });

    test('an agent without any of it', async () => {
      agent.rows = [['1.3.6.1.2.1.1.5.0', TAG.octetString, 'box']];
      const error = await failure(new InterfacePoll(known(['wan1'])).poll(open()));
      expect(error.reason).toBe('no_such_object');
    });
  });

  test.each([
    ['an INTEGER without content', '0200', undefined],
    ['an INTEGER of five octets, unsigned as some agents have it', '020500ffffffff', 4294967295],
    ['an INTEGER above 32 bits', '02057fffffffff', undefined],
    ['an INTEGER far below', '0205ff00000000', undefined],
    ['an INTEGER of nine octets', '020900ffffffffffffffff', undefined],
    ['the least INTEGER', '020480000000', -(2 ** 31)],
    ['a Counter32 without content', '4100', undefined],
    ['a Counter32 without its leading zero', '4104ffffffff', 4294967295],
    ['a Counter32 above 32 bits', '4105ff00000000', undefined],
    ['TimeTicks without content', '4300', undefined],
    ['a Counter64 without content', '4600', undefined],
    ['the largest Counter64', '460900ffffffffffffffff', Number.MAX_SAFE_INTEGER],
    ['a Counter64 without its leading zero', '4608ffffffffffffffff', Number.MAX_SAFE_INTEGER],
    ['a Counter64 above 64 bits', '460901ffffffffffffffff', undefined],
    ['a Counter64 of ten octets', '460a00ffffffffffffffffff', undefined],
    ['NULL', '0500', undefined],
    ['noSuchObject', '8000', undefined],
    ['noSuchInstance', '8100', undefined],
    ['endOfMibView', '8200', undefined],
  ])('%s means the same to the codec and to the library, and never a made-up number', async (_name, hex, number) => {
    const oid = `${IF_MIB.ifInErrors}.1`;
    const varbind = element(ber.sequence, element(ber.tag.objectId, oidContent(oid)), Buffer.from(hex, 'hex'));
    agent.script = (request) => encodeResponse(request, 0, 0, varbind);
    const either = async (ask: () => Promise<unknown>) =>
      ask().catch((error: SnmpError) => expect(error.reason).toBe('malformed'));
    const plain = await either(async () => (await open().get([oid])).get(oid)?.value);
    const prepared = await either(async () => (await open().prepare([oid]).read()).numbers[0]);
    expect(Number.isNaN(prepared) ? undefined : prepared).toBe(number);
    // What is too long for 32 unsigned bits the library cuts to them, and nobody hears of it.
    expect(hex.startsWith('4105') ? number : plain).toBe(number);
  });

  test('the response of the scripted agent is what the codec and the library both read', async () => {
    const session = open();
    const oids = [UP_TIME, `${IF_MIB.ifHCInOctets}.1`, `${IF_MIB.ifName}.1`, '1.3.6.1.9.9.9'];
    const [prepared, plain] = [await session.prepare(oids).read(), await session.get(oids)];
    expect([...prepared.numbers]).toEqual([5000, 1004, Number.NaN, Number.NaN]);
    expect(prepared.octets[2]).toEqual(plain.get(`${IF_MIB.ifName}.1`)?.value);
    expect(plain.get(`${IF_MIB.ifHCInOctets}.1`)?.value).toBe(1004);
  });
});
