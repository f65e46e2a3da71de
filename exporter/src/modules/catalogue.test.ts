import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError } from '../config/problem';
import { ModuleCatalogue } from './catalogue';
import { shippedModuleFiles } from './shipped';

const shipped = ModuleCatalogue.shipped();

const CHOICES: [string, string, string, string][] = [
  // below 1.3.6.1.4.1, sysDescr, profile, vendor
  ['14988.1', 'RouterOS RB4011iGS+', 'mikrotik', 'mikrotik'],
  ['9.1.516', '', 'cisco', 'cisco'],
  ['9.12.3.1.3.1084', '', 'cisco_nexus', 'cisco'],
  ['9.12.3.1.30', '', 'cisco', 'cisco'],
  ['9.6.1.95.28.5', '', 'cisco_small_business', 'cisco'],
  ['99.1', '', 'generic', ''],
  ['2636.1.1.1.2.21', '', 'juniper', 'juniper'],
  ['2011.2.23.276', '', 'huawei', 'huawei'],
  ['20110.2', '', 'generic', ''],
  ['25506.1.1', '', 'h3c', 'h3c'],
  ['12356.101.1.641', '', 'fortinet', 'fortinet'],
  ['11.2.3.7.11.107', '', 'hpe', 'hpe'],
  ['14823.1.1.32', '', 'aruba', 'aruba'],
  ['47196.4.1.1.1.50', '', 'aruba_cx', 'aruba'],
  ['30065.1.3011', '', 'arista', 'arista'],
  ['41112.1.4', 'Linux 2.6.32', 'ubiquiti_airmax', 'ubiquiti'],
  ['10002.1', 'Linux 2.6.33', 'ubiquiti_airmax', 'ubiquiti'],
  ['10002.1', 'EdgeSwitch 24-Port 250W', 'ubiquiti_edgeswitch', 'ubiquiti'],
  ['41112.1.5', 'EdgeOS v2.0.9', 'ubiquiti', 'ubiquiti'],
  ['41112.1.6', 'USW-24-PoE', 'ubiquiti_edgeswitch', 'ubiquiti'],
  ['25461.2.3.9', '', 'paloalto', 'paloalto'],
  ['311.1.1.3.1.2', '', 'windows', 'microsoft'],
  ['318.1.3.27', '', 'apc', 'apc'],
  ['534.1', '', 'ups', 'eaton'],
  ['8072.3.2.10', 'Linux box 5.10', 'linux', 'linux'],
  ['8072.3.2.10', 'UniFi Gateway 4.4.57', 'ubiquiti', 'ubiquiti'],
  ['8072.3.2.12', 'OpenBSD fw 7.4 GENERIC', 'wrong_engine_time', ''],
  ['30155.23.1', '', 'wrong_engine_time', ''],
  ['36849.1.2.64', 'SAMSUNG iPolis', 'generic', 'samsung'],
  ['6527.1.3.4', 'TiMOS-B-9.0', 'generic', 'nokia'],
  ['', 'Cisco IOS Software, Version 15.1(4)M', 'cisco', 'cisco'],
  ['', '', 'generic', ''],
];

it.each(CHOICES)('%s "%s" is asked as %s', (arc, sysDescr, name, vendor) => {
  const system = { sysObjectID: arc === '' ? '' : `1.3.6.1.4.1.${arc}`, sysDescr };
  const profile = shipped.profileFor(system);
  expect([profile.name, profile.vendor]).toEqual([name, vendor]);
  expect(shipped.profileFor(system)).toBe(profile);
});

it('asks every device for its age and its clock', () => {
  const missing = shipped.profiles().filter(({ modules }) => {
    const asked = modules.map(({ module, tier }) => `${module.name} ${tier}`);
    return !['snmp_engine standard', 'clock slow', 'clock_zone slow'].every((one) => asked.includes(one));
  });
  expect(missing.map(({ name }) => name)).toEqual([]);
});

it('tells every family once', () => {
  const families = shipped.families();
  expect(new Set(families.map(({ name }) => name)).size).toBe(families.length);
  expect(families).toContainEqual({
    name: 'snmp_mem_free',
    type: 'gauge',
    help: 'Memory of this pool that is free, bytes - CISCO-MEMORY-POOL-MIB ciscoMemoryPoolFree 1.3.6.1.4.1.9.9.48.1.1.1.6',
  });
  expect(families.find(({ name }) => name === 'snmp_bgp_peer_in_updates_total')?.type).toBe('counter');
});

