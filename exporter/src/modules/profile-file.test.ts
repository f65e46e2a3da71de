import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadModules } from './load';
import { readProfiles } from './profile-file';

const directory = mkdtempSync(path.join(tmpdir(), 'profiles-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = path.join(directory, 'p.yml');

const { modules } = loadModules([
  {
    name: 'm.yml',
    text: 'modules:\n  m: { walk: [1.3.1], metrics: [{ name: snmp_a, oid: 1.3.1, type: gauge, help: A }] }\n  other: { walk: [1.3.2], metrics: [{ name: snmp_b, oid: 1.3.2, type: EnumAsInfo, help: B }] }\n',
  },
]);

function read(text: string) {
  writeFileSync(file, text);
  return readProfiles(file, modules);
}

const profile = (body: string) => `profiles:\n  p:\n${body.replace(/^/gm, '    ')}\n`;

const REFUSED: [string, string, string[]][] = [
  ['an unknown key', profile('modles: {}'), ['3: unknown key "profiles.p.modles"; did you mean "modules"?']],
  [
    'an unknown key of a source that stands without a list',
    profile('modules: { standard: [m] }\nmemory:\n  - used: { metrc: snmp_a }\n    free: { metric: snmp_a }'),
    [
      '5: profiles.p.memory[0].used[0].metric: found nothing; it must be a string',
      '5: unknown key "profiles.p.memory[0].used[0].metrc"; did you mean "metric"?',
    ],
  ],
  [
    'a module that does not exist',
    profile('modules:\n  standard: [m, othr]\n  slow: [nothing_like_it]'),
    [
      '4: profiles.p.modules.standard[1]: there is no module "othr"; did you mean "other"?',
      '5: profiles.p.modules.slow[0]: there is no module "nothing_like_it"; known are m, other',
    ],
  ],
  [
    'a metric that its modules do not give',
    profile('modules: { standard: [m, other] }\ncpu:\n  - { metric: snmp_a }\n  - { metric: snmp_b }'),
    ['6: profiles.p.cpu: there is no metric of its modules called "snmp_b"; did you mean "snmp_a"?'],
  ],
  [
    'a status and a factor that its modules do not give',
    profile(
      'modules: { standard: [m] }\ntemperature:\n  - { metric: snmp_a, times: snmp_unit, status: { metric: snmp_state, is: [1] } }'
    ),
    [
      '5: profiles.p.temperature: there is no metric of its modules called "snmp_unit"; known are snmp_a',
      '5: profiles.p.temperature: there is no metric of its modules called "snmp_state"; known are snmp_a',
    ],
  ],
  [
    'memory of one part only',
    profile('modules: { standard: [m] }\nmemory:\n  - used: { metric: snmp_a }'),
    ['5: profiles.p.memory[0]: found a map; it must tell two of used, free and total, from which the third follows'],
  ],
  [
    'a pattern that is none',
    profile("match: [{ sys_descr: '(' }]"),
    ['3: profiles.p.match[0].sys_descr: found "("; it must be a regular expression of JavaScript (flags iu)'],
  ],
  [
    'an arc with a leading dot',
    profile("match: [{ sys_object_id: '.1.3.6' }]"),
    ['3: profiles.p.match[0].sys_object_id: found ".1.3.6"; it must be a dotted OID without a leading dot'],
  ],
  [
    'a clock that nobody has',
    profile('uptime: [sundial]'),
    ['3: profiles.p.uptime[0]: found "sundial"; it must be one of sys_uptime, engine_time, hr_system_uptime'],
  ],
  ['itself as parent', profile('extends: p'), ['3: profiles.p.extends: p extends this profile itself']],
  [
    'parents in a circle',
    'profiles:\n  a: { extends: b }\n  b: { extends: c }\n  c: { extends: a }\n',
    ['4: profiles.c.extends: a extends this profile itself'],
  ],
  [
    'text that is no YAML',
    'profiles: {',
    ['1: not valid YAML: Flow map in block collection must be sufficiently indented and end with a }'],
  ],
];

it.each(REFUSED)('refuses %s', (_what, text, problems) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ name: 'ConfigError' }));
  try {
    read(text);
  } catch (err) {
    expect((err as Error).message.split('\n').map((line) => line.replace(`${file}:`, ''))).toEqual(problems);
  }
});

it('takes what a profile says itself over what the extended one says', () => {
  const profiles = read(
    'profiles:\n  child: { extends: parent, modules: { slow: [m] } }\n  parent: { modules: { standard: [m, other] }, uptime: [sys_uptime], cpu: [{ metric: snmp_a }], vendor: acme }\n'
  );
  const child = profiles.get('child');
  expect(child?.modules.map(({ module, tier }) => `${module.name} ${tier}`)).toEqual(['m slow', 'other standard']);
  expect(child).toMatchObject({ vendor: 'acme', match: [], fallback: false });
  expect(child?.normalised.uptime).toEqual(['sys_uptime']);
  expect(child?.normalised.cpu).toMatchObject([{ metric: 'snmp_a', aggregate: 'mean', scale: 1 }]);
});
