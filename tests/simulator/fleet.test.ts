import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { loadBundle } from '../../exporter/src/config/bundle';
import { createClassifier } from '../../exporter/src/discovery/classify/classify';
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

/** Values of the label isp_provider. */
const PROVIDER_LABELS: Record<string, string> = {
  Magti: 'magti',
  Silknet: 'silknet',
  Veon: 'veon',
  'Caucasus Online': 'caucasus',
};

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

  it('lab_eve has four sites, ten nodes of six images on one management network, and all its cables', () => {
    const bundle = loadBundle(shipped('lab_eve'));
    expect(bundle.sites).toHaveLength(4);
    expect(bundle.sites.every((site) => site.latitude !== null && site.longitude !== null)).toBe(true);
    expect(bundle.devices.map((d) => d.model).sort()).toEqual(
      ['CHR', 'CHR', 'CSR1000V', 'IOSv', 'IOSv', 'IOSvL2', 'IOSvL2', 'vEOS-lab', 'vEOS-lab', 'vMX'].sort()
    );
    expect(bundle.devices.every((d) => /^172\.31\.99\.\d+$/.test(d.address) && d.snmpPort === 161)).toBe(true);
    expect(bundle.devices.every((d) => d.auth === 'lab' && d.interfaces.some((i) => i.ifAlias === 'MGMT'))).toBe(true);
    // Every port that says where it leads has a cable that leads there.
    const ends = bundle.links.flatMap(({ a, b }) => [
      `${a.device} ${a.interface} ${b.device}`,
      `${b.device} ${b.interface} ${a.device}`,
    ]);
    const said = bundle.devices.flatMap((d) =>
      d.interfaces.flatMap((i) => {
        const to = /(?:trunk to|Cust:) (\S+)$/.exec(i.ifAlias)?.[1];
        return to === undefined ? [] : [`${d.name} ${i.ifName} ${to}`];
      })
    );
    expect(ends).toEqual(expect.arrayContaining(said));
    const uplinks = bundle.devices.flatMap((d) =>
      d.interfaces.filter((i) => i.provider).map((i) => `${d.name} ${i.ifName}`)
    );
    expect(uplinks).toHaveLength(6);
    expect(new Set(ends).size).toBe(said.length + uplinks.length);
    expect(bundle.dependencies).toHaveLength(8);
    expect(bundle.probeTargets).toHaveLength(2);
  });

  it.each(demoBundles().map((b) => b.name))(
    'the classifier takes the uplinks of %s for what they are, and nothing else',
    (name) => {
      const classify = createClassifier();
      for (const device of loadBundle(shipped(name)).devices) {
        for (const { ifName, ifDescr, ifAlias, ifType, provider } of device.interfaces) {
          const verdict = classify({ ifName, ifDescr, ifAlias, ifType, deviceType: device.type });
          expect([device.name, ifName, verdict.interfaceType === 'isp' ? verdict.ispProvider : null]).toEqual([
            device.name,
            ifName,
            provider === null ? null : (PROVIDER_LABELS[provider] ?? provider),
          ]);
        }
      }
    }
  );

  it('docs/bundles.md names the nodes of lab_eve with their images and management ports', () => {
    const page = readFileSync(path.resolve(__dirname, '../../docs/bundles.md'), 'utf8');
    for (const { name, vendor, model, address, site, interfaces } of loadBundle(shipped('lab_eve')).devices) {
      const port = interfaces.find(({ ifAlias }) => ifAlias === 'MGMT')?.ifName;
      expect(page).toContain(`| \`${name}\` | ${vendor} ${model} | \`${port}\`, ${address} | ${site} |`);
    }
  });

  it.each(demoBundles().map((b) => b.name))('%s names alert packs that ship', (name) => {
    const rules = path.resolve(__dirname, '../../alert-rules');
    const packs = readdirSync(rules).flatMap((file) => (file.endsWith('.yml') ? [path.parse(file).name] : []));
    expect(packs).toEqual(expect.arrayContaining([...loadBundle(shipped(name)).alertPacks]));
  });

  it.each(demoBundles().map((b) => [b.name, b] as const))('%s is what make-bundles.ts writes', (name, bundle) => {
    expect(JSON.parse(readFileSync(shipped(name), 'utf8'))).toEqual(JSON.parse(JSON.stringify(bundle)));
  });

  it.each(demoBundles().map((b) => b.name))('%s holds no secret', (name) => {
    expect(readFileSync(shipped(name), 'utf8')).not.toMatch(/community|password|token|secret/i);
  });
});
