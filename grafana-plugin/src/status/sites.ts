import type { DeviceStatus, Fleet, UplinkStatus } from './entities';
import { effectiveState, siteState } from './site-state';
import type { SiteState, State } from './state';

/** An uplink with the state that the site feels (see effectiveState). */
export interface SiteUplink extends UplinkStatus {
  effective: State;
  /** True when the uplink counts as down only because its device does not answer. */
  deviceDown: boolean;
}

export interface SiteStatus {
  key: string;
  /** Empty for devices that no site was told of. */
  name: string;
  region: string;
  state: SiteState;
  /** Unix seconds since when the site is in this state; null when nobody knows. */
  since: number | null;
  approximate: boolean;
  /** Unix seconds of the last data when the site is unknown because its data has stopped; else null. */
  lastSeen: number | null;
  uplinks: SiteUplink[];
  devices: DeviceStatus[];
  devicesByState: Record<State, number>;
}

/** Groups a fleet by site and judges each one. Cost is linear in the size of the fleet. */
export function sitesOf(fleet: Fleet): SiteStatus[] {
  const groups = new Map<string, { name: string; region: string; uplinks: UplinkStatus[]; devices: DeviceStatus[] }>();
  const groupOf = (name: string, region: string) => {
    const key = `${region}\u0000${name}`;
    let group = groups.get(key);
    if (!group) {
      group = { name, region, uplinks: [], devices: [] };
      groups.set(key, group);
    }
    return group;
  };
  const deviceById = new Map(fleet.devices.map((device) => [device.id, device]));
  for (const device of fleet.devices) {
    groupOf(device.site, device.region).devices.push(device);
  }
  for (const uplink of fleet.uplinks) {
    // The device says where it stands; an uplink's own labels count only while its device is not seen.
    const place = deviceById.get(uplink.deviceId) ?? uplink;
    groupOf(place.site, place.region).uplinks.push(uplink);
  }
  return [...groups].map(([key, group]) => siteOf(key, group.name, group.region, group.uplinks, group.devices));
}

function siteOf(
  key: string,
  name: string,
  region: string,
  uplinks: UplinkStatus[],
  devices: DeviceStatus[]
): SiteStatus {
  const byId = new Map(devices.map((device) => [device.id, device]));
  const siteUplinks = uplinks
    .map((uplink): SiteUplink => {
      const device = byId.get(uplink.deviceId);
      const effective = effectiveState(uplink.state, device?.state);
      const deviceDown = effective === 'down' && device?.state === 'down';
      return { ...uplink, effective, deviceDown };
    })
    .sort(
      (a, b) =>
        a.deviceName.localeCompare(b.deviceName) || a.ifName.localeCompare(b.ifName, undefined, { numeric: true })
    );
  const state = siteState(uplinks, devices);
  const devicesByState: Record<State, number> = { up: 0, down: 0, unknown: 0, disabled: 0 };
  for (const device of devices) {
    devicesByState[device.state] += 1;
  }
  return {
    key,
    name,
    region,
    state,
    ...sinceOf(state, siteUplinks, devices, byId),
    lastSeen: state === 'unknown' ? lastSeenOf(uplinks.length > 0 ? uplinks : devices) : null,
    uplinks: siteUplinks,
    devices: [...devices].sort(worstFirst),
    devicesByState,
  };
}

/** Down since the last way out failed; degraded since the first one did; up since the last one came back. */
function sinceOf(
  state: SiteState,
  uplinks: SiteUplink[],
  devices: DeviceStatus[],
  byId: Map<string, DeviceStatus>
): { since: number | null; approximate: boolean } {
  const parts =
    uplinks.length > 0
      ? uplinks.map((uplink) => {
          const device = byId.get(uplink.deviceId);
          // Whichever failed first cut the uplink off.
          const own = uplink.state === 'down' ? uplink : device;
          const source = uplink.deviceDown ? earlier(own, device) : uplink;
          return { state: uplink.effective, since: source?.since ?? null, approximate: source?.approximate ?? true };
        })
      : devices;
  const wanted: State = state === 'degraded' ? 'down' : state;
  const known = parts.flatMap(({ state: of, since, approximate }) =>
    of === wanted && since !== null ? [{ since, approximate }] : []
  );
  if (known.length === 0) {
    return { since: null, approximate: false };
  }
  const first = state === 'degraded' || state === 'unknown';
  return known.reduce((best, part) => (part.since < best.since === first ? part : best));
}

function earlier<T extends { since: number | null }>(a: T | undefined, b: T | undefined): T | undefined {
  if (a?.since == null || b?.since == null) {
    return a?.since == null ? b : a;
  }
  return a.since <= b.since ? a : b;
}

function lastSeenOf(parts: Array<{ state: State; lastSeen: number | null }>): number | null {
  const unknown = parts.filter((part) => part.state === 'unknown');
  const times = unknown.flatMap(({ lastSeen }) => (lastSeen === null ? [] : [lastSeen]));
  // One that answers "unknown" is no silence: the site is then unknown for another reason.
  return times.length > 0 && times.length === unknown.length ? Math.max(...times) : null;
}

const DEVICE_ORDER: Record<State, number> = { down: 0, unknown: 1, up: 2, disabled: 3 };

function worstFirst(a: DeviceStatus, b: DeviceStatus): number {
  return DEVICE_ORDER[a.state] - DEVICE_ORDER[b.state] || a.name.localeCompare(b.name, undefined, { numeric: true });
}
