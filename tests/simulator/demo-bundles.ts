import type { BundleFileInput } from '../../exporter/src/config/bundle-schema';
import { router, switchOf, type DeviceInput, type Make } from './bundle-devices';
import { lab } from './bundle-lab';
import { PLACES, type Line, type Place } from './bundle-places';

/** A link between two devices that name each other in an interface's alias. */
function linksOf(devices: readonly DeviceInput[]): BundleFileInput['links'] {
  const toward = (from: DeviceInput, to: DeviceInput) =>
    (from.interfaces ?? []).find((i) => i.if_alias?.endsWith(` ${to.name}`))?.if_name;
  return devices.flatMap((a, n) =>
    devices.slice(n + 1).flatMap((b) => {
      const [here, there] = [toward(a, b), toward(b, a)];
      return here && there ? [{ a: { device: a.name, interface: here }, b: { device: b.name, interface: there } }] : [];
    })
  );
}

const probes = (lines: readonly Line[]) =>
  [...new Set(lines.map(([provider]) => provider))].map((provider, n) => ({
    name: `${provider} gateway`,
    address: `127.200.0.${n + 1}`,
    kind: 'icmp' as const,
    class: 'gateway' as const,
  }));

const siteOf = ({ name, region, latitude, longitude }: Place) => ({ name, region, latitude, longitude });

function small(): BundleFileInput {
  const places = PLACES.slice(0, 3);
  const makes: readonly (readonly [Make, Make])[] = [
    ['Cisco', 'MikroTik'],
    ['MikroTik', 'MikroTik'],
    ['MikroTik', 'Cisco'],
  ];
  const devices = places.flatMap((place, n) => {
    const [first, second] = place.lines;
    const stem = place.name.toLowerCase();
    const names = [`${stem}-r1`, `${stem}-r2`] as const;
    // The first site has both lines on one router, the others one on each.
    const lines: Line[][] = n === 0 ? [[first, second], []] : [[first], [second]];
    return names.map((name, i) =>
      router({
        name,
        address: `127.1.${n + 1}.${i + 1}:1161`,
        site: place.name,
        make: makes[n]?.[i] ?? 'MikroTik',
        lines: lines[i] ?? [],
        trunks: [names[1 - i] as string],
      })
    );
  });
  return {
    name: 'demo_small',
    description: 'Three sites, six routers, two providers',
    sites: places.map(siteOf),
    devices,
    links: linksOf(devices),
    dependencies: [{ device: 'tbilisi-r2', upstreams: ['tbilisi-r1'] }],
    probe_targets: probes(places.flatMap((p) => p.lines)),
    alert_packs: ['sites', 'devices', 'probes'],
  };
}

function mid(): BundleFileInput {
  const devices = PLACES.flatMap((place, n) => {
    const stem = place.name.toLowerCase();
    const [r1, r2, s1, s2] = [`${stem}-r1`, `${stem}-r2`, `${stem}-sw1`, `${stem}-sw2`] as const;
    const address = (i: number) => `127.2.${n + 1}.${i}:1161`;
    const onOne = n % 3 === 0;
    const make: Make = n % 2 === 0 ? 'Cisco' : 'MikroTik';
    const [first, second] = place.lines;
    const site = place.name;
    const sw = [s1, s2];
    return [
      router({ name: r1, address: address(1), site, make, lines: onOne ? [first, second] : [first], trunks: sw }),
      router({ name: r2, address: address(2), site, make: 'MikroTik', lines: onOne ? [] : [second], trunks: sw }),
      switchOf(s1, address(11), site, [r1, r2], n % 4 === 3),
      switchOf(s2, address(12), site, [r1, r2], false),
    ];
  });
  return {
    name: 'demo_mid',
    description: 'Ten sites, twenty routers and twenty switches, four providers',
    sites: PLACES.map(siteOf),
    devices,
    links: linksOf(devices),
    dependencies: PLACES.flatMap(({ name }) =>
      ['sw1', 'sw2'].map((sw) => {
        const stem = name.toLowerCase();
        return { device: `${stem}-${sw}`, upstreams: [`${stem}-r1`, `${stem}-r2`] };
      })
    ),
    probe_targets: probes(PLACES.flatMap((p) => p.lines)),
    alert_packs: ['sites', 'devices', 'probes'],
  };
}

/** The bundles that ship, as `exporter/bundles/*.json` has them. */
export const demoBundles = (): BundleFileInput[] => [small(), mid(), lab()];
