import { loadModules } from '../modules/load';
import type { DeviceProfile } from '../modules/profile';
import { SnmpError, type SnmpSession, type Varbind } from '../snmp/session';
import { ModulePoll, type ModuleOutcome } from './module-poll';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SYS_UP_TIME = '1.3.6.1.2.1.1.3.0';
const SYS_OBJECT_ID = '1.3.6.1.2.1.1.2.0';

const { modules } = loadModules([
  {
    name: 'test.yml',
    text: `modules:
  fans: { walk: [1.3.9.1], metrics: [{ name: fan_rpm, oid: 1.3.9.1, type: gauge, help: Fan., indexes: [{ labelname: fan, type: gauge }] }] }
  disks: { walk: [1.3.9.2], metrics: [{ name: disk_reads, oid: 1.3.9.2, type: counter, help: Reads., indexes: [{ labelname: disk, type: gauge }] }] }
  cpu: { get: [1.3.9.3.0], metrics: [{ name: cpu, oid: 1.3.9.3, type: gauge, help: CPU. }] }
`,
  },
]);
const profile = (vendor: string, tiers: Record<string, 'standard' | 'slow'>): DeviceProfile => ({
  name: vendor,
  vendor,
  modules: Object.entries(tiers).map(([name, tier]) => ({ module: modules.get(name)!, tier })),
  normalised: { cpu: [], memory: [], temperature: [], uptime: [] },
});
const PROFILES: Record<string, DeviceProfile> = {
  '1.3.6.1.4.1.1': profile('acme', { fans: 'standard', cpu: 'standard', disks: 'slow' }),
  '1.3.6.1.4.1.2': profile('other', { cpu: 'standard' }),
};

/** What the device has, by OID: a number, or what a request for it or a walk into it fails with. */
let has: Record<string, number | string | SnmpError>;
let asked: string[];
let now: number;
let poll: ModulePoll;

const varbind = (oid: string): Varbind => ({
  oid,
  type: typeof has[oid] === 'string' ? 6 : 0x42,
  value: has[oid] as number,
});
function answerTo(oids: readonly string[]): Varbind[] {
  const failure = oids.map((oid) => has[oid]).find((value) => value instanceof SnmpError);
  if (failure instanceof SnmpError) {
    throw failure;
  }
  return oids.filter((oid) => has[oid] !== undefined).map(varbind);
}
const session = {
  get: async (oids: readonly string[]) => {
    asked.push(...oids);
    return new Map(answerTo(oids).map((one) => [one.oid, one]));
  },
  walk: async (root: string) => {
    asked.push(root);
    return answerTo([root, ...Object.keys(has).filter((oid) => oid.startsWith(`${root}.`))]);
  },
  prepare: (prepared: readonly string[]) => ({
    varbinds: async (oids: readonly string[]) => {
      expect(oids).toEqual(prepared);
      asked.push(`get ${oids.join(' ')}`);
      const found = new Map(answerTo(oids).map((one) => [one.oid, one]));
      return { varbinds: oids.map((oid) => found.get(oid)) };
    },
  }),
} as unknown as SnmpSession;
const undisturbed = { signal: new AbortController().signal, isWanted: () => false };

beforeEach(() => {
  now = 1_763_700_000_000;
  asked = [];
  has = {
    [SYS_OBJECT_ID]: '1.3.6.1.4.1.1',
    [SYS_UP_TIME]: 5,
    '1.3.9.1.1': 900,
    '1.3.9.1.2': 950,
    '1.3.9.2.1': 7,
    '1.3.9.3.0': 12,
  };
  poll = new ModulePoll('gw-1', {
    catalogue: { profileFor: ({ sysObjectID }) => PROFILES[sysObjectID]! },
    slowMs: 300_000,
    now: () => now,
  });
});

const run = async (tier: 'standard' | 'slow' = 'standard'): Promise<ModuleOutcome> => {
  asked = [];
  return (await poll.poll(session, tier, undisturbed)) as ModuleOutcome;
};
const values = ({ snapshot }: ModuleOutcome) =>
  snapshot.readings.flatMap(({ samples }) =>
    samples.map(({ name, value, labels }) => [name, value, Object.values(labels)[0] ?? ''])
  );
const timeout = new SnmpError('timeout', 'no answer');

test('each tier asks its own modules, and all that they gave is one snapshot', async () => {
  const outcome = await run();
  expect(values(outcome)).toEqual([
    ['fan_rpm', 900, '1'],
    ['fan_rpm', 950, '2'],
    ['cpu', 12, ''],
  ]);
  expect(outcome.snapshot).toMatchObject({ tier: 'standard', vendor: 'acme', polledAt: now });
  expect([outcome.asked, outcome.errors]).toEqual([2, []]);
  expect(values(await run('slow'))).toEqual([['disk_reads', 7, '1']]);
});

