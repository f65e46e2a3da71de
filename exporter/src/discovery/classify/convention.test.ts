import { classifyInterface } from './classify';
import { parseConvention } from './convention';

const none = { name: '', circuit: '', speed: '', note: '' };

it.each([
  [
    'Transit: Cogent {CID-1} [10G] (note)',
    { keyword: 'transit', name: 'Cogent', circuit: 'CID-1', speed: '10G', note: 'note' },
  ],
  [
    'Transit: Cogent SG2 AS174 (3-001628364)[15000Mbit]{30280}',
    { keyword: 'transit', name: 'Cogent SG2 AS174', circuit: '30280', speed: '15000Mbit', note: '3-001628364' },
  ],
  [
    'Cust: Example Customer [10Mbit] (T1 Telco Y CCID129031) {EXAMP0001}',
    {
      keyword: 'cust',
      name: 'Example Customer',
      circuit: 'EXAMP0001',
      speed: '10Mbit',
      note: 'T1 Telco Y CCID129031',
    },
  ],
  ['CORE:agg-sw-04', { ...none, keyword: 'core', name: 'agg-sw-04' }],
  ['*** Peering: DE-CIX ***', { ...none, keyword: 'peering', name: 'DE-CIX ***' }],
  ['Transit:', { ...none, keyword: 'transit' }],
  ['Transit: {} []', { ...none, keyword: 'transit' }],
  ['transit: { never closed', { ...none, keyword: 'transit' }],
  ['IX::xe-1/2/0', undefined],
  ['10.0.0.1:80', undefined],
  ['Transit Cogent', undefined],
  ['', undefined],
])('%s', (text, parts) => {
  expect(parseConvention(text)).toEqual(parts);
});

describe('an alias after the convention', () => {
  const verdict = (ifAlias: string) => classifyInterface({ ifAlias, ifDescr: '', ifName: 'x1', ifType: 6 });
  it.each([
    // Who it is stands before the brackets; others in them only have to do with it.
    ['Transit: Cogent {CID-1} [10G] (note)', 'isp', 'cogent'],
    ['Transit: Smallnet {S-1} (over Silknet fibre)', 'isp', 'unknown'],
    ['Transit: GTT', 'isp', 'gtt'],
    ['Peering: HE [10G]', 'isp', 'hurricane-electric'],
    ['Transit: Our upstream (AS1299)', 'isp', 'arelion'],
    ['Transit: Somebody (AS64500)', 'isp', 'unknown'],
    ['Peering: Facebook PNI', 'isp', 'unknown'],
    ['Cust: Internet Cafe {C-1}', 'access', ''],
    ['Cust: Magti [1G]', 'access', ''],
    ['Core: isp-edge-1', 'trunk', ''],
    ['Server: proxy-wan-1', 'server_link', ''],
    // A colon alone makes no keyword.
    ['wan: STCable (eth1)', 'isp', 'unknown'],
    ['Room: 12', 'other', ''],
  ])('%s', (alias, interfaceType, ispProvider) => {
    expect(verdict(alias)).toMatchObject({ interfaceType, ispProvider });
  });
});
