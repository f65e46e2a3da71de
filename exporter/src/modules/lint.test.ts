import { readFileSync } from 'node:fs';
import { ModuleCatalogue } from './catalogue';
import { lintModules } from './lint';
import { shippedModuleFiles } from './shipped';

describe('the shipped modules', () => {
  const catalogue = ModuleCatalogue.shipped();
  const metrics = [...catalogue.modules.values()].flatMap((module) => module.metrics);

  it('have nothing that the lint finds', () => {
    expect(lintModules(shippedModuleFiles())).toEqual([]);
  });

  it('give families under our prefix only, each name once', () => {
    const names = metrics.map(({ name }) => name);
    expect(names.filter((name) => !/^snmp_[a-z][a-z0-9_]*$/.test(name))).toEqual([]);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it('name counters _total and nothing else', () => {
    expect(metrics.filter(({ name, type }) => name.endsWith('_total') !== (type === 'counter'))).toEqual([]);
  });

  it('name each object as the MIB does, with the OID that it has there', () => {
    const oids = new Map(
      readFileSync(`${__dirname}/mib-objects.fixture.tsv`, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\t') as [string, string, string])
        .map(([mib, object, oid]) => [`${mib} ${object}`, oid])
    );
    const told = metrics.map(({ help, oid }) => ({ object: / - (\S+ \S+) [\d.]+$/.exec(help)?.[1] ?? help, oid }));
    const known = told.filter(({ object }) => oids.has(object));
    expect(known.filter(({ object, oid }) => oids.get(object) !== oid)).toEqual([]);
    expect(known.length).toBeGreaterThan(150);
    expect(told.filter(({ object }) => !/^[A-Za-z0-9-]+ [a-zA-Z0-9]+$/.test(object))).toEqual([]);
  });

  it('are all asked by some profile, in one tier of it', () => {
    const profiles = catalogue.profiles();
    const asked = new Set(profiles.flatMap((profile) => profile.modules.map(({ module }) => module.name)));
    expect([...catalogue.modules.keys()].filter((name) => !asked.has(name))).toEqual([]);
    for (const { modules } of profiles) {
      const names = modules.map(({ module }) => module.name);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('walk no table that RouterOS answers slowly: queues, routes, hosts of bridges, clients', () => {
    const slow = ['14988.1.1.2', '14988.1.1.1.2', '14988.1.1.21.4', '14988.1.1.5'].map((arc) => `1.3.6.1.4.1.${arc}`);
    const slower = ['1.3.6.1.2.1.4.21', '1.3.6.1.2.1.4.24', '1.3.6.1.2.1.17'];
    const walks = [...catalogue.modules.values()].flatMap((module) => module.walk);
    expect(walks.filter((root) => [...slow, ...slower].some((arc) => `${root}.`.startsWith(`${arc}.`)))).toEqual([]);
  });

  it('walk columns, never a whole MIB', () => {
    const walks = [...catalogue.modules.values()].flatMap((module) => module.walk);
    const columns = metrics.flatMap(({ oid, lookups }) => [oid, ...lookups.map((lookup) => lookup.oid)]);
    const below = (root: string) => columns.filter((oid) => oid.startsWith(`${root}.`));
    expect(walks.filter((root) => below(root).length > 0)).toEqual([]);
  });
});

const oneModule = (body: string) => `modules:\n  m:\n${body.replace(/^/gm, '    ')}\n`;
const METRIC = 'metrics:\n  - { name: snmp_a, oid: 1.3.1, type: gauge, help: "A - X a 1.3.1" }';

const FINDINGS: [string, string, string[]][] = [
  ['nothing', oneModule(`walk: [1.3]\n${METRIC}`), []],
  ['an instance', oneModule(`get: [1.3.1.0]\n${METRIC}`), []],
  ['a part of a column', oneModule(`walk: [1.3.1.7]\n${METRIC}`), []],
  [
    'a metric that nothing asks for',
    oneModule(`walk: [1.3.11]\n${METRIC}`),
    [
      'error m.yml:5: module m: metric snmp_a: nothing asks for 1.3.1; add it to walk, or an instance of it to get',
      'hint m.yml:3: module m: no metric and no lookup uses the walk of 1.3.11',
    ],
  ],
  [
    'a lookup that nothing asks for',
    oneModule(
      'walk: [1.3.1]\nmetrics:\n  - name: snmp_a\n    oid: 1.3.1\n    type: gauge\n    help: A 1.3.1\n    indexes: [{ labelname: i, type: gauge }]\n    lookups: [{ labels: [i], labelname: n, oid: 1.3.2, type: DisplayString }]'
    ),
    ['error m.yml:10: module m: metric snmp_a: the label n is always empty: nothing asks for 1.3.2; add it to walk'],
  ],
  [
    'labels that must not be',
    oneModule(
      'walk: [1.3.1]\nmetrics:\n  - name: snmp_a\n    oid: 1.3.1\n    type: gauge\n    help: A 1.3.1\n    indexes: [{ labelname: station, type: PhysAddress48 }, { labelname: subscriber_id, type: gauge }, { labelname: device_id, type: gauge }]'
    ),
    [
      'hint m.yml:5: module m: metric snmp_a: the label station makes a series for each address or person; count them instead',
      'hint m.yml:5: module m: metric snmp_a: the label subscriber_id makes a series for each address or person; count them instead',
      'hint m.yml:5: module m: metric snmp_a: the label device_id belongs to the device, so it becomes exported_device_id',
    ],
  ],
  [
    'a label that is deleted again',
    oneModule(
      'walk: [1.3.1]\nmetrics:\n  - name: snmp_a\n    oid: 1.3.1\n    type: gauge\n    help: A 1.3.1\n    indexes: [{ labelname: mac, type: PhysAddress48 }]\n    lookups: [{ labels: [], labelname: mac }]'
    ),
    [],
  ],
  [
    'help without the OID',
    oneModule('walk: [1.3.1]\nmetrics:\n  - { name: snmp_a, oid: 1.3.1, type: gauge, help: A 1.3.11 }'),
    ['hint m.yml:5: module m: metric snmp_a: its help does not name the object and its OID 1.3.1'],
  ],
  [
    'a metric in the shadow of another, and one that another replaces',
    oneModule(
      'walk: [1.3]\nmetrics:\n  - { name: snmp_a, oid: 1.3.1, type: gauge, help: A 1.3.1 }\n  - { name: snmp_b, oid: 1.3.1.4, type: gauge, help: B 1.3.1.4 }\n  - { name: snmp_c, oid: 1.3.2, type: gauge, help: C 1.3.2 }\n  - { name: snmp_d, oid: 1.3.2, type: gauge, help: D 1.3.2 }'
    ),
    [
      'error m.yml:6: module m: metric snmp_b: it never has a value, because metric snmp_a (1.3.1) takes those of 1.3.1.4',
      'error m.yml:7: module m: metric snmp_c: it never has a value, because metric snmp_d (1.3.2) takes those of 1.3.2',
    ],
  ],
  [
    'one family with two types',
    oneModule(
      'walk: [1.3.1, 1.3.2]\nmetrics:\n  - { name: snmp_a, oid: 1.3.1, type: gauge, help: A 1.3.1 }\n  - { name: snmp_a, oid: 1.3.2, type: counter, help: A 1.3.2 }'
    ),
    ['error m.yml:6: module m: metric snmp_a: another module gives a family of this name with another type or help'],
  ],
  [
    'a get that nobody uses',
    oneModule(`walk: [1.3.1]\nget: [1.4.0]\n${METRIC}`),
    ['hint m.yml:4: module m: no metric and no lookup uses 1.4.0'],
  ],
];

it.each(FINDINGS)('finds %s', (_what, text, expected) => {
  const found = lintModules([{ name: 'm.yml', text }]);
  expect(found.map(({ severity, file, line, message }) => `${severity} ${file}:${line}: ${message}`)).toEqual(expected);
});

it('finds a family that two files give differently', () => {
  const files = ['counter', 'gauge'].map((type, i) => ({
    name: `${i}.yml`,
    text: `modules: { m${i}: { walk: [1.3.1], metrics: [{ name: snmp_a, oid: 1.3.1, type: ${type}, help: A 1.3.1 }] } }`,
  }));
  expect(lintModules(files)).toEqual([
    {
      severity: 'error',
      file: '1.yml',
      line: 1,
      message: 'module m1: metric snmp_a: another module gives a family of this name with another type or help',
    },
  ]);
});
