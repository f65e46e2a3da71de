import { SharedSocketEngine } from '../../exporter/src/snmp/engine';
import { IF_MIB } from '../../exporter/src/snmp/if-mib';
import { walkIfTable } from '../../exporter/src/snmp/if-table';
import type { SnmpAuth, SnmpError, SnmpSession } from '../../exporter/src/snmp/session';
import { readScoped } from '../../exporter/src/snmp/v3/message';
import { securityAt } from '../../exporter/src/snmp/v3/security';
import { TAG } from '../simulator/ber-reader';
import { encodeResponse, PDU, type Request } from '../simulator/message';
import { type Row, type Script, scriptedAgent, type ScriptedAgent } from './scripted-agent';
import { scriptedV3Agent, USM, type V3Request } from './scripted-v3-agent';

const DAY = 86_400_000;
const SYS_NAME = '1.3.6.1.2.1.1.5.0';
const PORTS = 12;
const ROWS: Row[] = [
  [SYS_NAME, TAG.octetString, 'ups'],
  ...Array.from({ length: PORTS }, (_, i): Row[] => [
    [`${IF_MIB.ifDescr}.${i + 1}`, TAG.octetString, `port${i + 1}`],
    [`${IF_MIB.ifType}.${i + 1}`, TAG.integer, 6],
    [`${IF_MIB.ifName}.${i + 1}`, TAG.octetString, `p${i + 1}`],
  ]).flat(),
];

const NOTHING = Buffer.alloc(0);
const isBulk = ({ pdu }: Request) => pdu === PDU.getBulk;
const bulkOnly =
  (answer: (request: Request) => Buffer | null): Script =>
  (request, _from, good) =>
    isBulk(request) ? answer(request) : good();

const SILENT = bulkOnly(() => null);
const GEN_ERR = bulkOnly((request) => encodeResponse(request, 5, 0, request.varbinds));
const GEN_ERR_AT_FIRST = bulkOnly((request) => encodeResponse(request, 5, 1, request.varbinds));
const EMPTY = bulkOnly((request) => encodeResponse(request, 0, 0, NOTHING));
const TOO_BIG = bulkOnly((request) => encodeResponse(request, 1, 0, NOTHING));
const CUT_SHORT: Script = (request, _from, good) => (isBulk(request) ? good().subarray(0, 30) : good());

