import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from './load';
import { ConfigError } from './problem';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'config-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function file(text: string, name = 'isp-monitor.yml'): string {
  const at = path.join(dir, name);
  writeFileSync(at, text);
  return at;
}

/** The problems of a file as people read them, with the directory left out. */
function refusal(text: string, env: NodeJS.ProcessEnv = {}): string[] {
  try {
    loadConfig(file(text), env);
  } catch (err) {
    if (err instanceof ConfigError) {
      return err.message.replaceAll(`${dir}/`, '').split('\n');
    }
    throw err;
  }
  throw new Error('the file was accepted');
}

describe('how devices are polled', () => {
  const snmpOf = (text: string) => loadConfig(file(text), {}).snmp;

  it.each([
    ['', { intervalMs: 60_000, fastIntervalMs: null, slowIntervalMs: 300_000 }],
    ['fast_interval: 5s', { intervalMs: 60_000, fastIntervalMs: 5000, slowIntervalMs: 300_000 }],
    ['interval: 10m', { intervalMs: 600_000, slowIntervalMs: 600_000 }],
    ['slow_interval: 60s', { intervalMs: 60_000, slowIntervalMs: 60_000 }],
    ['', { maxInterfaces: 500, maxSeries: 20_000, deviceModules: true, moduleFiles: [], profilesFile: null }],
  ])('snmp: { %s }', (text, expected) => {
    expect(snmpOf(`snmp: { ${text} }`)).toMatchObject(expected);
  });

  it('finds the files of modules beside the configuration', () => {
    const [b, a] = ['b.mod.yml', 'a.mod.yml'].map((name) => file('', name));
    const profiles = file('', 'profiles.yml');
    expect(snmpOf('snmp: { modules: ["*.mod.yml"], profiles: profiles.yml }')).toMatchObject({
      moduleFiles: [a, b],
      profilesFile: profiles,
    });
  });

  it('tells the tier of a device and the share of this exporter', () => {
    const at = file(
      'devices: [{ name: a, address: 10.0.0.1, tier: slow }, { name: b, address: 10.0.0.2 }]\nexporter: { shard: { index: 1, count: 3 } }\n'
    );
    const { devices, exporter } = loadConfig(at, {});
    expect(devices.map(({ tier }) => tier)).toEqual(['slow', 'standard']);
    expect(exporter.shard).toEqual({ index: 1, count: 3 });
  });
});

describe('the credentials that devices of auth: auto are asked with', () => {
  const auths = 'auths: { b: {}, a: {} }\ndevices: [{ name: x, address: 10.0.0.1, auth: auto }]\n';
  it.each([
    ['all, in the order of the file', '', ['b', 'a']],
    ['those that are named', 'discovery: { auths: [a], lease: 10s }\n', ['a']],
  ])('are %s', (_, more, expected) => {
    const { devices, discovery } = loadConfig(file(auths + more), {});
    expect([devices[0]?.auth, discovery.auths, discovery.leaseMs]).toEqual(['auto', expected, more ? 10_000 : 90_000]);
  });
});

describe('what a scan may do', () => {
  it('is nothing by default: it has no network', () => {
    expect(loadConfig(file(''), {}).discovery.scan).toEqual({
      networks: [],
      concurrency: 50,
      timeoutMs: 2000,
      rate: 100,
    });
  });

  it('is told by networks, with their host bits cleared', () => {
    const { scan } = loadConfig(
      file('discovery: { scan: { networks: [10.1.0.7/16, "fd00::/64"], rate: 20, timeout: 500ms, concurrency: 5 } }'),
      {}
    ).discovery;
    expect(scan).toMatchObject({ concurrency: 5, timeoutMs: 500, rate: 20 });
    expect(scan.networks.map(({ text }) => text)).toEqual(['10.1.0.0/16', 'fd00::/64']);
  });

  it('is refused line by line', () => {
    expect(
      refusal('discovery:\n  scan:\n    networks:\n      - 10.1.0.0/33\n      - office\n    rate: 0\n    timeot: 1s\n')
    ).toEqual([
      'isp-monitor.yml:4: discovery.scan.networks[0]: found "10.1.0.0/33"; it must be a network in CIDR notation, such as 10.1.0.0/24 or 2001:db8::/112',
      'isp-monitor.yml:5: discovery.scan.networks[1]: found "office"; it must be a network in CIDR notation, such as 10.1.0.0/24 or 2001:db8::/112',
      'isp-monitor.yml:6: discovery.scan.rate: found 0; it must be a whole number from 1 to 10000',
      'isp-monitor.yml:7: unknown key "discovery.scan.timeot"; did you mean "timeout"?',
    ]);
  });
});

