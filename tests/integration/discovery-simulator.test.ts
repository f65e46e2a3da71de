import { parseBundle } from '../../exporter/src/config/bundle';
import { classifyInterface } from '../../exporter/src/discovery/classify/classify';
import type { KnownDevice } from '../../exporter/src/discovery/known-device';
import { refreshDevice } from '../../exporter/src/discovery/refresh-device';
import { walkDevice, type DeviceWalk, type Walker, type WalkTarget } from '../../exporter/src/discovery/walk-device';
import { SharedSocketEngine } from '../../exporter/src/snmp/engine';
import { startSimulator, type Simulator } from '../simulator/simulator';
import { udpRelay, type Relay } from './udp-relay';

const HOUR = 3_600_000;
const PORTS = 48;
const ID = 'access-switch';

let simulator: Simulator;
let relay: Relay;
let engine: SharedSocketEngine;
let walker: Walker;
let target: WalkTarget;
/** Unix ms; the simulator's too. */
let now = Date.UTC(2026, 5, 1, 12);
beforeAll(async () => {
  const bundle = parseBundle({
    name: 'one_switch',
    sites: [{ name: 'HQ' }],
    devices: [
      {
        id: ID,
        name: ID,
        address: '127.0.0.1',
        site: 'HQ',
        type: 'switch',
        vendor: 'cisco',
        interfaces: Array.from({ length: PORTS }, (_, i) => ({
          if_name: `Gi1/0/${i + 1}`,
          if_descr: `GigabitEthernet1/0/${i + 1}`,
          if_alias: i === 0 ? 'Magti_Internet' : `user ${i}`,
          speed: 1_000_000_000,
        })),
      },
    ],
  });
  simulator = await startSimulator({ bundle, community: 'sim', controlPort: 0, snmpPort: 0, clock: () => now });
  relay = await udpRelay(simulator.devices[0]!.snmp_port as number);
  engine = new SharedSocketEngine();
  walker = {
    engine,
    auths: { sim: { version: 2, community: 'sim' } },
    classify: classifyInterface,
    timeoutMs: 2000,
    retries: 2,
    now: () => now,
  };
  target = { id: ID, address: '127.0.0.1', snmpPort: relay.port, auth: 'sim', type: 'switch' };
});
afterAll(async () => {
  await engine.close();
  await relay.close();
  await simulator.stop();
});

const knownAfter = ({ system, signs, interfaces }: DeviceWalk): KnownDevice => ({
  system,
  signs,
  interfaces: interfaces.map((one) => ({ ...one, missed: false })),
});
const asked = async <T>(work: () => Promise<T>): Promise<{ result: T; packets: number; bytes: number }> => {
  relay.requests.length = 0;
  let bytes = 0;
  relay.change = (answer) => {
    bytes += answer.length;
    return answer;
  };
  const result = await work();
  return { result, packets: relay.requests.length, bytes };
};

it('a refresh takes less than half of the packets and bytes of a full walk', async () => {
  const first = await walkDevice(walker, target);
  // The engine has learnt by now how much the agent answers at once.
  const full = await asked(() => walkDevice(walker, target));
  now += HOUR;
  const light = await asked(() => refreshDevice(walker, target, knownAfter(first)));
  expect(light.result).toMatchObject({ scope: 'light', interfaces: { length: PORTS } });
  expect(light.result.interfaces).toEqual(full.result.interfaces);
  expect(light.packets).toBeLessThanOrEqual(full.packets / 2);
  expect(light.bytes).toBeLessThan(full.bytes / 2);
});

it.each<[string, () => void]>([
  [
    'a reboot',
    () => {
      simulator.setScenario({ name: 'reboot', device: ID });
      simulator.setScenario({ name: 'healthy', device: ID });
    },
  ],
  ['a renumbering', () => void simulator.setScenario({ name: 'ifindex-renumber', device: ID })],
])('%s makes a refresh a full walk that finds every interface under its name', async (_, happen) => {
  const before = await walkDevice(walker, target);
  now += HOUR;
  happen();
  now += HOUR;
  const after = await refreshDevice(walker, target, knownAfter(before));
  expect([after.scope, after.escalation]).toEqual(['full', 'restart']);
  const names = ({ interfaces }: DeviceWalk) => interfaces.map((one) => `${one.ifName} ${one.interfaceType}`).sort();
  expect(names(after)).toEqual(names(before));
});
