import { device, uplink } from '../../test/fleet';
import { formatDuration } from './duration';
import { filterSites, isFiltering, NO_FILTER } from './filter';
import { sitesOf } from './sites';
import { parseState } from './state';

it.each([
  [-5, '0 s'],
  [0, '0 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [192, '3 min 12 s'],
  [3599, '59 min 59 s'],
  [7500, '2 h 5 min'],
  [86400, '1 d'],
  [4 * 86400 + 3 * 3600 + 59, '4 d 3 h'],
])('%d seconds read "%s"', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

it.each([
  ['up', 'up'],
  ['disabled', 'disabled'],
  ['UP', 'unknown'],
  ['', 'unknown'],
  [undefined, 'unknown'],
])('the label %p is the state %s', (label, state) => expect(parseState(label)).toBe(state));

describe('search and filter', () => {
  const sites = sitesOf({
    devices: [
      device(),
      device({ id: 'r2', name: 'batumi-sw', address: '192.168.7.50', site: 'Batumi', region: 'West' }),
    ],
    uplinks: [
      uplink(),
      uplink({
        deviceId: 'r2',
        deviceName: 'batumi-sw',
        address: '192.168.7.50',
        provider: 'Silknet',
        state: 'down',
        site: 'Batumi',
        region: 'West',
      }),
    ],
  });
  it.each([
    [{ search: 'hq' }, ['HQ']],
    [{ search: '.5' }, ['HQ', 'Batumi']],
    [{ search: '.0.5' }, ['HQ']],
    [{ search: '  SILK ' }, ['Batumi']],
    [{ search: 'batumi-sw' }, ['Batumi']],
    [{ search: 'nowhere' }, []],
    [{ regions: ['West'] }, ['Batumi']],
    [{ states: ['up'] as const }, ['HQ']],
    [{ states: ['up', 'down'] as const, regions: ['East'] }, ['HQ']],
    [{ problemsOnly: true }, ['Batumi']],
    [{}, ['HQ', 'Batumi']],
  ])('%j finds %j', (change, names) => {
    expect(filterSites(sites, { ...NO_FILTER, ...change }).map(({ name }) => name)).toEqual(names);
  });
  it('knows when nothing is filtered', () => {
    expect(isFiltering(NO_FILTER)).toBe(false);
    expect(isFiltering({ ...NO_FILTER, search: '  ' })).toBe(false);
    expect(isFiltering({ ...NO_FILTER, problemsOnly: true })).toBe(true);
  });
});
