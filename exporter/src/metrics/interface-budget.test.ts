import { testDevice } from '../model/device.fixture';
import type { Interface } from '../model/interface';
import { testInterface } from '../model/interface.fixture';
import { withinBudget } from './interface-budget';
import { seriesOfInterface } from './interface-series';

const one = (ifIndex: number, over: Partial<Interface> = {}) => testInterface({ ifIndex, ...over });
const PORTS = seriesOfInterface(one(1));
const names = (interfaces: Interface[], budget: { interfaces: number; series: number }) => {
  const target = withinBudget({ device: testDevice({ id: 'a' }), interfaces }, budget);
  return [target.interfaces.map(({ ifName }) => ifName), target.leftOut];
};

test('a target that fits is the same object', () => {
  const target = { device: testDevice({ id: 'a' }), interfaces: [one(1), one(2)] };
  expect(withinBudget(target, { interfaces: 2, series: 2 * PORTS })).toBe(target);
});

test('ten thousand ports become five hundred: uplinks and critical ones, then by ifIndex, in their old order', () => {
  const ports = Array.from({ length: 10_000 }, (_, i) => one(10_000 - i));
  ports[3] = one(9997, { interfaceType: 'isp' });
  ports[4] = one(9996, { isCritical: true });
  const [kept, leftOut] = names(ports, { interfaces: 500, series: 20_000 });
  expect(kept).toHaveLength(500);
  expect((kept as string[]).slice(0, 3)).toEqual(['port9997', 'port9996', 'port498']);
  expect((kept as string[]).at(-1)).toBe('port1');
  expect(leftOut).toEqual({ interfaces: 9500, series: 9500 * PORTS });
});

test.each([
  ['what is monitored goes before what is not', [one(1, { monitored: false }), one(2)], 1, ['port2'], 1],
  ['an uplink goes before all', [one(1), one(2, { interfaceType: 'isp', monitored: false })], 1, ['port2'], PORTS],
  ['nothing may be left', [one(1)], 0, [], PORTS],
])('%s', (_what, interfaces, most, kept, series) => {
  expect(names(interfaces, { interfaces: most, series: 1000 })).toEqual([kept, { interfaces: 1, series }]);
});

test('the budget of series counts too', () => {
  const ports = [one(3), one(1), one(2)];
  expect(names(ports, { interfaces: 10, series: 2 * PORTS + 1 })).toEqual([
    ['port1', 'port2'],
    { interfaces: 1, series: PORTS },
  ]);
});
