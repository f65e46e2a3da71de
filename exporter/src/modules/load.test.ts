import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError } from '../config/problem';
import { loadModules } from './load';

const load = (text: string, env: NodeJS.ProcessEnv = {}) => loadModules([{ name: 'snmp.yml', text }], env);

function problems(...texts: string[]): string[] {
  try {
    loadModules(
      texts.map((text, i) => ({ name: `${i + 1}.yml`, text })),
      {}
    );
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message.split('\n');
  }
  return [];
}

describe('a module', () => {
  test('defaults', () => {
    expect(load('modules: { m: {} }').modules.get('m')).toEqual({
      name: 'm',
      walk: [],
      get: [],
      metrics: [],
      maxRepetitions: 25,
      retries: 3,
      timeoutMs: 5000,
      allowNonIncreasingOids: false,
      useUnconnectedUdpSocket: false,
      filters: [],
      auth: null,
    });
  });

  test('every key, in the spellings of YAML 1.1', () => {
    const module = load(`
version: 0
modules:
  m:
    walk: [1.3.6.1.2.1.2]
    get: [1.3.6.1.2.1.1.3.0]
    max_repetitions: 0x10
    retries: 0
    timeout: 1m0.5s
    allow_nonincreasing_oids: on
    use_unconnected_udp_socket: Yes
    filters: [{ oid: 1.3.1, targets: [1.3.2], values: [007, 'a|b'] }]
    metrics:
      - name: n
        oid: 1.3.3
        type: EnumAsInfo
        help: 1.50
        indexes: [{ labelname: y, type: DisplayString, fixed_size: 010, implied: y, enum_values: { 0x1: on } }]
        lookups: [{ labels: [y], labelname: z, oid: 1.3.4, type: gauge, display_hint: 1d, enum_values: { 2: 007 } }]
        enum_values: { -1: on, 1_0: null, 3: ~, 4: 1e3 }
        scale: 1e-3
        offset: -273.15
        datetime_pattern: '%Y'
        display_hint: 255a
        regex_extracts: { A: [{ regex: (?P<x>\\d), value: '\${x}' }, { regex: . }] }
`).modules.get('m')!;
    const { metrics, filters, ...rest } = module;
    expect(rest).toMatchObject({
      maxRepetitions: 16,
      retries: 0,
      timeoutMs: 60_500,
      allowNonIncreasingOids: true,
      useUnconnectedUdpSocket: true,
    });
    expect(filters).toMatchObject([
      { oid: '1.3.1', targets: ['1.3.2'], values: [{ source: '007' }, { source: 'a|b' }] },
    ]);
    expect(metrics).toMatchObject([
      {
        name: 'n',
        oid: '1.3.3',
        type: 'EnumAsInfo',
        help: '1.50',
        indexes: [
          { labelname: 'y', type: 'DisplayString', fixedSize: 8, implied: true, enumValues: new Map([[1, 'on']]) },
        ],
        lookups: [
          { labels: ['y'], labelname: 'z', oid: '1.3.4', displayHint: '1d', enumValues: new Map([[2, '007']]) },
        ],
        enumValues: new Map([
          [-1, 'on'],
          [10, ''],
          [3, ''],
          [4, '1e3'],
        ]),
        scale: 0.001,
        offset: -273.15,
        datetimePattern: '%Y',
        displayHint: '255a',
        regexExtracts: [
          {
            suffix: 'A',
            choices: [
              { regex: { source: '(?P<x>\\d)' }, value: '${x}' },
              { regex: { source: '.' }, value: '$1' },
            ],
          },
        ],
      },
    ]);
  });

  test('anchors, merges and as many aliases as a large file has', () => {
    const entries = Array.from({ length: 300 }, (_, i) => `      - { <<: *c, name: c${i}, oid: 1.3.2.${i} }`);
    const text = `
modules:
  a: &a
    retries: 1
    metrics:
      - &c { name: first, oid: 1.3.1, type: gauge, indexes: [{ labelname: i, type: gauge }] }
${entries.join('\n')}
  b: { <<: *a, timeout: 1s }
`;
    const { modules } = load(text);
    expect(modules.get('a')!.metrics).toHaveLength(301);
    expect(modules.get('b')).toMatchObject({ retries: 1, timeoutMs: 1000 });
    expect(modules.get('b')!.metrics[300]).toMatchObject({ name: 'c299', oid: '1.3.2.299', type: 'gauge' });
  });
});