describe('agents without GETBULK', () => {
  let now: number;
  let engine: SharedSocketEngine;
  let agent: ScriptedAgent;

  beforeEach(async () => {
    now = 1;
    engine = new SharedSocketEngine({ clock: () => now });
    agent = await scriptedAgent(ROWS);
  });
  afterEach(async () => {
    // "hangs on max-repetitions 0": some agents do.
    expect(agent.requests.filter((request) => isBulk(request) && request.second < 1)).toEqual([]);
    await engine.close();
    await agent.close();
  });

  const open = (over: { timeoutMs?: number; retries?: number } = {}): SnmpSession =>
    engine.open({
      address: '127.0.0.1',
      port: agent.port,
      auth: { version: 2, community: 'public' },
      timeoutMs: 250,
      retries: 1,
      ...over,
    });
  /** GETBULKs and GETNEXTs since the last look. */
  const asked = (): [bulk: number, next: number] => {
    const requests = agent.requests.splice(0);
    return [requests.filter(isBulk).length, requests.filter(({ pdu }) => pdu === PDU.getNext).length];
  };
  const names = async (session: SnmpSession) => (await walkIfTable(session)).map((row) => row.ifName);
  const all = Array.from({ length: PORTS }, (_, i) => `p${i + 1}`);

  describe.each([
    ['silence', SILENT, 3, 400],
    ['genErr', GEN_ERR, 3, 5000],
    ['genErr for the first variable', GEN_ERR_AT_FIRST, 3, 5000],
    ['no variables', EMPTY, 3, 5000],
    ['an answer cut short', CUT_SHORT, 3, 5000],
    // Halved from 5 to 1 at first, for many answer GETBULK and have only little room.
    ['tooBig', TOO_BIG, 5, 5000],
  ] as const)('that answer it with %s', (_name, script, wasted, timeoutMs) => {
    beforeEach(() => {
      agent.script = script;
    });
    const session = () => open({ timeoutMs });

    test('the interfaces are all there, at the cost of few requests, and the next walk wastes none', async () => {
      const first = session();
      await first.get([SYS_NAME]);
      expect(await names(first)).toEqual(all);
      expect(asked()[0]).toBe(wasted);
      expect(engine.agentsWithoutBulk).toBe(1);
      first.close();
      expect(await names(session())).toEqual(all);
      // Twelve rows and one behind them in ifTable and in ifXTable.
      expect(asked()).toEqual([0, 2 * (PORTS + 1)]);
    });

    test('a walk of a subtree, with nothing asked before it', async () => {
      expect(await session().walk('1.3.6.1.2.1.31')).toHaveLength(PORTS);
      expect(asked()[0]).toBeLessThanOrEqual(wasted + 1);
      expect(await session().walk('1.3.6.1.2.1.31', { maxRepetitions: 25 })).toHaveLength(PORTS);
      expect(asked()).toEqual([0, PORTS + 1]);
      expect(engine.counters.cutWalks).toEqual({ error_status: 0, loop: 0, order: 0, cap: 0 });
    });
  });

  test('a day later GETBULK is tried with one request, and used again when it is answered', async () => {
    agent.script = SILENT;
    const session = open();
    await names(session);
    asked();
    now += DAY;
    expect(engine.agentsWithoutBulk).toBe(0);
    await names(session);
    expect(asked()[0]).toBe(1);
    await names(session);
    expect(asked()[0]).toBe(0);
    now += DAY;
    agent.script = (_request, _from, good) => good();
    expect(await names(session)).toEqual(all);
    const [bulk, next] = asked();
    expect([bulk > 0, next]).toEqual([true, 0]);
    expect(engine.agentsWithoutBulk).toBe(0);
  });

  test('answered up to max-repetitions 5 only: GETBULK stays, in that size', async () => {
    agent.script = (request, _from, good) => (isBulk(request) && request.second > 5 ? null : good());
    const session = open();
    expect(await session.walk('1.3.6.1.2.1.31')).toHaveLength(PORTS);
    expect(agent.requests.filter(isBulk).map((request) => request.second)).toEqual([10, 1, 5, 5, 5]);
    agent.requests.length = 0;
    await open().walk('1.3.6.1.2.1.31');
    expect(agent.requests.map((request) => [isBulk(request), request.second])).toEqual([
      [true, 5],
      [true, 5],
      [true, 5],
    ]);
    expect(engine.agentsWithoutBulk).toBe(0);
  });

  test('requests with several variables ignored: column by column, by GETBULK', async () => {
    agent.script = (request, _from, good) => (request.names.length > 1 ? null : good());
    const session = open();
    await session.get([SYS_NAME]);
    expect(await names(session)).toEqual(all);
    const wasted = () => agent.requests.splice(0).filter((request) => request.names.length > 1).length;
    // One GETBULK, and a GETNEXT with its second attempt.
    expect(wasted()).toBe(3);
    expect(await names(open())).toEqual(all);
    expect(wasted()).toBe(0);
    expect(engine.agentsWithoutBulk).toBe(0);
  });

  test('neither GETBULK nor several variables', async () => {
    agent.script = (request, _from, good) => (isBulk(request) || request.names.length > 1 ? null : good());
    const session = open();
    await session.get([SYS_NAME]);
    expect(await names(session)).toEqual(all);
    expect(asked()[0]).toBe(4);
    expect(await names(session)).toEqual(all);
    expect(asked()[0]).toBe(0);
    expect(engine.agentsWithoutBulk).toBe(1);
  });

  test('version 1: requests with several variables ignored', async () => {
    agent.script = (request, _from, good) => (request.names.length > 1 ? null : good());
    const session = engine.open({
      address: '127.0.0.1',
      port: agent.port,
      auth: { version: 1, community: 'public' },
      timeoutMs: 400,
      retries: 0,
    });
    await session.get([SYS_NAME]);
    expect(await names(session)).toEqual(all);
    expect(agent.requests.filter((request) => request.names.length > 1)).toHaveLength(1);
  });

  test('GETBULKs that get lost now and then do not end it', async () => {
    let bulks = 0;
    agent.script = (request, _from, good) => (isBulk(request) && (bulks += 1) % 3 !== 0 ? null : good());
    const session = open({ timeoutMs: 120, retries: 0 });
    for (let i = 0; i < 3; i += 1) {
      expect(await session.walk('1.3.6.1.2.1.31')).toHaveLength(PORTS);
    }
    expect(engine.agentsWithoutBulk).toBe(0);
  });

  test('an agent that is away is asked once more and no oftener', async () => {
    agent.script = () => null;
    const error: SnmpError = await open()
      .walk('1.3.6.1.2.1.31')
      .then(fail, (thrown) => thrown);
    expect([error.reason, error.message]).toEqual([
      'timeout',
      `no answer from 127.0.0.1:${agent.port} to 2 requests of 250 ms each`,
    ]);
    expect(asked()).toEqual([1, 2]);
    agent.script = (_request, _from, good) => good();
    await open().walk('1.3.6.1.2.1.31');
    asked();
    agent.script = () => null;
    await expect(open().walk('1.3.6.1.2.1.31')).rejects.toThrow('no answer');
    // It did answer GETBULK: it is the agent that is away.
    expect(asked()).toEqual([2, 0]);
    expect(engine.agentsWithoutBulk).toBe(0);
  });

  test('an agent that falls silent in the middle of a walk', async () => {
    agent.script = (_request, _from, good) => (agent.requests.length > 1 ? null : good());
    await expect(open().walk('1.3.6.1.2.1.31')).rejects.toThrow('no answer');
    expect(asked()).toEqual([3, 2]);
  });

  test('the deadline ends the search for what the agent answers, and what was learnt stays', async () => {
    for (let i = 0; i < 2; i += 1) {
      const session = open({ timeoutMs: 150 });
      agent.script = (request, _from, good) => {
        if (request.pdu === PDU.getNext) {
          // Right behind the answer the time is over.
          setTimeout(() => session.close(), 20);
        }
        return isBulk(request) ? null : good();
      };
      await expect(session.walk('1.3.6.1.2.1.31')).rejects.toThrow(/closed before the answer/);
    }
    asked();
    agent.script = SILENT;
    expect(await open().walk('1.3.6.1.2.1.31')).toHaveLength(PORTS);
    expect(asked()[0]).toBe(1);
  });

  test('a row that the agent fails at ends its column, and that is counted', async () => {
    agent.script = (request, _from, good) => {
      const at = request.names.findIndex((name) => name.join('.') === `${IF_MIB.ifName}.10`);
      return at < 0 ? good() : encodeResponse(request, 5, at + 1, request.varbinds);
    };
    expect(await open().walk(IF_MIB.ifName)).toHaveLength(10);
    expect(engine.counters.cutWalks).toEqual({ error_status: 1, loop: 0, order: 0, cap: 0 });
    expect((await open().columns([IF_MIB.ifName])).get(IF_MIB.ifName)?.size).toBe(10);
    expect(engine.counters.cutWalks).toEqual({ error_status: 2, loop: 0, order: 0, cap: 0 });
  });

  test('version 1 says noSuchName at its end: nothing is missing', async () => {
    const session = engine.open({
      address: '127.0.0.1',
      port: agent.port,
      auth: { version: 1, community: 'public' },
      timeoutMs: 400,
      retries: 0,
    });
    agent.script = (request, _from, good) =>
      request.names[0]!.join('.') === `${IF_MIB.ifName}.${PORTS}`
        ? encodeResponse(request, 2, 1, request.varbinds)
        : good();
    expect((await session.columns([IF_MIB.ifName])).get(IF_MIB.ifName)?.size).toBe(PORTS);
    expect(engine.counters.cutWalks.error_status).toBe(0);
  });
});

