import type { SiteStatus } from './sites';
import type { SiteState } from './state';

export interface Summary {
  total: number;
  byState: Record<SiteState, number>;
  devices: number;
  uplinks: number;
}

export function summarise(sites: readonly SiteStatus[]): Summary {
  const byState: Record<SiteState, number> = { up: 0, degraded: 0, down: 0, unknown: 0, disabled: 0 };
  let devices = 0;
  let uplinks = 0;
  for (const site of sites) {
    byState[site.state] += 1;
    devices += site.devices.length;
    uplinks += site.uplinks.length;
  }
  return { total: sites.length, byState, devices, uplinks };
}
