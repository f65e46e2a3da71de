import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadBundle } from '../../exporter/src/config/bundle';
import { demoBundles } from './demo-bundles';
import { makeFleet, parseFleetSize } from './fleet';

describe('a fleet', () => {
  it.each([
    [1, 1],
    [877, 5_000],
    [10_000, 40_000],
  ])('of %i devices has exactly %i interfaces and every address once', (devices, interfaces) => {
    const fleet = makeFleet({ devices, interfaces });
    expect(fleet.devices).toHaveLength(devices);
    expect(fleet.devices.reduce((n, d) => n + d.interfaces.length, 0)).toBe(interfaces);
    expect(new Set(fleet.devices.map((d) => d.address)).size).toBe(devices);
    expect(fleet.devices.every((d) => d.interfaces.length > 0)).toBe(true);
  });

  it.each([
    ['devices=877,interfaces=5000', { devices: 877, interfaces: 5_000 }],
    ['interfaces=9, devices=3', { devices: 3, interfaces: 9 }],
  ])('is read from %s', (text, size) => {
    expect(parseFleetSize(text)).toEqual(size);
  });

  it.each([
    ['', 'found ""; it must be devices=N,interfaces=M'],
    ['devices=0,interfaces=5', 'found "devices=0"'],
    ['devices=5', 'it must name both'],
    ['devices=5,interfaces=4', 'one interface a device at least'],
    ['devices=99999999,interfaces=99999999', '62500 devices at most'],
  ])('"%s" is refused', (text, message) => {
    expect(() => parseFleetSize(text)).toThrow(message);
  });
});

const shipped = (name: string) => path.resolve(__dirname, '../../exporter/bundles', `${name}.json`);

describe('the bundles that ship', () => {
  it.each([
    ['demo_small', 3, 6, ['Magti', 'Silknet']],
    ['demo_mid', 10, 40, ['Caucasus Online', 'Magti', 'Silknet', 'Veon']],
  ])('%s has %i sites, %i devices and its providers', (name, sites, devices, providers) => {
    const bundle = loadBundle(shipped(name));
    expect(bundle.name).toBe(name);
    expect(bundle.sites).toHaveLength(sites);
    expect(bundle.devices).toHaveLength(devices);
    const uplinks = bundle.devices.flatMap((d) =>
      d.interfaces.filter((i) => i.provider).map((i) => ({ ...i, site: d.site }))
    );
    expect([...new Set(uplinks.map((u) => u.provider))].sort()).toEqual(providers);
    for (const site of bundle.sites) {
      // Georgia lies between 41.0 and 43.6 north, 40.0 and 46.8 east.
      expect(site.latitude).toBeGreaterThan(41);
      expect(site.latitude).toBeLessThan(43.6);
      expect(site.longitude).toBeGreaterThan(40);
      expect(site.longitude).toBeLessThan(46.8);
      const here = uplinks.filter((u) => u.site === site.name);
      expect(here).toHaveLength(2);
      expect(new Set(here.map((u) => u.provider)).size).toBe(2);
    }
    expect(bundle.devices.every((d) => d.auth === 'demo' && d.address.startsWith('127.') && d.snmpPort === 1161)).toBe(
      true
    );
    expect(bundle.links.length).toBeGreaterThan(0);
    expect(bundle.dependencies.length).toBeGreaterThan(0);
    expect(bundle.probeTargets.length).toBe(providers.length);
    expect(bundle.alertPacks.length).toBeGreaterThan(0);
  });

  it.each(demoBundles().map((b) => [b.name, b] as const))('%s is what make-bundles.ts writes', (name, bundle) => {
    expect(JSON.parse(readFileSync(shipped(name), 'utf8'))).toEqual(JSON.parse(JSON.stringify(bundle)));
  });

  it.each(['demo_small', 'demo_mid'])('%s holds no secret', (name) => {
    expect(readFileSync(shipped(name), 'utf8')).not.toMatch(/community|password|token|secret/i);
  });
});
