import type { Sample } from '../model/sample';
import { normalise } from './normalise';
import type { DeviceProfile, NormalisedValues, SensorSource, Source, Summand } from './profile';

const source = (metric: string, more: Partial<Source> = {}): Source => ({
  metric,
  where: new Map(),
  unless: new Map(),
  absent: [],
  status: null,
  times: null,
  scaled: null,
  scale: 1,
  remainder: false,
  aggregate: 'mean',
  ...more,
});
const summand = (metric: string, more: Partial<Summand> = {}): Summand => ({
  ...source(metric, { aggregate: 'sum' }),
  subtract: false,
  optional: false,
  ...more,
});
const sensor = (metric: string, more: Partial<SensorSource> = {}): SensorSource => ({
  ...source(metric),
  names: ['name'],
  sensor: null,
  id: null,
  ...more,
});
const memory = (parts: Partial<NormalisedValues['memory'][number]>) => ({ used: [], free: [], total: [], ...parts });

const profile = (values: Partial<NormalisedValues>): DeviceProfile => ({
  name: 'p',
  vendor: '',
  modules: [],
  normalised: { cpu: [], memory: [], temperature: [], uptime: [], ...values },
});

type Row = [name: string, value: number, labels?: Record<string, string>];
const samples = (rows: readonly Row[]) =>
  new Map([
    ['m', rows.map(([name, value, labels = {}]): Sample => ({ name, type: 'gauge', help: '', labels, value }))],
  ]);

const told = (values: Partial<NormalisedValues>, rows: readonly Row[], now = 0) =>
  normalise(profile(values), samples(rows), now).map(({ name, labels, value }) => [name, labels, value]);

const CPU: [string, Source[], Row[], number | undefined][] = [
  [
    'the mean of the rows',
    [source('a')],
    [
      ['a', 10, { i: '1' }],
      ['a', 30, { i: '2' }],
    ],
    20,
  ],
  [
    'the largest',
    [source('a', { aggregate: 'max' })],
    [
      ['a', 10, { i: '1' }],
      ['a', 30, { i: '2' }],
    ],
    30,
  ],
  ['zero, which is a value', [source('a')], [['a', 0]], 0],
  ['the first alternative that gives one', [source('a'), source('b')], [['b', 7]], 7],
  [
    'not what is no percentage',
    [source('a'), source('b')],
    [
      ['a', 101],
      ['b', 7],
    ],
    7,
  ],
  ['not what is below nothing', [source('a')], [['a', -1]], undefined],
  ['not what is no number', [source('a')], [['a', NaN]], undefined],
  ['not what the vendor calls absent', [source('a', { absent: [65535, 0] })], [['a', 0]], undefined],
  [
    'the rows whose label fits',
    [source('a', { where: new Map([['p', /^re/]]) })],
    [
      ['a', 5, { p: 're0' }],
      ['a', 50, { p: 'fpc' }],
    ],
    5,
  ],
  ['no row without the label', [source('a', { where: new Map([['p', /^re/]]) })], [['a', 5]], undefined],
  [
    'not the rows whose label is excluded',
    [source('a', { unless: new Map([['p', /x/]]) })],
    [
      ['a', 5, { p: 'x' }],
      ['a', 9, { p: 'y' }],
    ],
    9,
  ],
  ['the rest of 100', [source('a', { remainder: true })], [['a', 92]], 8],
  [
    'the row whose status is good',
    [source('a', { status: { metric: 's', is: [2], isnt: [] } })],
    [
      ['a', 5, { p: '1' }],
      ['s', 2, { p: '1' }],
      ['a', 50, { p: '2' }],
      ['s', 7, { p: '2' }],
    ],
    5,
  ],
  [
    'no row whose status is not told',
    [source('a', { status: { metric: 's', is: null, isnt: [7] } })],
    [['a', 5, { p: '1' }]],
    undefined,
  ],
  [
    'a status whatever the order of the labels',
    [source('a', { status: { metric: 's', is: [1], isnt: [] } })],
    [
      ['a', 5, { p: '1', q: '2' }],
      ['s', 1, { q: '2', p: '1' }],
    ],
    5,
  ],
];

it.each(CPU)('cpu is %s', (_what, cpu, rows, expected) => {
  expect(told({ cpu }, rows)).toEqual(expected === undefined ? [] : [['device_cpu_percent', {}, expected]]);
});

