import type { IfLayer } from '../snmp/if-stack';
import { interfaceParents } from './interface-parents';

type Row = [ifIndex: number, name: string, parent?: string, ifType?: number];

/** "7 over 3" */
const layers = (text: string): IfLayer[] =>
  text
    .split(', ')
    .filter(Boolean)
    .map((pair) => pair.split(' over ').map(Number))
    .map(([higher, lower]) => ({ higher: higher as number, lower: lower as number }));

it.each<[string, string, Row[]]>([
  [
    'VLANs by their names',
    '',
    [
      [1, 'Gi0/1'],
      [2, 'Gi0/1.100', 'name Gi0/1'],
      [3, 'Gi0/1.100.7', 'name Gi0/1.100'],
      [4, 'ether1'],
      [5, 'ether1.5', 'name ether1'],
      [6, 'ge-0/0/0'],
      [7, 'ge-0/0/0.0', 'name ge-0/0/0'],
      [8, 'Ethernet1/1'],
      [9, 'Ethernet1/1.10', 'name Ethernet1/1'],
    ],
  ],
  [
    'no parents by name',
    '',
    [
      [1, '1'],
      [2, '1.1'],
      [3, '0/1'],
      [4, '0/1.1'],
      [5, 'Vlanif100'],
      [6, 'Vlan100'],
      [7, 'Gi0/9.100'],
      [8, 'Gi0/1.'],
      [9, 'Gi0/1.x'],
    ],
  ],
  [
    'VLANs and members by the stack, whatever the names say',
    '3 over 1, 4 over 5, 5 over 1, 5 over 2, 6 over 5',
    [
      [1, 'xe-0/0/1', 'stack ae0'],
      [2, 'xe-0/0/2', 'stack ae0'],
      [3, 'xe-0/0/2.7', 'stack xe-0/0/1'],
      [4, 'internet', 'stack ae0'],
      [5, 'ae0', undefined, 161],
      [6, 'ae0.0', 'stack ae0'],
    ],
  ],
  [
    'bundles that are no LAG by their type',
    '1 over 2, 1 over 3, 4 over 5, 6 over 7',
    [
      [1, 'Po1', undefined, 53],
      [2, 'Gi0/1', 'stack Po1'],
      [3, 'Gi0/2', 'stack Po1'],
      [4, 'Trk7', undefined, 54],
      [5, '24', 'stack Trk7'],
      [6, 'Port1', 'stack sfp1'],
      [7, 'sfp1'],
    ],
  ],
  [
    'a VLAN over a bundle whose members are listed below it as well',
    '9 over 1, 9 over 2, 9 over 5, 5 over 1, 5 over 2',
    [
      [1, 'p1', 'stack bond0'],
      [2, 'p2', 'stack bond0'],
      [5, 'bond0'],
      [9, 'vlan9', 'stack bond0'],
    ],
  ],
  [
    'none for what lies on several ports, but its name is asked',
    '9 over 1, 9 over 2, 8 over 1, 8 over 2',
    [
      [1, 'p1'],
      [2, 'p2'],
      [9, 'Vlan9'],
      [8, 'p1.8', 'name p1'],
    ],
  ],
  ['nothing of interfaces that are not in ifTable', '9 over 77, 77 over 9', [[9, 'Vlan9']]],
  [
    'no circles',
    '1 over 2, 2 over 3, 3 over 1',
    [
      [1, 'a', 'stack b'],
      [2, 'b', 'stack c'],
      [3, 'c'],
    ],
  ],
])('tells %s', (_, stack, rows) => {
  const named = rows.map(([ifIndex, name, , ifType = 6]) => ({ ifIndex, name, ifType }));
  const parents = interfaceParents(named, layers(stack));
  expect(
    rows.map(([ifIndex, name]) => {
      const { ifName, source } = parents.get(ifIndex)!;
      return [name, `${source} ${ifName}`.trim()];
    })
  ).toEqual(rows.map(([, name, parent = '']) => [name, parent]));
});
