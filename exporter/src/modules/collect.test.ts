import { SnmpError, type SnmpSession, type Varbind, type WalkOptions } from '../snmp/session';
import { collectModule } from './collect';
import { loadModules } from './load';

/** An agent in memory that remembers what it was asked. */
function agent(values: Readonly<Record<string, number | string>>, failing: Readonly<Record<string, Error>> = {}) {
  const asked: string[] = [];
  const varbind = ([oid, value]: [string, number | string]): Varbind =>
    typeof value === 'number' ? { oid, type: 2, value } : { oid, type: 4, value: Buffer.from(value) };
  const session = {
    get: async (oids: readonly string[]) => {
      asked.push(`get ${oids.join(' ')}`);
      return new Map(oids.filter((oid) => oid in values).map((oid) => [oid, varbind([oid, values[oid]!])]));
    },
    walk: async (root: string, { maxRepetitions, allowNonIncreasing }: WalkOptions = {}) => {
      asked.push(`walk ${root} ${maxRepetitions}${allowNonIncreasing ? ' unordered' : ''}`);
      if (failing[root]) {
        throw failing[root];
      }
      return Object.entries(values)
        .filter(([oid]) => oid.startsWith(`${root}.`))
        .map(varbind);
    },
  };
  return { asked, session: session as unknown as SnmpSession };
}

const moduleOf = (yaml: string) =>
  loadModules([{ name: 't.yml', text: `modules: { m: { ${yaml} } }` }]).modules.get('m')!;
const oids = (varbinds: readonly Varbind[]) => varbinds.map(({ oid }) => oid);

const TABLE = { '1.3.1.7': 1, '1.3.1.8': 2, '1.3.2.7': 1, '1.3.2.8': 2, '1.3.5.0': 3 };

test('instances first, as many at once as max_repetitions says, then the subtrees', async () => {
  const { session, asked } = agent(TABLE);
  const module = moduleOf('get: [1.3.5.0, 1.3.6.0, 1.3.1.7], walk: [1.3.2, 1.3.1], max_repetitions: 2');
  expect(oids(await collectModule(session, module))).toEqual([
    ...['1.3.5.0', '1.3.1.7'],
    ...['1.3.2.7', '1.3.2.8', '1.3.1.7', '1.3.1.8'],
  ]);
  expect(asked).toEqual(['get 1.3.5.0 1.3.6.0', 'get 1.3.1.7', 'walk 1.3.2 2', 'walk 1.3.1 2']);
});

test('max_repetitions 0 asks instances one by one', async () => {
  const { session, asked } = agent(TABLE);
  await collectModule(session, moduleOf('get: [1.3.5.0, 1.3.6.0], max_repetitions: 0'));
  expect(asked).toEqual(['get 1.3.5.0', 'get 1.3.6.0']);
});

test('agents that may go back', async () => {
  const { session, asked } = agent(TABLE);
  await collectModule(session, moduleOf('walk: [1.3.2], allow_nonincreasing_oids: yes'));
  expect(asked).toEqual(['walk 1.3.2 25 unordered']);
});

describe('filters', () => {
  const STATES = { '1.3.4.7': 1, '1.3.4.8': 2, '1.3.4.9.1': 21, '1.3.3.7': 'Ethernet7', '1.3.3.8': 'Loopback8' };

  test.each([
    [
      'patterns are searched, and the whole row counts',
      'walk: [1.3.1, 1.3.2], filters: [{ oid: 1.3.4, targets: [1.3.1], values: ["1"] }]',
      ['walk 1.3.4 25', 'get 1.3.1.7 1.3.1.9.1', 'walk 1.3.2 25'],
    ],
    [
      'one of several patterns',
      'walk: [1.3.1], filters: [{ oid: 1.3.3, targets: [1.3.1], values: [^Nothing$, "(?i)^loop"] }]',
      ['walk 1.3.3 25', 'get 1.3.1.8'],
    ],
    [
      'two filters on one column keep what both keep',
      `walk: [1.3.1], filters: [{ oid: 1.3.4, targets: [1.3.1, 1.3.2], values: ["."] },
        { oid: 1.3.3, targets: [1.3.1], values: [Eth] }]`,
      ['walk 1.3.4 25', 'walk 1.3.3 25', 'get 1.3.1.7 1.3.2.7 1.3.2.8 1.3.2.9.1'],
    ],
    [
      'instances of a narrowed column are replaced, by whole arcs',
      'get: [1.3.1.7, 1.3.11.7, 1.3.1], filters: [{ oid: 1.3.4, targets: [1.3.1], values: ["^2$"] }]',
      ['walk 1.3.4 25', 'get 1.3.11.7 1.3.1.8'],
    ],
    ['nothing is left', 'walk: [1.3.1], filters: [{ oid: 1.3.4, targets: [1.3.1], values: [x] }]', ['walk 1.3.4 25']],
    [
      'a column that is a single value narrows to no row',
      'walk: [1.3.1], filters: [{ oid: 1.3.4.7, targets: [1.3.1], values: ["1"] }]',
      ['walk 1.3.4.7 25'],
    ],
  ])('%s', async (_name, yaml, expected) => {
    const { session, asked } = agent({ ...TABLE, ...STATES });
    await collectModule(session, moduleOf(yaml));
    expect(asked).toEqual(expected);
  });

  test('what filters read is no result of the module', async () => {
    const { session } = agent({ ...TABLE, ...STATES });
    const module = moduleOf('walk: [1.3.1], filters: [{ oid: 1.3.3, targets: [1.3.1], values: [Eth] }]');
    expect(oids(await collectModule(session, module))).toEqual(['1.3.1.7']);
  });

  test('a filter that cannot be read is left out and told', async () => {
    const problems: string[] = [];
    const { session } = agent(TABLE, { '1.3.4': new SnmpError('malformed', 'OID not increasing') });
    const module = moduleOf('walk: [1.3.1], filters: [{ oid: 1.3.4, targets: [1.3.1], values: [x] }]');
    const found = await collectModule(session, module, (message) => problems.push(message));
    expect(oids(found)).toEqual(['1.3.1.7', '1.3.1.8']);
    expect(problems).toEqual(['module m: the filter on 1.3.4 is left out: OID not increasing']);
  });

  test('a mistake of ours is no trouble of the device', async () => {
    const { session } = agent(TABLE, { '1.3.4': new TypeError('oops') });
    const module = moduleOf('filters: [{ oid: 1.3.4, targets: [1.3.1], values: [x] }]');
    await expect(collectModule(session, module)).rejects.toThrow(TypeError);
  });
});

test('a walk that fails fails the module', async () => {
  const { session } = agent(TABLE, { '1.3.2': new SnmpError('timeout', 'no answer') });
  await expect(collectModule(session, moduleOf('walk: [1.3.1, 1.3.2]'))).rejects.toThrow('no answer');
});
