export const DEVICE_TIERS = ['standard', 'slow'] as const;
export type DeviceTier = (typeof DEVICE_TIERS)[number];

/** A monitored box with one management address. */
export interface Device {
  /** Stable identity: survives a change of name or address. Label `device_id`. */
  id: string;
  name: string;
  /** IP literal or DNS name, without port. Label `device_ip`. */
  address: string;
  snmpPort: number;
  /** Site (= branch) name; empty when unassigned. Label `branch`. */
  site: string;
  region: string;
  /** Kind of box as the operator says it: router, switch, access_point, nvr, … Label `device_type`. */
  type: string;
  /** Place in the network: core, edge, agg, access, …; empty when not told. */
  role: string;
  /** Name of the entry under `auths:` that answers; null when the device is only pinged. */
  auth: string | null;
  ping: boolean;
  enabled: boolean;
  /** `slow`: its interfaces are polled at the slow interval only. */
  tier?: DeviceTier;
  vendor: string;
  model: string;
  osVersion: string;
  sysName: string;
}

/** The three labels that identify a device on every series. */
export interface DeviceIdentity {
  device_id: string;
  device_ip: string;
  device_name: string;
}

export function deviceIdentity(device: Pick<Device, 'id' | 'address' | 'name'>): DeviceIdentity {
  return { device_id: device.id, device_ip: device.address, device_name: device.name };
}

export interface Site {
  name: string;
  region: string;
  /** Degrees, WGS 84; null when not told. */
  latitude: number | null;
  longitude: number | null;
}
