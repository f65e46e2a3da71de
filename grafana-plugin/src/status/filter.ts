import { isProblem } from './order';
import type { SiteStatus } from './sites';
import type { SiteState } from './state';

export interface SiteFilter {
  /** Substring of a site's or device's name, an address (".5" too) or a provider; case does not matter. */
  search: string;
  /** Empty means every state. */
  states: readonly SiteState[];
  /** Empty means every region. */
  regions: readonly string[];
  problemsOnly: boolean;
}

export const NO_FILTER: SiteFilter = { search: '', states: [], regions: [], problemsOnly: false };

export function isFiltering(filter: SiteFilter): boolean {
  return Boolean(filter.search.trim() || filter.states.length || filter.regions.length || filter.problemsOnly);
}

export function filterSites(sites: readonly SiteStatus[], filter: SiteFilter): SiteStatus[] {
  const needle = filter.search.trim().toLowerCase();
  return sites.filter(
    (site) =>
      (filter.states.length === 0 || filter.states.includes(site.state)) &&
      (filter.regions.length === 0 || filter.regions.includes(site.region)) &&
      (!filter.problemsOnly || isProblem(site)) &&
      (needle === '' || matches(site, needle))
  );
}

function matches(site: SiteStatus, needle: string): boolean {
  const has = (text: string) => text.toLowerCase().includes(needle);
  return (
    has(site.name) ||
    site.uplinks.some((uplink) => has(uplink.provider) || has(uplink.deviceName) || has(uplink.address)) ||
    site.devices.some((device) => has(device.name) || has(device.address))
  );
}