describe('credentials', () => {
  test('defaults, numbers as words, and the environment', () => {
    const { auths } = load(
      `
auths:
  plain: {}
  v1: { version: 0x1, community: "\${COMMUNITY}" }
  v3: { version: 3, username: on, security_level: authNoPriv, password: 0123456789, auth_protocol: SHA256 }
`,
      { COMMUNITY: 's3cret' }
    );
    expect(auths).toMatchObject({
      plain: { version: 2, community: 'public' },
      v1: { version: 1, community: 's3cret' },
      v3: { version: 3, username: 'on', password: '0123456789', authProtocol: 'SHA256' },
    });
  });

  test('files that hold them stand beside the file that names them', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'auths-'));
    writeFileSync(path.join(directory, 'community'), 'from-file\n');
    try {
      const file = { name: path.join(directory, 'snmp.yml'), text: 'auths: { a: { community_file: community } }' };
      expect(loadModules([file]).auths).toMatchObject({ a: { community: 'from-file' } });
      expect(() => loadModules([{ ...file, text: 'auths: { a: { community_file: gone } }' }])).toThrow(
        `${file.name}:1: auths.a.community_file: ${path.join(directory, 'gone')} cannot be read (ENOENT); it must hold the secret`
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('files from before snmp_exporter 0.23', () => {
  test('each module has its credential', () => {
    const { modules, auths } = load(
      `
if_mib:
  walk: [1.3.6.1.2.1.2]
  version: 3
  auth: { username: u, security_level: authNoPriv, password: "\${PASS}" }
  metrics: [{ name: n, oid: 1.3.1, type: gauge, regex_extracts: { A: [{ regex: (.), value: "\${1}" }] } }]
plain: { get: [1.3.6.1.2.1.1.3.0] }
`,
      { PASS: 'long enough' }
    );
    expect([...modules.values()].map(({ name, auth }) => [name, auth])).toEqual([
      ['if_mib', 'if_mib'],
      ['plain', 'plain'],
    ]);
    expect(auths).toMatchObject({
      if_mib: { version: 3, username: 'u', password: 'long enough' },
      plain: { version: 2, community: 'public' },
    });
  });

  test('problems stand where the file has them', () => {
    const text = `
m:
  walk: [1.3.6]
  version: 5
  auth:
    community:
      - x
  bulk: 3
n: 7
`;
    expect(problems(text)).toEqual([
      '1.yml:4: auths.m.version: found 5; it must be 1, 2 or 3',
      '1.yml:6: auths.m.community: found a value that is not shown; it must be a string',
      '1.yml:8: unknown key "modules.m.bulk"; did you mean "walk"?',
      '1.yml:9: modules.n: found "7"; it must be an object',
    ]);
  });

  test('a module that was moved without its credential', () => {
    expect(problems('modules:\n  m:\n    version: 2\n    auth: { community: s3cret }\n')).toEqual([
      '1.yml:3: modules.m.version: a module has no version since snmp_exporter 0.23; move it into an entry of auths:',
      '1.yml:4: modules.m.auth: a module has no auth since snmp_exporter 0.23; move it into an entry of auths:',
    ]);
  });
});

describe('what is refused', () => {
  const metric = (rest: string) =>
    `modules:\n  m:\n    metrics:\n      - name: n\n        oid: 1.3.1\n        ${rest}\n`;
  const AT = '1.yml:6: modules.m.metrics[0]';

  test.each([
    ['no YAML', 'modules: [', [/^1\.yml:1: not valid YAML: /]],
    ['another top', 'module: {}', ['1.yml:1: unknown key "module"; did you mean "modules"?']],
    [
      'the same module twice',
      'modules:\n  a: {}\n  a: {}\n',
      ['1.yml:3: not valid YAML: the same key stands twice in one map'],
    ],
    ['a module of nothing', 'modules: { a: }', ['1.yml:1: modules.a: found null; it must be an object']],
    ['a credential of nothing', 'auths: { a: }', ['1.yml:1: auths.a: found null; it must be an object']],
    [
      'no retries',
      'modules: { a: { retries: } }',
      ['1.yml:1: modules.a.retries: found null; it must be a whole number from 0 to 100'],
    ],
    [
      'a part of a repetition',
      'modules: { a: { max_repetitions: 2.5 } }',
      ['1.yml:1: modules.a.max_repetitions: found "2.5"; it must be a whole number from 0 to 2147483647'],
    ],
    [
      'a timeout in nanoseconds',
      'modules: { a: { timeout: 5 } }',
      [
        '1.yml:1: modules.a.timeout: found "5"; it must be a duration with a unit, such as 5s or 1m30s, from 1ms to 1h (a bare number counts nanoseconds)',
      ],
    ],
    ['a timeout of nothing', 'modules: { a: { timeout: 10ns } }', [/^1\.yml:1: modules\.a\.timeout: found "10ns"; /]],
    [
      'a flag',
      'modules: { a: { allow_nonincreasing_oids: 1 } }',
      ['1.yml:1: modules.a.allow_nonincreasing_oids: found "1"; it must be true or false'],
    ],
    [
      'filters as in generator.yml',
      'modules: { a: { filters: { dynamic: [] } } }',
      ['1.yml:1: modules.a.filters: found a map; it must be an array'],
    ],
    [
      'a pattern of a filter',
      'modules: { a: { filters: [{ oid: 1.3.1, targets: [1.3.2], values: ["("] }] } }',
      [
        '1.yml:1: modules.a.filters[0].values[0]: found "("; it must be a regular expression of RE2: error parsing regexp: missing closing ): `(`',
      ],
    ],
    ...['.1.3.6', '1', '3.1', '1.3.4294967296', 'ifTable', '1.3.'].map((oid): [string, string, string[]] => [
      `the OID ${oid}`,
      `modules: { a: { walk: [${oid}] } }`,
      [
        `1.yml:1: modules.a.walk[0]: found "${oid}"; it must be an OID in dotted numbers without a leading dot, such as 1.3.6.1.2.1.2`,
      ],
    ]),
    [
      'a type of a metric',
      metric('type: Gauge'),
      [/^1\.yml:6: modules\.m\.metrics\[0\]\.type: found "Gauge"; it must be one of Integer32, /],
    ],
    [
      'a type of an index',
      metric('indexes: [{ labelname: i, type: string }]'),
      [/^1\.yml:6: modules\.m\.metrics\[0\]\.indexes\[0\]\.type: found "string"; it must be one of Integer32, /],
    ],
    [
      'a lookup without column',
      metric('lookups: [{ labels: [i], labelname: j }]'),
      [`${AT}.lookups[0].oid: found nothing; a lookup by labels must name the column it reads`],
    ],
    [
      'a pattern',
      metric('regex_extracts: { A: [{ regex: "a(?=b)" }] }'),
      [
        `${AT}.regex_extracts.A[0].regex: found "a(?=b)"; it must be a regular expression of RE2: error parsing regexp: invalid or unsupported Perl syntax: \`(?=\``,
      ],
    ],
    [
      'an enum value',
      metric('enum_values: { up: 1 }'),
      [`${AT}.enum_values.up: found "1"; an enum value must be a whole number`],
    ],
    [
      'an enum value in two spellings',
      metric('enum_values: { "1": a, "01": b }'),
      [`${AT}.enum_values.01: found "b"; an enum value stands twice, as 1 too`],
    ],
    ['a scale', metric('scale: ten'), [`${AT}.scale: found "ten"; it must be a number`]],
    [
      'a pattern of times',
      metric('{ type: ParseDateAndTime, datetime_pattern: "%Q" }')
        .replace('{ type', 'type')
        .replace(', datetime', '\n        datetime')
        .replace(' }', ''),
      ['1.yml:7: modules.m.metrics[0].datetime_pattern: found "%Q"; %Q is no directive of strptime'],
    ],
    [
      'a variable that is not set',
      'auths: { a: { community: "${NOT_SET}" } }',
      [/^1\.yml:1: environment variable NOT_SET is not set/],
    ],
  ])('%s', (_name, text, expected) => {
    expect(problems(text)).toEqual(
      expected.map((line) => (typeof line === 'string' ? line : expect.stringMatching(line)))
    );
  });

  test('everything at once, file by file, line by line', () => {
    expect(
      problems(
        'auths:\n  a: { version: 9 }\nmodules:\n  m: { retries: x }\n',
        'modules: {',
        'modules:\n  m: {}\n  o: {}\nauths:\n  b: {}\n',
        'auths:\n  b: {}\nmodules:\n  o: {}\n  p: {}\n'
      )
    ).toEqual([
      '1.yml:2: auths.a.version: found 9; it must be 1, 2 or 3',
      '1.yml:4: modules.m.retries: found "x"; it must be a whole number from 0 to 100',
      expect.stringMatching(/^2\.yml:1: not valid YAML: /),
      '4.yml:2: auth "b" stands in 3.yml:5 too; rename or remove one',
      '4.yml:4: module "o" stands in 3.yml:3 too; rename or remove one',
    ]);
  });

  test('secrets are never shown', () => {
    const text = problems(
      'auths: { a: { version: 3, username: u, security_level: authPriv, password: hidden1, priv_password: hidden2, x: hidden3 } }'
    ).join();
    expect(text).toContain('8 characters');
    expect(text).not.toContain('hidden');
  });
});
