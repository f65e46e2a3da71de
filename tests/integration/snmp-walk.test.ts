import { SharedSocketEngine } from '../../exporter/src/snmp/engine';
import type { SnmpError, SnmpSession } from '../../exporter/src/snmp/session';
import { TAG } from '../simulator/ber-reader';
import { encodeResponse, PDU } from '../simulator/message';
import { type Row, scriptedAgent, type ScriptedAgent, varbinds } from './scripted-agent';

const TABLE = '1.3.6.1.2.1.2';
const AFTER = '1.3.6.1.2.1.20.1.0';
const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, i): Row => [`${TABLE}.${i + 1}`, TAG.integer, i + 1]);

describe('a walk of a subtree', () => {
  let engine: SharedSocketEngine;
  let agent: ScriptedAgent;

  beforeEach(async () => {
    engine = new SharedSocketEngine();
    agent = await scriptedAgent([...rows(60), [AFTER, TAG.octetString, 'after']]);
  });
  afterEach(async () => {
    await engine.close();
    await agent.close();
  });

  const open = (version: 1 | 2 = 2): SnmpSession =>
    engine.open({
      address: '127.0.0.1',
      port: agent.port,
      auth: { version, community: 'public' },
      timeoutMs: 300,
      retries: 0,
    });
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => Promise.reject(new Error('it succeeded')),
      (error: SnmpError) => error
    );
  const status = (code: number) => {
    agent.script = (request) => encodeResponse(request, code, 1, request.varbinds);
  };

  test.each([1, 2] as const)('version %i: all of it, in order, and nothing behind it', async (version) => {
    const found = await open(version).walk(TABLE);
    expect(found).toEqual(rows(60).map(([oid, type, value]) => ({ oid, type, value })));
    const kind = version === 1 ? PDU.getNext : PDU.getBulk;
    expect(new Set(agent.requests.map((request) => request.pdu))).toEqual(new Set([kind]));
  });

  test('no more rows a packet than it is told to ask for', async () => {
    expect(await open().walk(TABLE, { maxRepetitions: 7 })).toHaveLength(60);
    expect(agent.requests.map((request) => request.second)).toEqual(new Array(9).fill(7));
    agent.requests.length = 0;
    await open().walk(TABLE, { maxRepetitions: 0 });
    expect(agent.requests.length).toBeLessThan(9);
  });

  test.each([1, 2] as const)('version %i: an instance is read itself', async (version) => {
    agent.rows = [...rows(2), [AFTER, TAG.integer, 0]];
    expect(await open(version).walk(`${TABLE}.2`)).toEqual([{ oid: `${TABLE}.2`, type: TAG.integer, value: 2 }]);
  });

  test.each([1, 2] as const)('version %i: behind the last value there is nothing', async (version) => {
    expect(await open(version).walk('1.3.6.1.9')).toEqual([]);
  });

  test.each([
    ['noSuchName', 2],
    ['genErr', 5],
    ['resourceUnavailable', 13],
  ])('%s ends it and keeps what came', async (_name, code) => {
    agent.script = (request, _from, answer) =>
      agent.requests.length > 1 ? encodeResponse(request, code, 1, request.varbinds) : answer();
    expect(await open().walk(TABLE)).toHaveLength(10);
    status(code);
    expect(await open().walk(TABLE)).toEqual([]);
  });

  test('who may see nothing at all is told so', async () => {
    status(16);
    const error = await failure(open().walk(TABLE));
    expect([error.reason, error.message]).toEqual([
      'auth',
      `127.0.0.1:${agent.port} answered authorizationError for ${TABLE}`,
    ]);
  });

  test('tooBig and silence to large answers make them smaller', async () => {
    agent.script = (request, _from, answer) =>
      request.second > 2 ? encodeResponse(request, 1, 0, Buffer.alloc(0)) : answer();
    const session = open();
    expect(await session.walk(TABLE)).toHaveLength(60);
    agent.script = (request, _from, answer) => (request.second > 1 ? null : answer());
    expect(await session.walk(TABLE)).toHaveLength(60);
  });

  test('an agent that goes back fails the walk, unless it may', async () => {
    const loop = (request: { names: readonly (readonly number[])[] }): Row[] =>
      request.names[0]!.join('.') === `${TABLE}.3`
        ? [[`${TABLE}.2`, TAG.integer, 2]]
        : [2, 3].map((i): Row => [`${TABLE}.${i}`, TAG.integer, i]);
    agent.script = (request) => encodeResponse(request, 0, 0, varbinds(loop(request)));
    const error = await failure(open().walk(TABLE));
    expect([error.reason, error.message]).toEqual([
      'malformed',
      `walk of ${TABLE} at 127.0.0.1:${agent.port}: OID not increasing: ${TABLE}.3 >= ${TABLE}.2`,
    ]);
    const found = await open().walk(TABLE, { allowNonIncreasing: true });
    expect(found.map(({ value }) => value)).toEqual([2, 3, 2, 2, 3]);
  });

  test('no answer', async () => {
    agent.script = () => null;
    expect((await failure(open().walk(TABLE))).reason).toBe('timeout');
  });
});
