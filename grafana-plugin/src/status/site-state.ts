import type { DeviceStatus, UplinkStatus } from './entities';
import type { SiteState, State } from './state';

/**
 * State of an uplink as the site feels it. A device that does not answer takes its uplinks with it: what SNMP said of
 * them a minute ago is no longer true. A disabled device disables them.
 */
export function effectiveState(uplink: State, device: State | undefined): State {
  if (uplink === 'disabled' || device === 'disabled') {
    return 'disabled';
  }
  return device === 'down' ? 'down' : uplink;
}

/**
 * Roll-up of a site from the states of its uplinks. Disabled ones are left out.
 * A site with one uplink known down and the rest not known has at least lost redundancy, so it is degraded and not
 * merely unknown: a known fault is never hidden behind a missing answer.
 */
export function rollUp(states: readonly State[]): SiteState {
  const counted = states.filter((state) => state !== 'disabled');
  if (counted.length === 0) {
    return states.length > 0 ? 'disabled' : 'unknown';
  }
  if (counted.every((state) => state === 'up')) {
    return 'up';
  }
  if (counted.every((state) => state === 'down')) {
    return 'down';
  }
  return counted.includes('down') ? 'degraded' : 'unknown';
}

/** A site without uplinks is judged by its devices instead. */
export function siteState(uplinks: readonly UplinkStatus[], devices: readonly DeviceStatus[]): SiteState {
  const byId = new Map(devices.map((device) => [device.id, device.state]));
  if (uplinks.length === 0) {
    return rollUp(devices.map((device) => device.state));
  }
  return rollUp(uplinks.map((uplink) => effectiveState(uplink.state, byId.get(uplink.deviceId))));
}
