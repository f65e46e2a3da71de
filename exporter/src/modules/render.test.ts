import type { Varbind } from '../snmp/session';
import { OPAQUE_FLOAT } from '../snmp/decode';
import { loadModules } from './load';
import { renderModule } from './render';

const COLUMN = '1.3.9.1';
type Value = readonly [oid: string, type: number, value: Varbind['value']];

const hex = (text: string) => Buffer.from(text, 'hex');
const vb = ([oid, type, value]: Value): Varbind => ({ oid, type, value });
const metrics = (yaml: string) =>
  loadModules([{ name: 't.yml', text: `modules: { m: { metrics: [${yaml}] } }` }]).modules.get('m')!;

/** Samples as lines: name, labels in their order, value, type of a counter. */
function lines(yaml: string, values: readonly Value[]): { lines: string[]; problems: string[] } {
  const { samples, problems } = renderModule(metrics(yaml), values.map(vb));
  return {
    lines: samples.map(({ name, labels, value, type }) => {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}=${text}`);
      return `${name}{${pairs.join(',')}} ${value}${type === 'counter' ? ' counter' : ''}`;
    }),
    problems,
  };
}

const INDEX = 'indexes: [{ labelname: i, type: gauge }]';
const one = (rest: string) => `{ name: m, oid: ${COLUMN}, help: h, ${rest} }`;
const ENUM = 'enum_values: { 1: up, 2: down }';

describe('samples of one value', () => {
  test.each<[string, string, Value[], string[]]>([
    ['a counter', `type: counter, ${INDEX}`, [[`${COLUMN}.7`, 0x41, 5]], ['m{i=7} 5 counter']],
    ['a gauge', `type: gauge, ${INDEX}`, [[`${COLUMN}.7`, 2, -5]], ['m{i=7} -5']],
    ['an instance without index', 'type: gauge', [[`${COLUMN}.0`, 2, 3]], ['m{} 3']],
    [
      'scale, then offset',
      'type: gauge, scale: 0.1, offset: -273.15',
      [[`${COLUMN}.0`, 2, 3]],
      ['m{} -272.84999999999997'],
    ],
    ['a float', 'type: Float', [[`${COLUMN}.0`, OPAQUE_FLOAT, 1.5]], ['m{} 1.5']],
    ['a number where octets came is 0, as in snmp_exporter', 'type: gauge', [[`${COLUMN}.0`, 4, hex('31')]], ['m{} 0']],
    ['text', 'type: DisplayString', [[`${COLUMN}.0`, 4, hex('6767ff')]], ['m{m=gg\ufffd} 1']],
    ['text is scaled too', 'type: DisplayString, scale: 2', [[`${COLUMN}.0`, 4, hex('67')]], ['m{m=g} 2']],
    ['an empty type', 'type: ""', [[`${COLUMN}.0`, 4, hex('01')]], ['m{m=0x01} 1']],
    ['no type', 'display_hint: 1d.', [[`${COLUMN}.0`, 4, hex('0102')]], ['m{m=1.2} 1']],
    ['an OID as text', 'type: OctetString', [[`${COLUMN}.0`, 6, '1.3.6.1']], ['m{m=1.3.6.1} 1']],
    ['a type of indexes', 'type: Integer32', [[`${COLUMN}.0`, 2, 9]], ['m{m=9} 1']],
    [
      'text whose label an index has',
      'type: DisplayString, indexes: [{ labelname: m, type: gauge }]',
      [[`${COLUMN}.7`, 4, hex('67')]],
      ['m{m=7} 1'],
    ],
    ['DateAndTime', 'type: DateAndTime, offset: 1', [[`${COLUMN}.0`, 4, hex('07e40b1401020300')]], ['m{} 1605834124']],
    ['DateAndTime of another length', 'type: DateAndTime', [[`${COLUMN}.0`, 4, hex('07e4')]], []],
    ['DateAndTime that is a number', 'type: DateAndTime', [[`${COLUMN}.0`, 2, 12]], []],
    ['NTPTimeStamp', 'type: NTPTimeStamp', [[`${COLUMN}.0`, 4, hex('83aa7e8000000000')]], ['m{} 0']],
    ['NTPTimeStamp cut short', 'type: NTPTimeStamp', [[`${COLUMN}.0`, 4, hex('83aa7e80')]], []],
    [
      'ParseDateAndTime',
      'type: ParseDateAndTime, datetime_pattern: "%b %d %Y"',
      [[`${COLUMN}.0`, 4, Buffer.from('Jan 02 1970')]],
      ['m{} 86400'],
    ],
    [
      'ParseDateAndTime of another text',
      'type: ParseDateAndTime, datetime_pattern: "%b %d %Y"',
      [[`${COLUMN}.0`, 4, Buffer.from('never')]],
      [],
    ],
    ['EnumAsInfo', `type: EnumAsInfo, scale: 7, ${ENUM}`, [[`${COLUMN}.0`, 2, 2]], ['m_info{m=down} 1']],
    ['EnumAsInfo of an unknown number', `type: EnumAsInfo, ${ENUM}`, [[`${COLUMN}.0`, 2, 3]], ['m_info{m=3} 1']],
    [
      'EnumAsInfo whose label an index has',
      `type: EnumAsInfo, ${ENUM}, indexes: [{ labelname: m, type: gauge }]`,
      [[`${COLUMN}.7`, 2, 2]],
      [],
    ],
    [
      'EnumAsStateSet',
      `type: EnumAsStateSet, scale: 7, ${ENUM}`,
      [[`${COLUMN}.0`, 2, 2]],
      ['m{m=down} 1', 'm{m=up} 0'],
    ],
    [
      'EnumAsStateSet of an unknown number',
      `type: EnumAsStateSet, ${ENUM}`,
      [[`${COLUMN}.0`, 2, 3]],
      ['m{m=3} 1', 'm{m=up} 0', 'm{m=down} 0'],
    ],
    [
      'Bits',
      'type: Bits, enum_values: { 0: a, 1: b, 15: c, 16: d }',
      [[`${COLUMN}.0`, 4, hex('8001')]],
      ['m{m=a} 1', 'm{m=b} 0', 'm{m=c} 1', 'm{m=d} 0'],
    ],
    [
      'extracts',
      'type: DisplayString, scale: 2, regex_extracts: { Temp: [{ regex: "(\\\\d+) F" }, { regex: "(\\\\d+) C" }], "": [{ regex: ".*", value: "7" }], None: [{ regex: x }], Bad: [{ regex: "(.*)" }] }',
      [[`${COLUMN}.0`, 4, Buffer.from('21 C')]],
      ['mTemp{} 42', 'm{} 14'],
    ],
    [
      'extracts of an integer',
      'type: "", regex_extracts: { X: [{ regex: "(.).*" }] }',
      [[`${COLUMN}.0`, 2, 42]],
      ['mX{} 4'],
    ],
    [
      'extracts count for texts alone',
      'type: gauge, regex_extracts: { X: [{ regex: "(.).*" }] }',
      [[`${COLUMN}.0`, 2, 42]],
      ['m{} 42'],
    ],
  ])('%s', (_name, rest, values, expected) => {
    expect(lines(one(rest), values)).toEqual({ lines: expected, problems: [] });
  });

  test.each([
    ['EnumAsInfo', ' (EnumAsInfo)'],
    ['EnumAsStateSet', ' (EnumAsStateSet)'],
    ['gauge', ''],
  ])('the help of %s', (type, suffix) => {
    const { samples } = renderModule(metrics(one(`type: ${type}`)), [vb([`${COLUMN}.0`, 2, 1])]);
    expect(samples.map(({ help }) => help)).toEqual([`h${suffix}`]);
  });

  test.each<[string, string, Value, string]>([
    [
      'Bits that are no octets',
      'type: Bits, enum_values: { 0: a }',
      [`${COLUMN}.0`, 2, 5],
      `metric m (${COLUMN}.0): BITS must be octets, the device sent 5`,
    ],
    [
      'a state whose label an index has',
      `type: EnumAsStateSet, ${ENUM}, indexes: [{ labelname: m, type: gauge }]`,
      [`${COLUMN}.7`, 2, 1],
      `metric m (${COLUMN}): its own label m is already the label of an index or a lookup`,
    ],
    [
      'a bit whose label an index has',
      'type: Bits, enum_values: { 0: a }, indexes: [{ labelname: m, type: gauge }]',
      [`${COLUMN}.7`, 4, hex('80')],
      `metric m (${COLUMN}): its own label m is already the label of an index or a lookup`,
    ],
  ])('%s is a problem and no sample', (_name, rest, value, problem) => {
    expect(lines(one(rest), [value, value])).toEqual({ lines: [], problems: [problem] });
  });

  describe('types that another column tells', () => {
    const typed = (type: string) => `{ name: m, oid: 1.3.9.2, type: ${type}, help: h, ${INDEX} }`;
    test.each<[string, string, number | null, string, string]>([
      ['IPv4', 'InetAddress', 1, '0a000001', '10.0.0.1'],
      [
        'IPv6',
        'InetAddressMissingSize',
        2,
        '20010db8000000000000000000000001',
        '2001:0DB8:0000:0000:0000:0000:0000:0001',
      ],
      ['a number without meaning', 'InetAddress', 16, '6162', '0x6162'],
      ['no such column', 'InetAddress', null, '0a000001', '0x0A000001'],
      ['a MAC address', 'LldpPortId', 3, '02005e100001', '02:00:5E:10:00:01'],
      ['a name', 'LldpPortId', 5, '65746831', 'eth1'],
    ])('%s', (_name, type, kind, octets, text) => {
      const sibling: Value[] = kind === null ? [] : [['1.3.9.1.4', 2, kind]];
      const values: Value[] = [...sibling, ['1.3.9.2.4', 4, hex(octets)]];
      expect(lines(typed(type), values).lines).toEqual([`m{i=4,m=${text}} 1`]);
    });
  });
});

describe('labels', () => {
  const lookup = (rest: string) => `{ ${rest} }`;
  const row = (indexes: string, ...lookups: string[]) =>
    one(`type: gauge, indexes: [${indexes}], lookups: [${lookups.join(', ')}]`);
  const gauge = (name: string) => `{ labelname: ${name}, type: gauge }`;
  const NAME: Value = ['1.3.8.1.7', 4, Buffer.from('eth7')];

  test.each<[string, string, string, Value[], string]>([
    ['an index of two', row(`${gauge('a')}, ${gauge('b')}`), '7.8', [], 'a=7,b=8'],
    ['missing arcs are 0, more are left out', row(`${gauge('a')}, ${gauge('b')}`), '7', [], 'a=7,b=0'],
    ['more arcs than objects', row(gauge('a')), '7.8.9', [], 'a=7'],
    [
      'strings behind one another',
      row(
        '{ labelname: a, type: DisplayString }, { labelname: b, type: OctetString, fixed_size: 1 }, { labelname: c, type: DisplayString, implied: on }'
      ),
      '1.65.66.67.68',
      [],
      'a=A,b=0x42,c=CD',
    ],
    [
      'two addresses',
      row('{ labelname: a, type: InetAddress }, { labelname: b, type: InetAddress }'),
      '1.4.10.0.0.1.1.4.10.0.0.2',
      [],
      'a=10.0.0.1,b=10.0.0.2',
    ],
    [
      'a lookup',
      row(gauge('i'), lookup('labels: [i], labelname: n, oid: 1.3.8.1, type: DisplayString')),
      '7',
      [NAME],
      'i=7,n=eth7',
    ],
    [
      'a lookup that finds nothing',
      row(gauge('i'), lookup('labels: [i], labelname: n, oid: 1.3.8.1, type: DisplayString')),
      '8',
      [NAME],
      'i=8,n=',
    ],
    [
      'a lookup over its own index',
      row(gauge('i'), lookup('labels: [i], labelname: i, oid: 1.3.8.1, type: DisplayString')),
      '7',
      [NAME],
      'i=eth7',
    ],
    [
      'a lookup by two',
      row(`${gauge('a')}, ${gauge('b')}`, lookup('labels: [b, a], labelname: n, oid: 1.3.8.2, type: gauge')),
      '7.8',
      [['1.3.8.2.8.7', 2, 3]],
      'a=7,b=8,n=3',
    ],
    [
      'an index that goes, its arcs stay',
      row(
        gauge('i'),
        lookup('labels: [], labelname: i'),
        lookup('labels: [i], labelname: n, oid: 1.3.8.1, type: DisplayString')
      ),
      '7',
      [NAME],
      'n=eth7',
    ],
    [
      'a chain over an integer',
      row(
        gauge('a'),
        lookup('labels: [a], labelname: i, oid: 1.3.8.3, type: gauge'),
        lookup('labels: [i], labelname: n, oid: 1.3.8.1, type: DisplayString')
      ),
      '1',
      [['1.3.8.3.1', 0x42, 7], NAME],
      'a=1,i=7,n=eth7',
    ],
    [
      'a chain over text ends',
      row(
        gauge('i'),
        lookup('labels: [i], labelname: n, oid: 1.3.8.1, type: DisplayString'),
        lookup('labels: [n], labelname: o, oid: 1.3.8.1, type: DisplayString')
      ),
      '7',
      [NAME],
      'i=7,n=eth7,o=',
    ],
    [
      'a label that nobody made',
      row(gauge('i'), lookup('labels: [nobody], labelname: n, oid: 1.3.8.1, type: gauge')),
      '7',
      [['1.3.8.1.0', 2, 1]],
      'i=7,n=',
    ],
    [
      'an enum',
      row(gauge('i'), lookup('labels: [i], labelname: n, oid: 1.3.8.4, type: EnumAsInfo, enum_values: { 2: two }')),
      '7',
      [['1.3.8.4.7', 2, 2]],
      'i=7,n=two',
    ],
    [
      'an enum without that number',
      row(gauge('i'), lookup('labels: [i], labelname: n, oid: 1.3.8.4, type: EnumAsInfo, enum_values: { 2: two }')),
      '7',
      [['1.3.8.4.7', 2, 3]],
      'i=7,n=3',
    ],
    [
      'a hint',
      row(gauge('i'), lookup('labels: [i], labelname: n, oid: 1.3.8.5, type: OctetString, display_hint: 1d.')),
      '7',
      [['1.3.8.5.7', 4, hex('0102')]],
      'i=7,n=1.2',
    ],
    [
      'an address whose kind is beside it',
      row(gauge('i'), lookup('labels: [i], labelname: n, oid: 1.3.8.6, type: InetAddress')),
      '7',
      [
        ['1.3.8.5.7', 2, 1],
        ['1.3.8.6.7', 4, hex('0a000001')],
      ],
      'i=7,n=10.0.0.1',
    ],
    [
      'an address whose kind is not there reads its own octets',
      row(gauge('i'), lookup('labels: [i], labelname: n, oid: 1.3.8.6, type: InetAddress')),
      '7',
      [['1.3.8.6.7', 4, hex('01040a000001')]],
      'i=7,n=10.0.0.1',
    ],
  ])('%s', (_name, yaml, index, values, labels) => {
    expect(lines(yaml, [...values, [`${COLUMN}.${index}`, 2, 1]]).lines).toEqual([`m{${labels}} 1`]);
  });

  test('rows of one table share their labels, other tables with the same index do not', () => {
    const { samples } = renderModule(
      metrics(
        `{ name: a, oid: 1.3.1, type: gauge, ${INDEX} }, { name: b, oid: 1.3.2, type: gauge, ${INDEX} },
         { name: c, oid: 1.3.3, type: gauge, indexes: [{ labelname: other, type: gauge }] }`
      ),
      (['1.3.1.5', '1.3.2.5', '1.3.3.5'] as const).map((oid) => vb([oid, 2, 1]))
    );
    expect(samples.map(({ labels }) => labels)).toEqual([{ i: '5' }, { i: '5' }, { other: '5' }]);
    expect(samples[0]!.labels).toBe(samples[1]!.labels);
  });
});

describe('which metric a value belongs to', () => {
  const named = (name: string, oid: string) => `{ name: ${name}, oid: ${oid}, type: gauge, ${INDEX} }`;
  test.each<[string, string[], string, string[]]>([
    ['arcs are whole', [named('a', '1.3.1'), named('b', '1.3.10')], '1.3.10.1', ['b{i=1} 1']],
    ['the shallowest wins', [named('deep', '1.3.1.2'), named('a', '1.3.1')], '1.3.1.2.9', ['a{i=2} 1']],
    ['the later of the same OID', [named('a', '1.3.1'), named('b', '1.3.1')], '1.3.1.4', ['b{i=4} 1']],
    ['the OID itself', [named('a', '1.3.1')], '1.3.1', ['a{i=0} 1']],
    ['none', [named('a', '1.3.1')], '1.3.2.1', []],
    ['above all of them', [named('a', '1.3.1.1')], '1.3.1', []],
  ])('%s', (_name, yaml, oid, expected) => {
    expect(lines(yaml.join(', '), [[oid, 2, 1]]).lines).toEqual(expected);
  });

  test('values of no metric, in between', () => {
    const yaml = [named('a', '1.3.1.4'), named('b', '1.3.2')].join(', ');
    const values: Value[] = [
      '1.3.1.3.1',
      '1.3.1.3.2',
      '1.3.1.30',
      '1.3.1.4.1',
      '1.3.1.3.3',
      '1.3.2.1',
      '1.4',
      '1.3',
    ].map((oid) => [oid, 2, 1]);
    expect(lines(yaml, values).lines).toEqual(['a{i=1} 1', 'b{i=1} 1']);
  });

  test('columns in any order, and an OID that came twice counts once with its last value', () => {
    const yaml = [named('a', '1.3.1'), named('b', '1.3.2')].join(', ');
    const values: Value[] = ['1.3.1.1', '1.3.2.1', '1.3.1.2', '1.3.1.1'].map((oid, i) => [oid, 2, i]);
    expect(lines(yaml, values).lines).toEqual(['a{i=1} 3', 'b{i=1} 1', 'a{i=2} 2']);
  });
});
