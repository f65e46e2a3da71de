import type { Interface } from './interface';
import { testInterface } from './interface.fixture';
import { intervalsOf } from './poll-kind';

const one = (over: Partial<Interface>) => testInterface({ ifIndex: 1, ...over });
const intervals = { fastMs: 10, standardMs: 60, slowMs: 300 };
const standard = { interfaces: 60, interfaces_fast: null, modules: 60, modules_slow: 300 };

describe('intervals of a device', () => {
  test.each([
    ['nothing is worth the fast interval', undefined, [one({})], intervals, standard],
    [
      'an uplink is',
      undefined,
      [one({}), one({ interfaceType: 'isp' })],
      intervals,
      { ...standard, interfaces_fast: 10 },
    ],
    ['so is what is critical', undefined, [one({ isCritical: true })], intervals, { ...standard, interfaces_fast: 10 }],
    ['not when it is not monitored', undefined, [one({ isCritical: true, monitored: false })], intervals, standard],
    ['there is no fast interval', undefined, [one({ isCritical: true })], { ...intervals, fastMs: null }, standard],
    ['tier standard says the same as none', 'standard', [one({})], intervals, standard],
    [
      'everything of a slow device is slow',
      'slow',
      [one({ interfaceType: 'isp' })],
      intervals,
      { interfaces: 300, interfaces_fast: null, modules: 300, modules_slow: 300 },
    ],
  ] as const)('%s', (_what, tier, interfaces, given, expected) => {
    expect(intervalsOf({ tier }, interfaces, given)).toEqual(expected);
  });
});
