import type { State } from './state';

/** What is known of the state of one device or uplink at one moment. */
export interface Observation {
  state: State;
  /** Unix seconds since when `state` holds; null when nobody knows. */
  since: number | null;
  /** True when the state began before anyone watched: it holds for at least that long. */
  approximate: boolean;
  /** Unix seconds of the last data when data has stopped; null while it arrives. */
  lastSeen: number | null;
  /** State at `lastSeen`; null while data arrives. It is history, never the present. */
  lastState: State | null;
}

export interface DeviceStatus extends Observation {
  id: string;
  name: string;
  address: string;
  type: string;
  site: string;
  region: string;
}

/** An interface of type isp. Its identity is its device and `ifName`. */
export interface UplinkStatus extends Observation {
  deviceId: string;
  deviceName: string;
  address: string;
  ifName: string;
  provider: string;
  critical: boolean;
  site: string;
  region: string;
}

export interface Fleet {
  devices: DeviceStatus[];
  uplinks: UplinkStatus[];
}

export function uplinkKey(uplink: Pick<UplinkStatus, 'deviceId' | 'ifName'>): string {
  return `${uplink.deviceId}\u0000${uplink.ifName}`;
}