describe('SNMPv3 agents without GETBULK', () => {
  const AUTH: SnmpAuth = {
    version: 3,
    community: '',
    securityLevel: 'authPriv',
    username: 'monitor',
    authProtocol: 'SHA',
    password: 'first-passphrase',
    privProtocol: 'AES',
    privPassword: 'other-passphrase',
  };

  test('the walk is whole, the next one wastes nothing, and silence to GETBULK is not taken for a wrong password', async () => {
    const engine = new SharedSocketEngine();
    const agent = await scriptedV3Agent(AUTH, ROWS);
    const isBulkV3 = ({ message }: V3Request) =>
      readScoped(message, securityAt(AUTH, agent.engine.id).privacy).tag === PDU.getBulk;
    agent.script = (request) =>
      request.discovery ? request.report(USM.engine) : isBulkV3(request) ? null : request.answer();
    const walk = async () => {
      const session = engine.open({ address: '127.0.0.1', port: agent.port, auth: AUTH, timeoutMs: 400, retries: 1 });
      const found = await session.walk('1.3.6.1.2.1.31');
      const requests = agent.requests.splice(0);
      const asked = requests.filter((request) => !request.discovery);
      return [found.length, asked.filter(isBulkV3).length, requests.length - asked.length];
    };
    // Silence begins with discovery again: the engine may be another one.
    expect(await walk()).toEqual([PORTS, 3, 4]);
    expect(engine.agentsWithoutBulk).toBe(1);
    expect(await walk()).toEqual([PORTS, 0, 0]);
    await engine.close();
    await agent.close();
  });
});

function fail(): never {
  throw new Error('it succeeded');
}