test('who the device is gets asked once a day, and after it may have become another', async () => {
  await run();
  expect(asked).toContain(SYS_OBJECT_ID);
  await run();
  expect(asked).not.toContain(SYS_OBJECT_ID);
  has[SYS_OBJECT_ID] = '1.3.6.1.4.1.2';
  now += 23 * HOUR;
  expect((await run()).snapshot.vendor).toBe('acme');
  now += HOUR;
  expect((await run()).snapshot.vendor).toBe('other');
  has[SYS_OBJECT_ID] = '1.3.6.1.4.1.1';
  poll.forget();
  expect((await run()).snapshot.vendor).toBe('acme');
});

test('a module that the device does not have takes nothing else with it, and is asked once an hour after three times in two minutes', async () => {
  const start = now;
  delete has['1.3.9.1.1'];
  delete has['1.3.9.1.2'];
  for (const minute of [0, 1, 1.5, 2]) {
    now = start + minute * MINUTE;
    expect(values(await run())).toEqual([['cpu', 12, '']]);
    expect(asked).toContain('1.3.9.1');
  }
  now += HOUR - 1;
  await run();
  expect(asked).not.toContain('1.3.9.1');
  has['1.3.9.1.1'] = 900;
  now += 1;
  expect(values(await run())).toEqual([
    ['fan_rpm', 900, '1'],
    ['cpu', 12, ''],
  ]);
  await run();
  expect(asked).toEqual(['get 1.3.6.1.2.1.1.2.0 1.3.9.1.1 1.3.9.3.0']);
});

test('a restart asks for everything at once again', async () => {
  delete has['1.3.9.3.0'];
  await run();
  await run();
  now += 2 * MINUTE;
  await run();
  await run();
  expect(asked).not.toContain('1.3.9.3.0');
  poll.forget();
  await run();
  expect(asked).toContain('1.3.9.3.0');
});

test.each([
  ['malformed', new SnmpError('malformed', 'not in order')],
  ['no_such_object', new SnmpError('no_such_object', 'nothing')],
  ['timeout', timeout],
] as const)('a module that fails with %s is told, while the device answers', async (reason, failure) => {
  has['1.3.9.1'] = failure;
  const outcome = await run();
  expect(values(outcome)).toEqual([['cpu', 12, '']]);
  expect(outcome.errors).toEqual([{ module: 'fans', reason }]);
  expect(outcome.problems).toEqual([`fans: ${failure.message}`]);
});

test('when a module is silent and the device too, the poll fails and no module is blamed', async () => {
  for (let i = 0; i < 5; i += 1) {
    has['1.3.9.1'] = timeout;
    has[SYS_UP_TIME] = i === 0 ? 5 : timeout;
    const attempt = i === 0 ? run() : expect(run()).rejects.toBe(timeout);
    await attempt;
    poll.giveUp();
  }
  delete has['1.3.9.1'];
  has[SYS_UP_TIME] = 5;
  expect(values(await run())).toHaveLength(3);
});

test('refused credentials are the whole device', async () => {
  has['1.3.9.1'] = new SnmpError('auth', 'unknown user');
  await expect(run()).rejects.toThrow('unknown user');
});

test('a device without a system group is said to have none', async () => {
  has = {};
  await expect(run()).rejects.toMatchObject({ reason: 'no_such_object' });
});

test('at the deadline the module that took so long is the one to blame', async () => {
  for (let i = 0; i < 3; i += 1) {
    const abort = new AbortController();
    has['1.3.9.1'] = timeout;
    const walk = async (root: string) => {
      abort.abort();
      return session.walk(root);
    };
    now += 3 * MINUTE;
    await expect(
      poll.poll({ ...session, walk } as SnmpSession, 'standard', { signal: abort.signal, isWanted: () => false })
    ).rejects.toBe(timeout);
    poll.giveUp();
  }
  expect(values(await run())).toEqual([['cpu', 12, '']]);
  expect(asked).not.toContain('1.3.9.1');
});

test('gives way between two modules and goes on where it was', async () => {
  const wanted = { signal: undisturbed.signal, isWanted: () => true };
  expect(await poll.poll(session, 'standard', wanted)).toBe('unfinished');
  expect(asked).toContain('1.3.9.1');
  now += 4000;
  asked = [];
  const outcome = (await poll.poll(session, 'standard', wanted)) as ModuleOutcome;
  expect(asked).toEqual(['1.3.9.3.0']);
  expect(values(outcome)).toHaveLength(3);
  // Counters carry the time at which their own module was answered.
  expect(outcome.snapshot.readings.map(({ polledAt }) => now - polledAt)).toEqual([4000, 0]);
});

