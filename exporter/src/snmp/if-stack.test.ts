import { IF_STACK_STATUS, walkIfStack } from './if-stack';
import { SnmpError, type Varbind } from './session';

const stack = (rows: [index: string, status: number][]) => ({
  columns: async () =>
    new Map([
      [
        IF_STACK_STATUS,
        new Map(rows.map(([index, value]): [string, Varbind] => [index, { oid: index, type: 2, value }])),
      ],
    ]),
});

it.each<[string, [string, number][], object[]]>([
  [
    'a VLAN over a port',
    [
      ['0.7', 1],
      ['7.3', 1],
      ['3.0', 1],
    ],
    [{ higher: 7, lower: 3 }],
  ],
  ['a row that is not in service', [['7.3', 2]], []],
  ['a row about itself', [['7.7', 1]], []],
  [
    'rows that are none',
    [
      ['7', 1],
      ['7.3.1', 1],
      ['', 1],
    ],
    [],
  ],
  ['no table', [], []],
])('reads %s', async (_, rows, layers) => {
  expect(await walkIfStack(stack(rows))).toEqual(layers);
});

it('says nothing of a table that has no end in sight', async () => {
  const rows = Array.from({ length: 5000 }, (_, i): [string, number] => [`${i + 2}.1`, 1]);
  expect(await walkIfStack(stack(rows))).toBeNull();
});

it('says nothing when the walk breaks off, and hides no mistake of ours', async () => {
  const failing = (err: Error) => ({ columns: () => Promise.reject(err) });
  expect(await walkIfStack(failing(new SnmpError('timeout', 'no answer')))).toBeNull();
  await expect(walkIfStack(failing(new TypeError('ours')))).rejects.toThrow('ours');
});
