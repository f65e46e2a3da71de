import { device, uplink, uplinks } from '../../test/fleet';
import { bySeverity, isProblem } from './order';
import { sitesOf } from './sites';
import { summarise } from './summary';

const only = (fleet: Parameters<typeof sitesOf>[0]) => sitesOf(fleet)[0]!;

it.each([
  ['down since the last uplink failed', uplinks('down', 'down'), [device()], 'down', 1001],
  [
    'degraded since the first one failed',
    [uplink({ state: 'down', since: 50 }), uplink({ ifName: 'b', state: 'up', since: 9 })],
    [device()],
    'degraded',
    50,
  ],
  ['up since the last one came back', uplinks('up', 'up'), [device()], 'up', 1001],
  [
    'down since its device is, when SNMP says nothing',
    uplinks('unknown', 'unknown'),
    [device({ state: 'down', since: 700 })],
    'down',
    700,
  ],
  [
    'down since the uplink failed, when its device followed',
    [uplink({ state: 'down', since: 600 })],
    [device({ state: 'down', since: 700 })],
    'down',
    600,
  ],
] as const)('%s', (_name, ups, devices, state, since) => {
  const site = only({ uplinks: [...ups], devices: [...devices] });
  expect(site).toMatchObject({ name: 'HQ', key: 'East\u0000HQ', state, since });
});

it('says since when data has stopped only if silence is why the site is unknown', () => {
  const gone = { state: 'unknown', since: null, lastSeen: 300, lastState: 'up' } as const;
  expect(only({ devices: [device()], uplinks: [uplink(gone)] })).toMatchObject({ state: 'unknown', lastSeen: 300 });
  const answering = uplink({ ifName: 'b', state: 'unknown', since: 10 });
  expect(only({ devices: [device()], uplinks: [uplink(gone), answering] })).toMatchObject({
    state: 'unknown',
    lastSeen: null,
    since: 10,
  });
});

it('keeps two sites of the same name in different regions apart, and puts an uplink where its device stands', () => {
  const fleet = {
    devices: [device(), device({ id: 'r2', region: 'West' })],
    uplinks: [uplink({ deviceId: 'r2', region: 'East' })],
  };
  const sites = sitesOf(fleet);
  expect(sites.map(({ region, uplinks }) => [region, uplinks.length])).toEqual([
    ['East', 0],
    ['West', 1],
  ]);
});

it('orders down, degraded, unknown, up, disabled; newest fault first; then sites with a device down; then names', () => {
  const site = (
    name: string,
    states: Parameters<typeof uplinks>,
    since = 1000,
    extra: Parameters<typeof device>[0] = {}
  ) => ({
    devices: [device({ id: name, site: name }), device({ id: `${name}2`, site: name, ...extra })],
    uplinks: uplinks(...states).map((u) => ({ ...u, deviceId: name, site: name, since })),
  });
  const parts = [
    site('z-disabled', ['disabled']),
    site('site 10', ['up']),
    site('site 9', ['up']),
    site('zz with a switch down', ['up'], 1000, { state: 'down' }),
    site('unknown', ['unknown']),
    site('degraded', ['up', 'down']),
    site('old fault', ['down'], 100),
    site('new fault', ['down'], 900),
  ];
  const sites = sitesOf({ devices: parts.flatMap((p) => p.devices), uplinks: parts.flatMap((p) => p.uplinks) }).sort(
    bySeverity
  );
  expect(sites.map(({ name }) => name)).toEqual([
    'new fault',
    'old fault',
    'degraded',
    'unknown',
    'zz with a switch down',
    'site 9',
    'site 10',
    'z-disabled',
  ]);
  expect(sites.filter(isProblem)).toHaveLength(5);
  expect(summarise(sites)).toEqual({
    total: 8,
    byState: { up: 3, degraded: 1, down: 2, unknown: 1, disabled: 1 },
    devices: 16,
    uplinks: 9,
  });
});
