import type { DeviceWords } from '../device-words';

export interface StoredDevice extends DeviceWords {
  id: string;
  origin: 'file' | 'api';
  /** Deleted, or left the file. */
  removed: boolean;
}

/** What tells devices apart; of all of them. */
export type DeviceIdentityRow = Pick<StoredDevice, 'id' | 'name' | 'address' | 'snmp_port' | 'removed'>;

/** What devices of a site have in common. */
export interface SitePlace {
  region: string;
  latitude: number | null;
  longitude: number | null;
}
export type SitesByName = ReadonlyMap<string, SitePlace>;
