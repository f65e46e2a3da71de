import { useCallback, useMemo } from 'react';
import { useLocation } from 'react-router';
import { locationService } from '@grafana/runtime';
import type { SiteFilter } from '../../status/filter';
import { isSiteState } from '../../status/state';

/** The filter as the address bar holds it; what is not a state is ignored. */
export function decodeFilter(search: string): SiteFilter {
  const params = new URLSearchParams(search);
  return {
    search: params.get('q') ?? '',
    states: params.getAll('state').filter(isSiteState),
    regions: params.getAll('region'),
    problemsOnly: params.get('problems') === '1',
  };
}

/** Writes the filter into a query string and leaves every other parameter (kiosk, theme, …) as it is. */
export function encodeFilter(filter: SiteFilter, search: string): string {
  const params = new URLSearchParams(search);
  for (const name of ['q', 'state', 'region', 'problems']) {
    params.delete(name);
  }
  if (filter.search) {
    params.set('q', filter.search);
  }
  filter.states.forEach((state) => params.append('state', state));
  filter.regions.forEach((region) => params.append('region', region));
  if (filter.problemsOnly) {
    params.set('problems', '1');
  }
  return params.toString();
}

/** The filter of the Monitor page: it lives in the URL, so it survives a reload and can be sent to a colleague. */
export function useUrlFilter(): [SiteFilter, (change: Partial<SiteFilter>) => void] {
  const { search } = useLocation();
  const filter = useMemo(() => decodeFilter(search), [search]);
  const change = useCallback((change: Partial<SiteFilter>) => {
    const location = locationService.getLocation();
    const next = encodeFilter({ ...decodeFilter(location.search), ...change }, location.search);
    locationService.replace({ ...location, search: next });
  }, []);
  return [filter, change];
}
