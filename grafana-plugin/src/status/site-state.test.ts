import { device, uplinks } from '../../test/fleet';
import { effectiveState, siteState } from './site-state';
import type { SiteState, State } from './state';

describe('site state from two uplinks on a device that is up', () => {
  const table: Array<[State, State, SiteState]> = [
    ['up', 'up', 'up'],
    ['up', 'down', 'degraded'],
    ['up', 'unknown', 'unknown'],
    ['up', 'disabled', 'up'],
    ['down', 'down', 'down'],
    ['down', 'unknown', 'degraded'],
    ['down', 'disabled', 'down'],
    ['unknown', 'unknown', 'unknown'],
    ['unknown', 'disabled', 'unknown'],
    ['disabled', 'disabled', 'disabled'],
  ];
  it.each(table)('%s and %s is %s, in either order', (a, b, expected) => {
    expect(siteState(uplinks(a, b), [device()])).toBe(expected);
    expect(siteState(uplinks(b, a), [device()])).toBe(expected);
  });
  it('covers every combination', () => expect(table).toHaveLength((4 * 5) / 2));
});

it.each<[State, State | undefined, State]>([
  ['up', 'down', 'down'],
  ['unknown', 'down', 'down'],
  ['down', 'down', 'down'],
  ['disabled', 'down', 'disabled'],
  ['up', 'disabled', 'disabled'],
  ['down', 'disabled', 'disabled'],
  ['up', 'unknown', 'up'],
  ['up', 'up', 'up'],
  ['unknown', 'up', 'unknown'],
  ['down', undefined, 'down'],
  ['up', undefined, 'up'],
])('an uplink that is %s on a device that is %s counts as %s', (own, ofDevice, expected) => {
  expect(effectiveState(own, ofDevice)).toBe(expected);
});

it.each<[State[], SiteState]>([
  [['up', 'up'], 'up'],
  [['up', 'down'], 'degraded'],
  [['down'], 'down'],
  [['up', 'unknown'], 'unknown'],
  [['disabled'], 'disabled'],
  [[], 'unknown'],
])('without uplinks, devices %j make the site %s', (states, expected) => {
  expect(
    siteState(
      [],
      states.map((state, index) => device({ id: `d${index}`, state }))
    )
  ).toBe(expected);
});

it('two routers: one down takes only its own uplink with it', () => {
  const [first, second] = uplinks('up', 'up');
  const devices = [device(), device({ id: 'r2', state: 'down' })];
  expect(siteState([first!, { ...second!, deviceId: 'r2' }], devices)).toBe('degraded');
});