describe('a good file', () => {
  it('is decoded over the defaults', () => {
    const at = file(`
auths:
  branch: { version: 2, community: "\${SNMP_COMMUNITY}" }
sites:
  - { name: HQ, region: Tbilisi, latitude: 41.7, longitude: 44.8 }
devices:
  - { name: Core 1, address: 10.0.0.5, site: HQ, auth: branch }
  - { name: edge-2, id: e2, address: "[2001:db8::1]:1161", region: Imereti, type: switch, ping: false }
`);
    const config = loadConfig(at, { SNMP_COMMUNITY: 's3cret' });
    expect(config.devices).toEqual([
      expect.objectContaining({
        id: 'core-1',
        address: '10.0.0.5',
        snmpPort: 161,
        region: 'Tbilisi',
        auth: 'branch',
        ping: true,
      }),
      expect.objectContaining({
        id: 'e2',
        address: '2001:db8::1',
        snmpPort: 1161,
        region: 'Imereti',
        auth: null,
        ping: false,
      }),
    ]);
    expect(config.auths['branch']).toMatchObject({ version: 2, community: 's3cret' });
    expect(config.exporter.listen).toEqual({ host: '127.0.0.1', port: 9760 });
    expect(config.ping).toMatchObject({ intervalMs: 10_000, count: 5, gapMs: 200, timeoutMs: 1000, failedRounds: 2 });
    expect(config.snmp).toMatchObject({ intervalMs: 60_000, timeoutMs: 3000, retries: 1 });
    expect(config.dataDir).toBe(path.join(dir, 'data'));
    expect(config.inventory).toBeNull();
  });

  it('takes secrets from files, without their final newline', () => {
    file('from-file\n', 'community');
    const config = loadConfig(file('auths: { a: { community_file: community } }'), {});
    expect(config.auths['a']?.community).toBe('from-file');
  });

  it('gives snmp.yml its own community', () => {
    expect(loadConfig(file('auths: { a: { version: 2 } }'), {}).auths['a']?.community).toBe('public');
  });
});

