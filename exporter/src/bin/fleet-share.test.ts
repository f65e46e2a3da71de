import type { Config } from '../config/config';
import { testDevice } from '../model/device.fixture';
import { testInterface } from '../model/interface.fixture';
import type { Target } from '../model/target-list';
import { FleetShare } from './fleet-share';

const port = (ifIndex: number) => testInterface({ ifIndex });
const config = (index: number, count: number, maxInterfaces = 500) =>
  ({ exporter: { shard: { index, count } }, snmp: { maxInterfaces, maxSeries: 20_000 } }) as Config;

test('the shares of all exporters are the fleet, and no device is in two', () => {
  const fleet: Target[] = Array.from({ length: 300 }, (_, i) => ({
    device: testDevice({ id: `d${i}` }),
    interfaces: [],
  }));
  const share = new FleetShare(() => undefined);
  const shares = [0, 1, 2].map((index) => share.of(fleet, config(index, 3)));
  expect(
    shares
      .flat()
      .map(({ device }) => device.id)
      .sort()
  ).toEqual(fleet.map(({ device }) => device.id).sort());
  expect(share.of(fleet, config(0, 1))).toEqual(fleet);
});

test('a device with too many interfaces is told once, and again when it changes', () => {
  const warnings: string[] = [];
  const share = new FleetShare((message) => warnings.push(message));
  const fleet = (ports: number): Target[] => [
    { device: testDevice({ id: 'a', name: 'core' }), interfaces: Array.from({ length: ports }, (_, i) => port(i + 1)) },
  ];
  for (const ports of [3, 3, 5, 1, 3]) {
    expect(share.of(fleet(ports), config(0, 1, 2))[0]!.interfaces.length).toBe(Math.min(ports, 2));
  }
  const text = (left: number, all: number) =>
    expect.stringContaining(`${left} of ${all} interfaces of device core are left out`);
  expect(warnings).toEqual([text(1, 3), text(3, 5), text(1, 3)]);
});
