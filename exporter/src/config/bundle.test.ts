import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadBundle, parseBundle } from './bundle';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'bundle-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

function load(text: string) {
  const file = path.join(dir, 'b.yml');
  writeFileSync(file, text);
  return loadBundle(file);
}

const GOOD = `name: two
sites:
  - { name: HQ, region: Tbilisi, latitude: 41.7, longitude: 44.8 }
devices:
  - name: HQ R1
    address: 127.1.1.1:1161
    site: HQ
    vendor: MikroTik
    auth: demo
    interfaces:
      - { if_name: ether1, if_alias: Magti_Internet, speed: 100000000, provider: Magti }
      - { if_name: lo, if_type: 24, if_index: 9 }
  - { name: r2, address: "[::1]:1161", site: HQ, type: switch, interfaces: [{ if_name: ge1, if_descr: Port 1 }] }
links:
  - { a: { device: HQ R1, interface: lo }, b: { device: r2, interface: ge1 } }
dependencies:
  - { device: r2, upstreams: [HQ R1] }
probe_targets:
  - { name: dns, address: 127.200.0.1, kind: icmp }
alert_packs: [uplinks]
`;

describe('a bundle', () => {
  it('is decoded over its defaults', () => {
    const bundle = load(GOOD);
    expect(bundle.sites).toEqual([{ name: 'HQ', region: 'Tbilisi', latitude: 41.7, longitude: 44.8 }]);
    expect(bundle.devices[0]).toEqual({
      id: 'hq-r1',
      name: 'HQ R1',
      address: '127.1.1.1',
      snmpPort: 1161,
      site: 'HQ',
      region: 'Tbilisi',
      type: 'router',
      role: '',
      auth: 'demo',
      ping: true,
      enabled: true,
      vendor: 'MikroTik',
      model: '',
      osVersion: '',
      sysName: 'HQ R1',
      tags: [],
      interfaces: [
        {
          ifName: 'ether1',
          ifDescr: 'ether1',
          ifAlias: 'Magti_Internet',
          ifIndex: 1,
          ifType: 6,
          speed: 100_000_000,
          mtu: 1500,
          enabled: true,
          connected: true,
          provider: 'Magti',
        },
        expect.objectContaining({ ifName: 'lo', ifIndex: 9, ifType: 24, provider: null, speed: 0 }),
      ],
    });
    expect(bundle.devices[1]).toMatchObject({ address: '::1', snmpPort: 1161, type: 'switch', auth: null });
    expect(bundle.probeTargets).toEqual([{ name: 'dns', address: '127.200.0.1', kind: 'icmp', class: 'other' }]);
    expect(bundle.alertPacks).toEqual(['uplinks']);
  });

  it.each<[string, [string | RegExp, string][], string]>([
    [
      'a device name twice',
      [['name: r2', 'id: r2x, name: HQ R1']],
      'b.yml:13: devices[1].name: found "HQ R1"; "HQ R1" is taken by devices[0]; each name must be its own',
    ],
    [
      'an address twice',
      [['"[::1]:1161"', '127.1.1.1:1161']],
      'b.yml:13: devices[1].address: found "127.1.1.1:1161"; "127.1.1.1:1161" is taken by devices[0]; each address must be its own',
    ],
    [
      'two names that make one id',
      [['name: r2', 'name: hq-r1']],
      'devices[1].id: found nothing; "hq-r1" is taken by devices[0]; each id must be its own',
    ],
    [
      'a site that is not there',
      [['site: HQ, type', 'site: HQQ, type']],
      'devices[1].site: found "HQQ"; there is no site "HQQ"; did you mean "HQ"?',
    ],
    [
      'an interface twice',
      [['if_name: lo', 'if_name: ether1']],
      'devices[0].interfaces[1].if_name: found "ether1"; "ether1" is taken by devices[0].interfaces[0]; each if_name must be its own on device HQ R1',
    ],
    [
      'an ifIndex twice',
      [['if_index: 9', 'if_index: 1']],
      'devices[0].interfaces[1].if_index: found 1; "1" is taken by devices[0].interfaces[0]; each if_index must be its own on device HQ R1',
    ],
    [
      'a link to no device',
      [['device: r2, interface', 'device: r77, interface']],
      'links[0].b.device: found "r77"; there is no device "r77"; did you mean "r2"?',
    ],
    [
      'a link to no interface',
      [['interface: ge1', 'interface: xxxxx']],
      'links[0].b.interface: found "xxxxx"; there is no interface "xxxxx" on device r2; the bundle has ge1',
    ],
    [
      'an upstream that is itself',
      [['upstreams: [HQ R1]', 'upstreams: [r2]']],
      'dependencies[0].upstreams[0]: found "r2"; device r2 cannot be its own upstream',
    ],
    [
      'an upstream that is not there',
      [['upstreams: [HQ R1]', 'upstreams: [core-9]']],
      'there is no device "core-9"; the bundle has HQ R1, r2',
    ],
    ['an unknown key', [['vendor:', 'vender:']], 'unknown key "devices[0].vender"; did you mean "vendor"?'],
    [
      'a latitude off the globe',
      [['41.7', '141.7']],
      'sites[0].latitude: found 141.7; it must be degrees from -90 to 90',
    ],
    [
      'devices that are reached through each other',
      [
        [
          '  - { device: r2, upstreams: [HQ R1] }',
          '  - { device: r2, upstreams: [HQ R1] }\n  - { device: HQ R1, upstreams: [r2] }',
        ],
      ],
      'b.yml:18: dependencies[1]: found a map; r2 is reached through HQ R1 is reached through r2; a device must not be its own upstream by way of others',
    ],
    [
      'a password in the address of a probe',
      [['127.200.0.1, kind: icmp', '"https://me:canary@a.example/", kind: http']],
      'probe_targets[0].address: found a value that is not shown; an http probe needs an http:// or https:// address without a name and password in it',
    ],
    [
      'a credential of its own',
      [['vendor: MikroTik', 'community: canary']],
      'b.yml:8: unknown key "devices[0].community"; known keys are id, name, address, site, type, role, vendor, model, os_version, auth, ping, tags, interfaces',
    ],
    ['an alert pack twice', [['[uplinks]', '[uplinks, uplinks]']], '"uplinks" is taken by alert_packs[0]'],
    ['a kind of probe that is none', [['kind: icmp', 'kind: smoke']], 'probe_targets[0].kind: found "smoke"'],
  ])('with %s is refused', (_, edits, message) => {
    const text = edits.reduce((all, [from, to]) => all.replace(from, to), GOOD);
    expect(text).not.toBe(GOOD);
    expect(() => load(text)).toThrow(message);
  });

  it('lists every problem at once', () => {
    const text = GOOD.replace('site: HQ, type', 'site: X9, type').replace('[uplinks]', '[a, a]');
    let lines: string[] = [];
    try {
      load(text);
    } catch (err) {
      lines = (err as Error).message.split('\n').map((line) => line.replace(/^.*b\.yml:(\d+): (\S+):.*/, '$1 $2'));
    }
    expect(lines).toEqual(['13 devices[1].site', '20 alert_packs[1]']);
  });

  it('can be written as docs/bundles.md shows', () => {
    const page = readFileSync(path.join(__dirname, '../../../docs/bundles.md'), 'utf8');
    const example = /\n( {4}name: my_fleet[^]*?)\n\n(?! {4})/.exec(page)?.[1] ?? '';
    const { devices, dependencies, probeTargets } = load(example.replace(/^ {4}/gm, ''));
    expect([devices.length, dependencies.length, probeTargets.length]).toEqual([2, 1, 1]);
  });

  it('that was made in memory is checked alike', () => {
    expect(() =>
      parseBundle({ name: 'x', sites: [], devices: [{ name: 'a', address: '127.0.0.1', site: 'S' }] })
    ).toThrow('there is no site \\"S\\"; the bundle has none');
  });
});