describe('a bad file', () => {
  it.each<[string, string, string[]]>([
    [
      'an unknown key',
      'ping:\n  intervall: 10s\n',
      ['isp-monitor.yml:2: unknown key "ping.intervall"; did you mean "interval"?'],
    ],
    [
      'an unknown key that is near to none',
      'log:\n  xyzzyplugh: 1\n',
      ['isp-monitor.yml:2: unknown key "log.xyzzyplugh"; known keys are level'],
    ],
    ['a wrong type', 'ping:\n  count: many\n', ['isp-monitor.yml:2: ping.count: found "many"; it must be a number']],
    [
      'a duration without a unit',
      'snmp:\n  interval: 60\n',
      [
        'isp-monitor.yml:2: snmp.interval: found 60; it must be a duration with a unit, such as 10s or 1m30s, between 5s and 1h',
      ],
    ],
    [
      'an address that is none',
      'devices:\n  - name: a\n    address: 999.1.1.1\n',
      [
        'isp-monitor.yml:3: devices[0].address: found "999.1.1.1"; it must be an IPv4 or IPv6 address or a DNS name, with an optional :port (10.0.0.5, [2001:db8::1]:161)',
      ],
    ],
    [
      'a duplicate name and address',
      'devices:\n  - { name: a, address: 10.0.0.1 }\n  - { name: b, address: 10.0.0.2 }\n  - { name: a, address: "10.0.0.1:161" }\n',
      [
        'isp-monitor.yml:4: devices[2].name: the name "a" is taken by another device; each device needs its own (also at line 2)',
        'isp-monitor.yml:4: devices[2].address: the address "10.0.0.1:161" is taken by another device; each device needs its own (also at line 2)',
      ],
    ],
    [
      'two names that make one id',
      'devices:\n  - { name: Core 1, address: 10.0.0.1 }\n  - { name: core-1, address: 10.0.0.2 }\n',
      [
        'isp-monitor.yml:3: devices[1].id: the id "core-1" is taken by another device; each device needs its own (also at line 2)',
      ],
    ],
    [
      'a credential of the name that is reserved',
      'auths:\n  auto: {}\n',
      [
        'isp-monitor.yml:2: auths.auto: "auth: auto" of a device means whichever of auths: answers; give this one another name',
      ],
    ],
    [
      'auto without anything to try',
      'devices:\n  - { name: a, address: 10.0.0.1, auth: auto }\n',
      [
        'isp-monitor.yml:2: devices[0].auth: there is no auth "auto"; there is no auths: section; add one with this name',
      ],
    ],
    [
      'credentials to try that are none',
      'auths:\n  branch: {}\ndiscovery:\n  auths: [branch, brunch, branch]\n',
      [
        'isp-monitor.yml:4: discovery.auths[1]: there is no auth "brunch"; auths has branch',
        'isp-monitor.yml:4: discovery.auths[2]: "branch" stands here twice',
      ],
    ],
    [
      'no credential to try',
      'auths:\n  branch: {}\ndiscovery:\n  auths: []\n',
      ['isp-monitor.yml:4: discovery.auths: found a list; it must name at least one of auths:, or be left out'],
    ],
    [
      'an auth that is not there',
      'auths:\n  branch: {}\ndevices:\n  - { name: a, address: 10.0.0.1, auth: brunch }\n',
      ['isp-monitor.yml:4: devices[0].auth: there is no auth "brunch"; did you mean "branch"?'],
    ],
    [
      'a missing secret',
      'auths:\n  branch: { community: "${NOT_THERE}" }\n',
      [
        'isp-monitor.yml:2: environment variable NOT_THERE is not set; set it before the start, or name a file with the value instead (…_file)',
      ],
    ],
    [
      'a missing secrets file',
      'auths:\n  branch: { community_file: nowhere }\n',
      ['isp-monitor.yml:2: auths.branch.community_file: nowhere cannot be read (ENOENT); it must hold the secret'],
    ],
    [
      'version 3 without what its level needs',
      'auths:\n  v3: { version: 3, security_level: authPriv, username: u, password: short }\n',
      [
        'isp-monitor.yml:2: auths.v3.password: found a value that is not shown; an SNMPv3 passphrase must have 8 characters or more',
        'isp-monitor.yml:2: auths.v3.priv_password: found nothing; it must be set (or priv_password_file): security_level authPriv encrypts',
      ],
    ],
    [
      'SNMPv3 protocols that cannot be used',
      'auths:\n  a: { version: 3, username: u, auth_protocol: SHA3 }\n  b:\n    version: 3\n    username: u\n    priv_protocol: AES192\n  c: { version: 3, username: u, priv_protocol: AES192C }\n',
      [
        'isp-monitor.yml:2: auths.a.auth_protocol: found "SHA3"; authentication protocols that work here are MD5, SHA, SHA224, SHA256, SHA384, SHA512',
        'isp-monitor.yml:6: auths.b.priv_protocol: found "AES192"; privacy protocols that work here are DES, AES, AES256, AES256C',
        'isp-monitor.yml:7: auths.c.priv_protocol: found "AES192C"; privacy protocols that work here are DES, AES, AES256, AES256C',
      ],
    ],
    [
      'broken YAML',
      'ping: [1,\n',
      [
        'isp-monitor.yml:2: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
      ],
    ],
    ['a key twice', 'log: {}\nlog: {}\n', ['isp-monitor.yml:2: not valid YAML: the same key stands twice in one map']],
    [
      'the simulator driver without an address',
      'ping:\n  driver: simulator\n',
      ['isp-monitor.yml:2: ping.driver: simulator needs ping.simulator_url, the address of its control port'],
    ],
    [
      'intervals in the wrong order',
      'snmp:\n  interval: 30s\n  fast_interval: 30s\n  slow_interval: 20s\n',
      [
        'isp-monitor.yml:3: snmp.fast_interval: it must be shorter than snmp.interval, which is 30s; leave it out to poll all interfaces alike',
        'isp-monitor.yml:4: snmp.slow_interval: it must not be shorter than snmp.interval, which is 30s',
      ],
    ],
    [
      'a shard that does not exist',
      'exporter:\n  shard: { index: 3, count: 3 }\n',
      ['isp-monitor.yml:2: exporter.shard.index: of 3 exporters it must be a whole number from 0 to 2'],
    ],
    [
      'half a shard',
      'exporter:\n  shard: { index: 1 }\n',
      ['isp-monitor.yml:2: exporter.shard.count: found nothing; it must be a number'],
    ],
    [
      'a tier that does not exist',
      'devices:\n  - { name: a, address: 10.0.0.1, tier: sloth }\n',
      ['isp-monitor.yml:2: devices[0].tier: found "sloth"; it must be one of standard, slow'],
    ],
    [
      'a database address of another kind',
      'database:\n  url: "mysql://u:secret@h/db"\n',
      [
        'isp-monitor.yml:2: database.url: found a value that is not shown; it must be a postgres://user:password@host:5432/database address',
      ],
    ],
  ])('with %s is refused with line, finding and cure', (_, text, expected) => {
    const lines = refusal(text);
    if (expected[0]?.includes('not valid YAML: Flow')) {
      expect(lines[0]).toMatch(/^isp-monitor\.yml:\d+: not valid YAML: /);
    } else {
      expect(lines).toEqual(expected);
    }
  });

  it('names module files that do not exist', () => {
    expect(refusal('snmp:\n  modules: [none.yml, "x/*.yml"]\n  profiles: none.yml\n')).toEqual([
      expect.stringContaining(
        'isp-monitor.yml:2: snmp.modules[0]: there is no file none.yml; it must name a file that exists'
      ),
      expect.stringContaining('isp-monitor.yml:2: snmp.modules[1]: there is no file x/*.yml; '),
      expect.stringContaining('isp-monitor.yml:3: snmp.profiles: there is no file none.yml; '),
    ]);
  });

  it('names a file that should hold a database address and does not, without showing it', () => {
    file('hunter2\n', 'url');
    expect(refusal('database: { url_file: url }')).toEqual([
      'isp-monitor.yml:1: database.url_file: the file holds no database address; it must be a postgres://user:password@host:5432/database address',
    ]);
  });

  it('names a file that holds a passphrase too short for SNMPv3, without showing it', () => {
    file('hunter2\n', 'secret');
    const level = 'version: 3, username: u, security_level: authPriv';
    expect(refusal(`auths: { v3: { ${level}, password_file: secret, priv_password_file: secret } }`)).toEqual([
      'isp-monitor.yml:1: auths.v3.password_file: the file is wrong: an SNMPv3 passphrase must have 8 characters or more',
      'isp-monitor.yml:1: auths.v3.priv_password_file: the file is wrong: an SNMPv3 passphrase must have 8 characters or more',
    ]);
  });

  it('shows every problem at once', () => {
    const lines = refusal(`
pingg: {}
devices:
  - { name: a, address: 999.1.1.1 }
  - { name: a, address: 10.0.0.1, auth: none, port: "x" }
ping: { count: 0 }
auths: { b: { community: "\${GONE}" } }
`);
    expect(lines.map((l) => Number(/:(\d+):/.exec(l)?.[1]))).toEqual([2, 4, 5, 5, 5, 6, 7]);
  });

  it('never shows a secret', () => {
    const lines = refusal('auths:\n  a: { community: [hunter2], pasword: hunter2 }\n  b: { password: 12345678 }\n');
    expect(lines).toHaveLength(3);
    expect(lines.join('\n')).not.toMatch(/hunter2|12345678/);
  });

  it('that does not exist is named', () => {
    expect(() => loadConfig(path.join(dir, 'gone.yml'), {})).toThrow(
      'gone.yml: cannot be read (ENOENT); name an existing file that this user may read'
    );
  });
});