const two = memory({ used: [summand('used')], free: [summand('free')] });
const MEMORY: [string, NormalisedValues['memory'], Row[], [number, number] | undefined][] = [
  [
    'used and free',
    [two],
    [
      ['used', 3],
      ['free', 7],
    ],
    [3, 10],
  ],
  [
    'used and total',
    [memory({ used: [summand('used')], total: [summand('total')] })],
    [
      ['used', 3],
      ['total', 10],
    ],
    [3, 10],
  ],
  [
    'free and total',
    [memory({ free: [summand('free')], total: [summand('total')] })],
    [
      ['free', 7],
      ['total', 10],
    ],
    [3, 10],
  ],
  [
    'the sum of the rows',
    [two],
    [
      ['used', 1, { i: '1' }],
      ['used', 2, { i: '2' }],
      ['free', 7],
    ],
    [3, 10],
  ],
  [
    'less what is subtracted',
    [memory({ used: [summand('used'), summand('cache', { subtract: true })], total: [summand('total')] })],
    [
      ['used', 9],
      ['cache', 4],
      ['total', 10],
    ],
    [5, 10],
  ],
  [
    'what is there of the optional',
    [memory({ free: [summand('free'), summand('cache', { optional: true })], total: [summand('total')] })],
    [
      ['free', 6],
      ['total', 10],
    ],
    [4, 10],
  ],
  ['nothing, where a part is missing', [two], [['used', 3]], undefined],
  [
    'nothing, where more is used than there is',
    [memory({ used: [summand('used')], total: [summand('total')] })],
    [
      ['used', 11],
      ['total', 10],
    ],
    undefined,
  ],
  [
    'nothing, where the size is zero',
    [two],
    [
      ['used', 0],
      ['free', 0],
    ],
    undefined,
  ],
  [
    'nothing, where the rest is negative',
    [memory({ free: [summand('free')], total: [summand('total')] })],
    [
      ['free', 11],
      ['total', 10],
    ],
    undefined,
  ],
  [
    'the next alternative then',
    [memory({ used: [summand('used')], total: [summand('total')] }), two],
    [
      ['used', 3],
      ['free', 4],
    ],
    [3, 7],
  ],
  [
    'units times their size',
    [memory({ used: [summand('u', { times: 'unit' })], total: [summand('t', { times: 'unit' })] })],
    [
      ['u', 2, { i: '1' }],
      ['t', 5, { i: '1' }],
      ['unit', 1024, { i: '1' }],
    ],
    [2048, 5120],
  ],
  [
    'percent of the size',
    [memory({ used: [summand('p', { times: 't', scale: 0.01 })], total: [summand('t')] })],
    [
      ['p', 7],
      ['t', 1000],
    ],
    [70, 1000],
  ],
  [
    'nothing, where the factor is missing',
    [memory({ used: [summand('u', { times: 'unit' })], free: [summand('free')] })],
    [
      ['u', 2],
      ['free', 4],
    ],
    undefined,
  ],
];

it.each(MEMORY)('memory is %s', (_what, alternatives, rows, expected) => {
  expect(told({ memory: alternatives }, rows)).toEqual(
    expected === undefined
      ? []
      : [
          ['device_memory_used_bytes', {}, expected[0]],
          ['device_memory_total_bytes', {}, expected[1]],
        ]
  );
});

const SCALED = { scaled: { scale: 'scale', precision: 'precision' } };
const reading = (value: number, scale: string, precision: string): Row => ['t', value, { name: 'n', scale, precision }];
const TEMPERATURE: [string, SensorSource[][], Row[], Record<string, number>][] = [
  [
    'each sensor by its name',
    [[sensor('t')]],
    [
      ['t', 20, { name: 'in' }],
      ['t', 30, { name: 'out' }],
    ],
    { in: 20, out: 30 },
  ],
  ['below zero', [[sensor('t')]], [['t', -12.5, { name: 'mast' }]], { mast: -12.5 }],
  [
    'the sensors of all sources of an alternative',
    [[sensor('t'), sensor('u', { sensor: 'cpu' })]],
    [
      ['t', 20, { name: 'in' }],
      ['u', 50],
    ],
    { in: 20, cpu: 50 },
  ],
  [
    'the next alternative where the first is silent',
    [[sensor('t')], [sensor('u', { sensor: 'cpu' })]],
    [['u', 50]],
    { cpu: 50 },
  ],
  [
    'the second name where the first is empty',
    [[sensor('t', { names: ['name', 'descr'] })]],
    [['t', 20, { name: ' ', descr: 'board' }]],
    { board: 20 },
  ],
  ['nothing of a sensor without a name', [[sensor('t')]], [['t', 20, { name: '' }]], {}],
  [
    'nothing beyond what equipment stands',
    [[sensor('t')]],
    [
      ['t', 250, { name: 'a' }],
      ['t', -100, { name: 'b' }],
      ['t', 65535, { name: 'c' }],
    ],
    {},
  ],
  [
    'both of one name, with their ids',
    [[sensor('t', { id: 'i' })]],
    [
      ['t', 20, { name: 'n', i: '7' }],
      ['t', 21, { name: 'n', i: '8' }],
      ['t', 22, { name: 'm', i: '9' }],
    ],
    { 'n #7': 20, 'n #8': 21, m: 22 },
  ],
  ['units(9) with a decimal', [[sensor('t', SCALED)]], [reading(282, '9', '1')], { n: 28.2 }],
  ['milli(8)', [[sensor('t', SCALED)]], [reading(52_394, '8', '0')], { n: 52.394 }],
  ['kilo(10) with a negative precision', [[sensor('t', SCALED)]], [reading(0.002, '10', '-1')], { n: 20 }],
  ['nothing where the scale is not told', [[sensor('t', SCALED)]], [reading(20, '', '0')], {}],
  ['nothing where the precision is no number', [[sensor('t', SCALED)]], [reading(20, '9', 'x')], {}],
];

