import { isIP } from 'node:net';
import { parseHostPort } from './address';
import type { BundleFile } from './bundle-schema';
import { deviceId } from './device-id';
import { nearestKey } from './known-keys';
import { readProbeAddress } from './probe-address';
import { probeSchema } from './schema';

/** What is wrong between entries: where, and what would be right. */
export interface BundleFinding {
  path: (string | number)[];
  message: string;
}

/** Duplicates, names that point nowhere, devices that are reached through themselves, and probes of no address. */
export function bundleFindings(bundle: BundleFile): BundleFinding[] {
  return [
    ...taken('sites', bundle.sites, 'name', (s) => s.name),
    ...taken('devices', bundle.devices, 'name', (d) => d.name),
    ...taken('devices', bundle.devices, 'id', (d) => d.id ?? deviceId(d.name)),
    ...taken('devices', bundle.devices, 'address', (d) => addressKey(d.address)),
    ...taken('probe_targets', bundle.probe_targets, 'name', (p) => p.name),
    ...taken('alert_packs', bundle.alert_packs, '', (name) => name),
    ...interfaces(bundle),
    ...probeAddresses(bundle),
    ...dangling(bundle),
    ...loops(bundle),
  ];
}

function addressKey(address: string): string {
  const at = parseHostPort(address, 161);
  return at ? (isIP(at.host) === 6 ? `[${at.host}]:${at.port}` : `${at.host.toLowerCase()}:${at.port}`) : address;
}

function taken<T>(list: string, entries: readonly T[], key: string, read: (entry: T) => string | undefined) {
  const first = new Map<string, number>();
  return entries.flatMap((entry, index): BundleFinding[] => {
    const value = read(entry);
    if (value === undefined || !first.has(value)) {
      if (value !== undefined) {
        first.set(value, index);
      }
      return [];
    }
    const path = key === '' ? [list, index] : [list, index, key];
    return [
      {
        path,
        message: `${JSON.stringify(value)} is taken by ${list}[${first.get(value)}]; each ${key || 'entry'} must be its own`,
      },
    ];
  });
}

function interfaces(bundle: BundleFile): BundleFinding[] {
  return bundle.devices.flatMap((device, index) => {
    const list = `devices[${index}].interfaces`;
    const rows = device.interfaces.map((i, n) => ({ if_name: i.if_name, if_index: i.if_index ?? n + 1 }));
    return [
      ...taken(list, rows, 'if_name', (i) => i.if_name),
      ...taken(list, rows, 'if_index', (i) => String(i.if_index)),
    ].map((finding) => ({
      path: ['devices', index, 'interfaces', ...finding.path.slice(1)],
      message: `${finding.message} on device ${device.name}`,
    }));
  });
}

function probeAddresses(bundle: BundleFile): BundleFinding[] {
  return bundle.probe_targets.flatMap(({ name, address, kind }, i): BundleFinding[] => {
    const probe = probeSchema.safeParse({ name, address, type: kind });
    // What the schema refuses has its own finding.
    const asked = probe.success ? readProbeAddress(probe.data) : undefined;
    return asked && 'rule' in asked ? [{ path: ['probe_targets', i, 'address'], message: asked.rule }] : [];
  });
}

function dangling(bundle: BundleFile): BundleFinding[] {
  const sites = new Set(bundle.sites.map((s) => s.name));
  const devices = new Map(bundle.devices.map((d) => [d.name, new Set(d.interfaces.map((i) => i.if_name))]));
  const deviceNames = new Set(devices.keys());
  const device = (path: (string | number)[], name: string) => missing(path, 'device', name, deviceNames);
  return [
    ...bundle.devices.flatMap((d, i) => missing(['devices', i, 'site'], 'site', d.site, sites)),
    ...bundle.links.flatMap((link, i) =>
      (['a', 'b'] as const).flatMap((side) => {
        const end = link[side];
        const known = devices.get(end.device);
        return known === undefined
          ? device(['links', i, side, 'device'], end.device)
          : missing(['links', i, side, 'interface'], 'interface', end.interface, known, ` on device ${end.device}`);
      })
    ),
    ...bundle.dependencies.flatMap((entry, i) => [
      ...device(['dependencies', i, 'device'], entry.device),
      ...entry.upstreams.flatMap((name, n) =>
        name === entry.device
          ? [{ path: ['dependencies', i, 'upstreams', n], message: `device ${name} cannot be its own upstream` }]
          : device(['dependencies', i, 'upstreams', n], name)
      ),
    ]),
  ];
}

/** Each loop once, at the entry that closes it; a device that is its own upstream is told as such. */
function loops({ dependencies }: BundleFile): BundleFinding[] {
  const upstreams = new Map<string, string[]>();
  for (const entry of dependencies) {
    upstreams.set(entry.device, [...(upstreams.get(entry.device) ?? []), ...entry.upstreams]);
  }
  const done = new Set<string>();
  const found: string[][] = [];
  const visit = (device: string, way: readonly string[]) => {
    if (way.includes(device)) {
      const loop = way.slice(way.indexOf(device));
      if (loop.length > 1) {
        found.push([...loop, device]);
      }
    } else if (!done.has(device)) {
      upstreams.get(device)?.forEach((upstream) => visit(upstream, [...way, device]));
      done.add(device);
    }
  };
  [...upstreams.keys()].forEach((device) => visit(device, []));
  return found.map((loop) => ({
    path: ['dependencies', dependencies.findIndex(({ device }) => device === loop.at(-2))],
    message: `${loop.join(' is reached through ')}; a device must not be its own upstream by way of others`,
  }));
}

function missing(path: (string | number)[], kind: string, name: string, known: ReadonlySet<string>, where = '') {
  if (known.has(name)) {
    return [];
  }
  const near = nearestKey(name, [...known]);
  const right = near ? `did you mean ${JSON.stringify(near)}?` : `the bundle has ${[...known].join(', ') || 'none'}`;
  return [{ path, message: `there is no ${kind} ${JSON.stringify(name)}${where}; ${right}` }];
}