test('values that every device has may come from slow modules too, for as long as those are fresh', async () => {
  const source = {
    metric: 'disk_reads',
    where: new Map(),
    unless: new Map(),
    absent: [],
    status: null,
    times: null,
    scaled: null,
    scale: 1,
    remainder: false,
    aggregate: 'max' as const,
  };
  const standing = PROFILES['1.3.6.1.4.1.1']!;
  PROFILES['1.3.6.1.4.1.1'] = { ...standing, normalised: { ...standing.normalised, cpu: [source] } };
  expect((await run()).snapshot.normalised).toEqual([]);
  await run('slow');
  expect((await run()).snapshot.normalised).toMatchObject([{ name: 'device_cpu_percent', value: 7 }]);
  now += 2.5 * 300_000 + 1;
  expect((await run()).snapshot.normalised).toEqual([]);
  PROFILES['1.3.6.1.4.1.1'] = standing;
});

describe('what a walk has found is asked for by GET', () => {
  const KNOWN = [SYS_OBJECT_ID, '1.3.9.1.1', '1.3.9.1.2', '1.3.9.3.0'];
  const ask = `get ${KNOWN.join(' ')}`;

  test('all standard modules in one request, with the same outcome as a walk', async () => {
    const walked = await run();
    expect(await run()).toEqual(walked);
    expect(asked).toEqual([ask]);
    await run('slow');
    await run('slow');
    expect(asked).toEqual(['1.3.9.2']);
  });

  test('a row that is gone is absent at once, and its module is walked for those that came instead', async () => {
    await run();
    delete has['1.3.9.1.1'];
    has['1.3.9.1.3'] = 970;
    expect(values(await run())).toEqual([
      ['fan_rpm', 950, '2'],
      ['fan_rpm', 970, '3'],
      ['cpu', 12, ''],
    ]);
    expect(asked).toEqual([ask, '1.3.9.1']);
    await run();
    expect(asked).toHaveLength(1);
  });

  test('another box at the same address is asked for its own modules with the first poll', async () => {
    await run();
    has[SYS_OBJECT_ID] = '1.3.6.1.4.1.2';
    const { snapshot } = await run();
    expect(snapshot).toMatchObject({ vendor: 'other', readings: [{ module: 'cpu' }] });
  });

  test('a device that falls silent fails the poll, and nothing is learnt from that', async () => {
    await run();
    has['1.3.9.3.0'] = timeout;
    has[SYS_UP_TIME] = timeout;
    await expect(run()).rejects.toBe(timeout);
    has['1.3.9.3.0'] = 12;
    has[SYS_UP_TIME] = 5;
    expect(values(await run())).toHaveLength(3);
    expect(asked).toEqual([ask]);
  });

  test.each([
    ['timeout', timeout],
    ['malformed', new SnmpError('malformed', 'no SNMP message')],
  ])(
    'GETs that fail with %s while the device lives are walks again, which tell whose fault it is',
    async (_, error) => {
      await run();
      has['1.3.9.3.0'] = error;
      const outcome = await run();
      expect(values(outcome)).toEqual([
        ['fan_rpm', 900, '1'],
        ['fan_rpm', 950, '2'],
      ]);
      expect(outcome.errors).toEqual([{ module: 'cpu', reason: error.reason }]);
      expect(outcome.asked).toBe(2);
      has['1.3.9.3.0'] = 12;
      expect(values(await run())).toHaveLength(3);
    }
  );

  test('refused credentials are the whole device', async () => {
    await run();
    has['1.3.9.3.0'] = new SnmpError('auth', 'unknown user');
    await expect(run()).rejects.toThrow('unknown user');
  });

  test('GETs that last until the deadline are walks at the next turn', async () => {
    await run();
    const abort = new AbortController();
    const prepare = () => ({
      varbinds: () => {
        abort.abort();
        return Promise.reject(timeout);
      },
    });
    const stuck = { ...session, prepare } as unknown as SnmpSession;
    await expect(poll.poll(stuck, 'standard', { signal: abort.signal, isWanted: () => false })).rejects.toBe(timeout);
    poll.giveUp();
    expect(values(await run())).toHaveLength(3);
    expect(asked).toEqual(['1.3.9.1', '1.3.9.3.0']);
  });

  test('readings stand in the order of the profile, whichever were walked', async () => {
    await run();
    delete has['1.3.9.1.1'];
    const { snapshot } = await run();
    expect(snapshot.readings.map(({ module }) => module)).toEqual(['fans', 'cpu']);
  });

  test('what was learnt is learnt anew after a restart and once a day', async () => {
    await run();
    poll.forget();
    await run();
    expect(asked).toContain('1.3.9.1');
    now += 24 * HOUR;
    await run();
    expect(asked).toEqual(expect.arrayContaining([SYS_OBJECT_ID, '1.3.9.1', '1.3.9.3.0']));
  });
});