it.each(TEMPERATURE)('temperature is %s', (_what, temperature, rows, expected) => {
  const found = told({ temperature }, rows);
  expect(found.every(([name]) => name === 'device_temperature_celsius')).toBe(true);
  expect(Object.fromEntries(found.map(([, labels, value]) => [(labels as { sensor: string }).sensor, value]))).toEqual(
    expected
  );
});

const ALL = ['sys_uptime', 'engine_time', 'hr_system_uptime'] as const;
const UPTIME: [string, readonly (typeof ALL)[number][], Row[], number | undefined][] = [
  [
    'the clock that shows most',
    ALL,
    [
      ['snmp_sys_uptime_seconds', 5],
      ['snmp_engine_time_seconds', 60_000_000],
      ['snmp_hr_system_uptime_seconds', 7],
    ],
    60_000_000,
  ],
  ['the only one there is', ALL, [['snmp_sys_uptime_seconds', 5]], 5],
  ['zero right after a start', ALL, [['snmp_sys_uptime_seconds', 0]], 0],
  [
    'not a clock that runs wrong',
    ['sys_uptime'],
    [
      ['snmp_sys_uptime_seconds', 5],
      ['snmp_engine_time_seconds', 9],
    ],
    5,
  ],
  ['not a negative one', ALL, [['snmp_engine_time_seconds', -1]], undefined],
  ['in hundredths', ALL, [['snmp_sys_uptime_seconds', 9251191.540000001]], 9251191.54],
  ['unknown', ALL, [], undefined],
];

it.each(UPTIME)('uptime is %s', (_what, uptime, rows, expected) => {
  expect(told({ uptime }, rows)).toEqual(expected === undefined ? [] : [['device_uptime_seconds', {}, expected]]);
});

const NOW = 1_800_000_000.4;
const date = (seconds: number): Row => ['snmp_hr_system_date_seconds', seconds];
const zone = (known: number): Row => ['snmp_hr_system_date_zone_known', known];
const SKEW: [string, Row[], number | undefined][] = [
  ['nothing for a clock that is right', [date(1_800_000_000), zone(1)], 0],
  ['positive for a clock that is ahead', [date(1_800_000_030), zone(1)], 30],
  ['negative for a clock that is behind', [date(1_799_996_400), zone(1)], -3600],
  ['years for a clock that was never set', [date(3_600), zone(1)], -1_799_996_400],
  ['told without a zone while it is near', [date(1_799_999_990), zone(0)], -10],
  ['unknown without a zone when a zone may be missing', [date(1_800_010_800), zone(0)], undefined],
  ['unknown when it is not known whether there was a zone', [date(1_800_010_800)], undefined],
  ['unknown without a date', [zone(1)], undefined],
];

it.each(SKEW)('clock skew is %s', (_what, rows, expected) => {
  expect(told({}, rows, NOW)).toEqual(expected === undefined ? [] : [['device_clock_skew_seconds', {}, expected]]);
});

it('measures the clock against the time at which the device told it', () => {
  const read = normalise(profile({}), samples([date(1_800_000_000), zone(1)]), NOW + 240, (module) =>
    module === 'clock' ? NOW : NaN
  );
  expect(read.map(({ value }) => value)).toEqual([0]);
});
