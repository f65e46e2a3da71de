import type { Device, Site } from '../model/device';
import { parseHostPort } from './address';
import { bundleFindings } from './bundle-references';
import { bundleSchema, type BundleFile } from './bundle-schema';
import { deviceId } from './device-id';
import { readDocument } from './document';

/** An interface that a bundle promises; a walk of the device has the last word. */
export interface BundleInterface {
  ifName: string;
  ifDescr: string;
  ifAlias: string;
  ifIndex: number;
  /** IANAifType number. */
  ifType: number;
  /** bit/s; 0 where the agent has no word on it. */
  speed: number;
  /** Octets. */
  mtu: number;
  enabled: boolean;
  connected: boolean;
  /** Set on uplinks only. */
  provider: string | null;
}

export interface BundleDevice extends Device {
  tags: readonly string[];
  interfaces: readonly BundleInterface[];
}

export interface BundleLinkEnd {
  device: string;
  interface: string;
}

/** A ready-made fleet: sites, devices, how they hang together, what else to probe, which alert rules to load. */
export interface Bundle {
  name: string;
  description: string;
  sites: readonly Site[];
  devices: readonly BundleDevice[];
  links: readonly { a: BundleLinkEnd; b: BundleLinkEnd }[];
  dependencies: readonly { device: string; upstreams: readonly string[] }[];
  probeTargets: BundleFile['probe_targets'];
  alertPacks: readonly string[];
}

/** The schema together with what it cannot see: duplicates and names that point nowhere. */
export const checkedBundleSchema = bundleSchema.superRefine((bundle, context) => {
  for (const finding of bundleFindings(bundle)) {
    context.addIssue({ code: 'custom', path: finding.path, message: finding.message });
  }
});

/** Reads a bundle in JSON or YAML; throws ConfigError with every problem of the file at once. */
export const readBundleFile = (file: string): BundleFile => readDocument(file, checkedBundleSchema);

/** As readBundleFile, decoded. */
export const loadBundle = (file: string): Bundle => decodeBundle(readBundleFile(file));

/** The same checks for a bundle that was made in memory; throws ZodError. */
export const parseBundle = (raw: unknown): Bundle => decodeBundle(checkedBundleSchema.parse(raw));

/** @param file that the schema let through */
export function decodeBundle(file: BundleFile): Bundle {
  const regions = new Map(file.sites.map((s) => [s.name, s.region ?? '']));
  return {
    name: file.name,
    description: file.description,
    sites: file.sites.map((s) => ({
      name: s.name,
      region: s.region ?? '',
      latitude: s.latitude ?? null,
      longitude: s.longitude ?? null,
    })),
    devices: file.devices.map((d) => device(d, regions.get(d.site) ?? '')),
    links: file.links,
    dependencies: file.dependencies,
    probeTargets: file.probe_targets,
    alertPacks: file.alert_packs,
  };
}

function device(d: BundleFile['devices'][number], region: string): BundleDevice {
  const at = parseHostPort(d.address, 161);
  if (!at) {
    throw new Error(`address ${d.address} of device ${d.name} passed the schema but does not parse`);
  }
  return {
    id: d.id ?? deviceId(d.name),
    name: d.name,
    address: at.host,
    snmpPort: at.port,
    site: d.site,
    region,
    type: d.type,
    role: d.role ?? '',
    auth: d.auth ?? null,
    ping: d.ping,
    enabled: true,
    vendor: d.vendor ?? '',
    model: d.model ?? '',
    osVersion: d.os_version ?? '',
    sysName: d.name,
    tags: d.tags,
    interfaces: d.interfaces.map((i, n) => ({
      ifName: i.if_name,
      ifDescr: i.if_descr ?? i.if_name,
      ifAlias: i.if_alias,
      ifIndex: i.if_index ?? n + 1,
      ifType: i.if_type,
      speed: i.speed,
      mtu: i.mtu,
      enabled: i.enabled,
      connected: i.connected,
      provider: i.provider ?? null,
    })),
  };
}