describe("a user's own", () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'catalogue-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const file = (name: string, text: string) => {
    const full = path.join(directory, name);
    writeFileSync(full, text);
    return full;
  };
  const acme = file(
    'acme.yml',
    'modules:\n  acme: { walk: [1.3.6.1.4.1.99999.1], metrics: [{ name: acme_load, oid: 1.3.6.1.4.1.99999.1, type: gauge, help: Load }] }\n'
  );
  const system = { sysObjectID: '1.3.6.1.4.1.99999.7', sysDescr: 'Acme Box' };

  it('profile for a new vendor', () => {
    const profiles = file(
      'profiles.yml',
      [
        'profiles:',
        '  acme:',
        '    extends: generic',
        '    vendor: acme',
        '    match: [{ sys_object_id: 1.3.6.1.4.1.99999 }]',
        '    modules: { standard: [acme], slow: [hr_storage] }',
        '    cpu: { metric: acme_load }',
      ].join('\n')
    );
    const refused = () => ModuleCatalogue.load({ modules: [acme], profiles: [profiles] });
    expect(refused).toThrow(`${profiles}:7: profiles.acme.cpu: found a map; it must be an array`);
    file('profiles.yml', profilesText('[{ metric: acme_load }]'));
    const catalogue = ModuleCatalogue.load({ modules: [acme], profiles: [profiles] });
    const profile = catalogue.profileFor(system);
    expect([profile.name, profile.vendor]).toEqual(['acme', 'acme']);
    const tiers = new Map(profile.modules.map(({ module, tier }) => [module.name, tier]));
    expect(Object.fromEntries(tiers)).toMatchObject({ snmp_engine: 'standard', acme: 'standard', hr_storage: 'slow' });
    expect(profile.normalised.cpu.map(({ metric }) => metric)).toEqual(['acme_load']);
    expect(profile.normalised.memory).toEqual(shipped.profileFor(system).normalised.memory);
    expect(catalogue.profileFor({ sysObjectID: '1.3.6.1.4.1.14988.1', sysDescr: '' }).name).toBe('mikrotik');
    expect(catalogue.families()).toContainEqual({ name: 'acme_load', type: 'gauge', help: 'Load' });
  });

  const profilesText = (cpu: string) =>
    `profiles:\n  acme:\n    extends: generic\n    vendor: acme\n    match: [{ sys_object_id: 1.3.6.1.4.1.99999 }]\n    modules: { standard: [acme], slow: [hr_storage] }\n    cpu: ${cpu}\n`;

  it('profile goes before the shipped one that says more, and may extend the one of its own name', () => {
    const profiles = file(
      'nexus.yml',
      'profiles:\n  cisco:\n    extends: cisco\n    match: [{ vendor: cisco }]\n    modules: { slow: [acme] }\n'
    );
    const catalogue = ModuleCatalogue.load({ modules: [acme], profiles: [profiles] });
    const profile = catalogue.profileFor({ sysObjectID: '1.3.6.1.4.1.9.12.3.1.3.1084', sysDescr: '' });
    expect(profile.name).toBe('cisco');
    expect(profile.modules.map(({ module }) => module.name)).toContain('acme');
    expect(profile.modules.map(({ module }) => module.name)).toContain('cisco_cpu');
  });

  it('fallback goes before the shipped one', () => {
    const profiles = file('fallback.yml', 'profiles: { little: { extends: base, fallback: true } }');
    const profile = ModuleCatalogue.load({ profiles: [profiles] }).profileFor(system);
    expect(profile.modules.map(({ module }) => module.name)).toEqual(['snmp_engine', 'clock', 'clock_zone']);
  });

  it('module may not take the name of a shipped one', () => {
    const twice = file('twice.yml', 'modules: { bgp4: { walk: [1.3], metrics: [] } }');
    const bgp = shippedModuleFiles().find(({ name }) => name.endsWith('/bgp4.yml'))?.name;
    expect(() => ModuleCatalogue.load({ modules: [twice] })).toThrow(
      `${twice}:1: module "bgp4" stands in ${bgp}:3 too; rename or remove one`
    );
  });

  it('files that cannot be used are told all at once', () => {
    const bad = file('bad.yml', 'modules: { m: { walks: [1.3], metrics: [] } }');
    const message = messageOf(() => ModuleCatalogue.load({ modules: ['/nowhere/a.yml', bad, '/nowhere/b.yml'] }));
    expect(message.split('\n').map((line) => line.replace(`${directory}/`, ''))).toEqual([
      '/nowhere/a.yml: cannot be read (ENOENT); name an existing file of modules that this user may read',
      '/nowhere/b.yml: cannot be read (ENOENT); name an existing file of modules that this user may read',
      'bad.yml:1: unknown key "modules.m.walks"; did you mean "walk"?',
    ]);
  });

  it('profiles that cannot be used are told all at once', () => {
    const one = file('one.yml', 'profiles: { a: { extends: genric } }');
    const message = messageOf(() => ModuleCatalogue.load({ profiles: [one, '/nowhere/p.yml'] }));
    expect(message.split('\n')).toEqual([
      `${one}:1: profiles.a.extends: there is no profile "genric"; did you mean "generic"?`,
      '/nowhere/p.yml: cannot be read (ENOENT); name an existing file that this user may read',
    ]);
  });
});

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (err) {
    expect(err).toBeInstanceOf(ConfigError);
    return (err as Error).message;
  }
  throw new Error('nothing was refused');
}
