import type { DeviceStatus, UplinkStatus } from '../src/status/entities';
import type { State } from '../src/status/state';

/** A device of site HQ that has been up since 1000, unless told otherwise. */
export function device(change: Partial<DeviceStatus> = {}): DeviceStatus {
  return {
    id: 'r1',
    name: 'hq-router',
    address: '10.0.0.5',
    type: 'router',
    site: 'HQ',
    region: 'East',
    state: 'up',
    since: 1000,
    approximate: false,
    lastSeen: null,
    lastState: null,
    ...change,
  };
}

export function uplink(change: Partial<UplinkStatus> = {}): UplinkStatus {
  return {
    deviceId: 'r1',
    deviceName: 'hq-router',
    address: '10.0.0.5',
    ifName: 'ether1',
    provider: 'Magti',
    critical: true,
    site: 'HQ',
    region: 'East',
    state: 'up',
    since: 1000,
    approximate: false,
    lastSeen: null,
    lastState: null,
    ...change,
  };
}

/** Uplinks ether1, ether2, … in these states. */
export function uplinks(...states: State[]): UplinkStatus[] {
  return states.map((state, index) => uplink({ ifName: `ether${index + 1}`, state, since: 1000 + index }));
}
