import { z } from 'zod';
import { INTERFACE_TYPES, type Interface } from './interface';
import { DEVICE_TIERS, type Device } from './device';

/**
 * The exporter's list of what to poll, as the sidecar serves it on `/targets` and the exporter keeps it on disk.
 * Field names on the wire are snake_case like every JSON body of the product.
 */
const interfaceSchema = z.strictObject({
  if_name: z.string().min(1),
  weak_identity: z.boolean(),
  if_index: z.number().int().nonnegative(),
  if_descr: z.string(),
  if_alias: z.string(),
  if_type: z.number().int(),
  interface_type: z.enum(INTERFACE_TYPES),
  isp_provider: z.string(),
  is_critical: z.boolean(),
  monitored: z.boolean(),
  speed_override: z.number().positive().nullable(),
});

const deviceSchema = z.strictObject({
  id: z.string().min(1),
  name: z.string().min(1),
  address: z.string().min(1),
  snmp_port: z.number().int().min(1).max(65535),
  site: z.string(),
  region: z.string(),
  type: z.string(),
  role: z.string(),
  auth: z.string().nullable(),
  ping: z.boolean(),
  enabled: z.boolean(),
  /** Absent: standard. */
  tier: z.enum(DEVICE_TIERS).optional(),
  vendor: z.string(),
  model: z.string(),
  os_version: z.string(),
  sys_name: z.string(),
  interfaces: z.array(interfaceSchema),
});

export const targetListSchema = z.strictObject({
  version: z.literal(1),
  /** Unix time in ms. */
  generated_at: z.number(),
  devices: z.array(deviceSchema),
});

/** A device with the interfaces that are known of it. */
export interface Target {
  device: Device;
  interfaces: Interface[];
  /** What is known of the device and over its budget: neither polled nor published. */
  leftOut?: { interfaces: number; series: number };
}

export interface TargetList {
  generatedAt: number;
  targets: Target[];
}

type WireList = z.infer<typeof targetListSchema>;

export function targetListFromJson(body: unknown): TargetList {
  const wire = targetListSchema.parse(body);
  return {
    generatedAt: wire.generated_at,
    targets: wire.devices.map((d) => ({
      device: {
        id: d.id,
        name: d.name,
        address: d.address,
        snmpPort: d.snmp_port,
        site: d.site,
        region: d.region,
        type: d.type,
        role: d.role,
        auth: d.auth,
        ping: d.ping,
        enabled: d.enabled,
        tier: d.tier,
        vendor: d.vendor,
        model: d.model,
        osVersion: d.os_version,
        sysName: d.sys_name,
      },
      interfaces: d.interfaces.map((i) => ({
        ifName: i.if_name,
        weakIdentity: i.weak_identity,
        ifIndex: i.if_index,
        ifDescr: i.if_descr,
        ifAlias: i.if_alias,
        ifType: i.if_type,
        interfaceType: i.interface_type,
        ispProvider: i.isp_provider,
        isCritical: i.is_critical,
        monitored: i.monitored,
        speedOverride: i.speed_override,
      })),
    })),
  };
}

export function targetListToJson(list: TargetList): WireList {
  return {
    version: 1,
    generated_at: list.generatedAt,
    devices: list.targets.map(({ device: d, interfaces }) => ({
      id: d.id,
      name: d.name,
      address: d.address,
      snmp_port: d.snmpPort,
      site: d.site,
      region: d.region,
      type: d.type,
      role: d.role,
      auth: d.auth,
      ping: d.ping,
      enabled: d.enabled,
      tier: d.tier === 'slow' ? d.tier : undefined,
      vendor: d.vendor,
      model: d.model,
      os_version: d.osVersion,
      sys_name: d.sysName,
      interfaces: interfaces.map((i) => ({
        if_name: i.ifName,
        weak_identity: i.weakIdentity,
        if_index: i.ifIndex,
        if_descr: i.ifDescr,
        if_alias: i.ifAlias,
        if_type: i.ifType,
        interface_type: i.interfaceType,
        isp_provider: i.ispProvider,
        is_critical: i.isCritical,
        monitored: i.monitored,
        speed_override: i.speedOverride,
      })),
    })),
  };
}
