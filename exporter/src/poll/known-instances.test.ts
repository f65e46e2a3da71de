import { loadModules } from '../modules/load';
import type { SnmpModule } from '../modules/snmp-module';
import { AgentError } from '../snmp/failure';
import { SnmpError, type SnmpSession, type Varbind } from '../snmp/session';
import { SYS_OBJECT_ID } from '../snmp/system';
import { KnownInstances } from './known-instances';

const MINUTE = 60_000;
const EVERY_MS = 5 * MINUTE;

const { modules } = loadModules([
  {
    name: 'test.yml',
    text: `modules:
  fans: { walk: [1.3.9.1] }
  parts: { walk: [1.3.9.2, 1.3.9.1.7] }
  slow: { walk: [1.3.9.4], max_repetitions: 2 }
  chosen: { walk: [1.3.9.3], filters: [{ oid: 1.3.9.3, targets: [1.3.9.3], values: ["1"] }] }
  unordered: { walk: [1.3.9.3], allow_nonincreasing_oids: true }
`,
  },
]);
const [fans, parts, slow, chosen, unordered] = ['fans', 'parts', 'slow', 'chosen', 'unordered'].map((name) =>
  modules.get(name)!
) as [SnmpModule, SnmpModule, SnmpModule, SnmpModule, SnmpModule];

const gauge = (oid: string, value = 7): Varbind => ({ oid, type: 0x42, value });
const FANS = ['1.3.9.1.7', '1.3.9.1.8'].map((oid) => gauge(oid));
const timeout = new SnmpError('timeout', 'no answer');

let now: number;
let requests: (readonly string[])[];
let absent: Set<string>;
let failure: ((oids: readonly string[]) => SnmpError | undefined) | undefined;
let atOnce: number | undefined;
let known: KnownInstances;
let session: SnmpSession;

const newSession = () =>
  ({
    prepare: (prepared: readonly string[]) => ({
      varbinds: async (oids: readonly string[]) => {
        expect(oids).toEqual(prepared);
        requests.push(oids);
        now += 10;
        const failed = failure?.(oids);
        if (failed) {
          throw failed;
        }
        return { varbinds: oids.map((oid) => (absent.has(oid) ? undefined : gauge(oid))), atOnce };
      },
    }),
  }) as unknown as SnmpSession;

beforeEach(() => {
  now = Date.UTC(2026, 0, 1);
  requests = [];
  absent = new Set([SYS_OBJECT_ID]);
  failure = undefined;
  atOnce = undefined;
  session = newSession();
  known = new KnownInstances('gw-1', () => now);
});

const read = async (...asked: SnmpModule[]) => {
  requests = [];
  const { complete } = await known.read(session, asked, EVERY_MS);
  return [...complete].map(([module, { varbinds }]) => [module.name, varbinds.map(({ oid }) => oid)]);
};
/** The first poll finds nothing known and walks. */
const learn = async (module: SnmpModule, varbinds: readonly Varbind[]) => {
  await known.read(session, [module], EVERY_MS);
  known.note(module, varbinds);
};

test('nothing is asked of a module before a walk told what it has, nor of one that has nothing', async () => {
  expect(await read(fans)).toEqual([]);
  known.note(fans, []);
  expect(await read(fans)).toEqual([]);
  expect(requests).toEqual([]);
});

test('all modules go together, in the order of their walks, and what two of them want is asked for once', async () => {
  await learn(fans, FANS);
  await learn(parts, [gauge('1.3.9.2.1'), FANS[0]!]);
  expect(await read(fans, parts)).toEqual([
    ['fans', ['1.3.9.1.7', '1.3.9.1.8']],
    ['parts', ['1.3.9.2.1', '1.3.9.1.7']],
  ]);
  expect(requests).toEqual([[SYS_OBJECT_ID, '1.3.9.1.7', '1.3.9.1.8', '1.3.9.2.1']]);
  expect(await read(parts)).toEqual([['parts', ['1.3.9.2.1', '1.3.9.1.7']]]);
});

test('each module carries the time of the request that completed it', async () => {
  const many = Array.from({ length: 70 }, (_, i) => gauge(`1.3.9.2.${i}`));
  await learn(fans, FANS);
  await learn(parts, many);
  const start = now;
  const { complete } = await known.read(session, [fans, parts], EVERY_MS);
  expect([...complete.values()].map(({ readAt }) => readAt - start)).toEqual([10, 20]);
});

test('answers fit a packet: texts count as long as they were, numbers as long as they may become', async () => {
  const texts = Array.from({ length: 10 }, (_, i) => ({ oid: `1.3.9.2.${i}`, type: 4, value: Buffer.alloc(300) }));
  await learn(parts, texts);
  await read(parts);
  expect(requests.map(({ length }) => length)).toEqual([5, 4, 2]);
});

test('who says that an agent takes little at once is believed', async () => {
  await learn(
    slow,
    [1, 2, 3].map((i) => gauge(`1.3.9.4.${i}`))
  );
  await read(slow);
  expect(requests.map(({ length }) => length)).toEqual([2, 2]);
});

test.each([
  ['filters choose', () => chosen, FANS],
  ['its agents go back', () => unordered, FANS],
  ['it is very large', () => parts, Array.from({ length: 1001 }, (_, i) => gauge(`1.3.9.2.${i}`))],
])('a module is walked when %s', async (_name, module, found) => {
  await learn(module(), found);
  expect(await read(module())).toEqual([]);
});

