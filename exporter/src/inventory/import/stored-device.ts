import type { DeviceTier } from '../../model/device';

/** Everything of a device that a table may say, as the inventory has it. */
export interface DeviceState {
  name: string;
  address: string;
  snmp_port: number;
  /** Name of the site; empty when unassigned. */
  site: string;
  /** Null: the site's. */
  region_override: string | null;
  type: string;
  role: string;
  auth: string | null;
  /** The operator's words; null: what discovery read. */
  vendor_override: string | null;
  model_override: string | null;
  /** Degrees, WGS 84; null: the site's. */
  latitude: number | null;
  longitude: number | null;
  ping: boolean;
  enabled: boolean;
  tier: DeviceTier;
  tags: readonly string[];
  notes: string;
}

export interface StoredDevice extends DeviceState {
  id: string;
  origin: 'file' | 'api';
  /** Deleted, or left the file. */
  removed: boolean;
}

/** What tells devices apart; of all of them. */
export type DeviceIdentityRow = Pick<StoredDevice, 'id' | 'name' | 'address' | 'snmp_port' | 'removed'>;

export interface SitePlace {
  region: string;
  latitude: number | null;
  longitude: number | null;
}

/** Of a device that a table names for the first time. */
export const NEW_DEVICE: Omit<DeviceState, 'name' | 'address'> = {
  snmp_port: 161,
  site: '',
  region_override: null,
  type: 'router',
  role: '',
  auth: null,
  vendor_override: null,
  model_override: null,
  latitude: null,
  longitude: null,
  ping: true,
  enabled: true,
  tier: 'standard',
  tags: [],
  notes: '',
};