test('all is walked again two minutes after the first walk, then at every slow interval, and within ten minutes', async () => {
  const walks: number[] = [];
  const start = now;
  for (; now < start + 31 * MINUTE; now += MINUTE - 10) {
    if ((await read(fans)).length === 0) {
      walks.push(Math.round((now - start) / MINUTE));
      known.note(fans, FANS);
      now += 10;
    }
  }
  expect(walks.slice(0, 2)).toEqual([0, expect.any(Number)]);
  expect(walks[1]).toBeLessThanOrEqual(2);
  const gaps = walks.slice(2).map((at, i) => at - walks[i + 1]!);
  expect(gaps.slice(1)).toEqual(gaps.slice(1).map(() => 5));
  expect(gaps[0]).toBeLessThanOrEqual(5);

  const rarely = new KnownInstances('gw-2', () => now);
  let last = now;
  for (const end = now + 60 * MINUTE; now < end; now += MINUTE) {
    if ((await rarely.read(session, [fans], 60 * MINUTE)).complete.size === 0) {
      expect(now - last).toBeLessThanOrEqual(11 * MINUTE);
      last = now;
      rarely.note(fans, FANS);
    }
  }
});

test('a row that is missing makes its module one to walk, and no other', async () => {
  await learn(fans, FANS);
  await learn(parts, [gauge('1.3.9.2.1')]);
  absent.add('1.3.9.1.8');
  expect(await read(fans, parts)).toEqual([['parts', ['1.3.9.2.1']]]);
  known.note(fans, [FANS[0]!, gauge('1.3.9.1.9')]);
  expect(await read(fans)).toEqual([['fans', ['1.3.9.1.7', '1.3.9.1.9']]]);
});

test('an agent whose GETs miss what its walks find is walked for good, until it may be another one', async () => {
  absent.add('1.3.9.1.8');
  await learn(fans, FANS);
  for (let i = 0; i < 3; i += 1) {
    expect([i, await read(fans)]).toEqual([i, []]);
    expect(requests).toHaveLength(1);
    known.note(fans, FANS);
  }
  expect(await read(fans)).toEqual([]);
  expect(requests).toEqual([]);
  known.clear();
  absent.clear();
  await learn(fans, FANS);
  expect(await read(fans)).toHaveLength(1);
});

test('GETs that are too large for the way are made smaller, each time after a walk', async () => {
  const many = Array.from({ length: 40 }, (_, i) => gauge(`1.3.9.2.${i}`));
  failure = (oids) => (oids.length > 10 ? timeout : undefined);
  const sizes: number[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    await learn(parts, many).catch(() => known.failed(timeout));
    await read(parts).catch((error: SnmpError) => known.failed(error));
    sizes.push(requests[0]?.length ?? 0);
  }
  expect(sizes[0]).toBeGreaterThan(sizes.at(-1)!);
  expect(sizes.at(-1)).toBeLessThanOrEqual(10);
  expect(await read(parts)).toHaveLength(1);
});

test('a packet that was lost costs one walk and no more', async () => {
  await learn(fans, FANS);
  await read(fans);
  failure = () => timeout;
  await expect(read(fans)).rejects.toBe(timeout);
  known.failed(timeout);
  failure = undefined;
  expect(await read(fans)).toEqual([]);
  known.note(fans, FANS);
  expect(await read(fans)).toHaveLength(1);
  expect(requests[0]).toHaveLength(3);
});

test('an agent that answers GETs with errors alone is walked for good', async () => {
  const genErr = new AgentError(5, undefined, { address: '192.0.2.1', port: 161 });
  failure = () => genErr;
  for (let turn = 0; turn < 3; turn += 1) {
    await learn(fans, FANS);
    await expect(read(fans)).rejects.toBe(genErr);
    known.failed(genErr);
  }
  await learn(fans, FANS);
  expect(await read(fans)).toEqual([]);
  expect(requests).toEqual([]);
});

test('what an agent answered only in parts is asked for in such parts from then on', async () => {
  await learn(
    parts,
    Array.from({ length: 20 }, (_, i) => gauge(`1.3.9.2.${i}`))
  );
  atOnce = 8;
  expect(await read(parts)).toHaveLength(1);
  atOnce = undefined;
  expect(await read(parts)).toHaveLength(1);
  expect(requests.map(({ length }) => length)).toEqual([8, 8, 5]);
});

test('another session has requests of its own', async () => {
  await learn(fans, FANS);
  await read(fans);
  const prepare = jest.fn(session.prepare.bind(session));
  session = { ...newSession(), prepare } as SnmpSession;
  await read(fans);
  await read(fans);
  expect(prepare).toHaveBeenCalledTimes(1);
});

test('who the device says it is comes with the values', async () => {
  await learn(fans, FANS);
  expect((await known.read(session, [fans], EVERY_MS)).sysObjectID).toBeUndefined();
  const named = {
    prepare: () => ({
      varbinds: async (oids: readonly string[]) => ({
        varbinds: oids.map((oid) => (oid === SYS_OBJECT_ID ? { oid, type: 6, value: '1.3.6.1.4.1.9' } : gauge(oid))),
      }),
    }),
  } as unknown as SnmpSession;
  expect((await known.read(named, [fans], EVERY_MS)).sysObjectID).toBe('1.3.6.1.4.1.9');
});
