import path from 'node:path';
import { loadBundle, parseBundle } from '../../exporter/src/config/bundle';
import { answer } from './agent';
import { SimulatedDevice } from './device';
import { tableOf } from './if-mib';
import { decodeRequest, PDU } from './message';
import { decodeResponse, encodeRequest } from './wire';

const NOW = Date.UTC(2026, 2, 4, 12) / 1_000;
const MAKES = loadBundle(path.resolve(__dirname, '../../exporter/bundles/demo_small.json')).devices;
const box = (vendor: string, model: string) =>
  parseBundle({
    name: 'one',
    description: 'one device',
    sites: [{ name: 'Here', region: 'Here' }],
    devices: [
      {
        name: 'box',
        address: '127.0.0.9',
        site: 'Here',
        type: 'switch',
        vendor,
        model,
        auth: 'demo',
        interfaces: [{ if_name: 'eth0', speed: 1e9 }],
      },
    ],
  }).devices[0]!;

const BOXES = {
  mikrotik: box('MikroTik', 'RB4011iGS+'),
  cisco: box('Cisco', 'C2960X'),
  huawei: box('Huawei', 'S5720-28X-LI-AC'),
  linux: box('Debian', 'server'),
};
type Kind = keyof typeof BOXES;

const devices = (seed = 1) =>
  Object.fromEntries(
    Object.entries(BOXES).map(([kind, promise]) => [kind, new SimulatedDevice(promise, seed, NOW)])
  ) as Record<Kind, SimulatedDevice>;

function read(device: SimulatedDevice, oid: string): number | string | null {
  const request = decodeRequest(encodeRequest({ pdu: PDU.get, oids: [oid] }));
  const { value } = decodeResponse(answer(tableOf(device), request)).varbinds[0]!;
  return Buffer.isBuffer(value) ? value.toString('latin1') : typeof value === 'number' ? value : null;
}

const ENGINE = { boots: '1.3.6.1.6.3.10.2.1.2.0', time: '1.3.6.1.6.3.10.2.1.3.0' };
const HR = { uptime: '1.3.6.1.2.1.25.1.1.0', date: '1.3.6.1.2.1.25.1.2.0' };
const HR_LOAD = '1.3.6.1.2.1.25.3.3.1.2';
const HR_STORAGE = '1.3.6.1.2.1.25.2.3.1';
const MTXR = '1.3.6.1.4.1.14988.1.1';
const CPM = '1.3.6.1.4.1.9.9.109.1.1.1.1';
const POOL = '1.3.6.1.4.1.9.9.48.1.1.1';
const ENVMON = '1.3.6.1.4.1.9.9.13.1.3.1';
const ENTITY = '1.3.6.1.4.1.2011.5.25.31.1.1.1.1';
const UCD = '1.3.6.1.4.1.2021';

it.each<[Kind, string, string]>([
  ['mikrotik', `${HR_STORAGE}.3.65536`, 'main memory'],
  ['mikrotik', `${HR_STORAGE}.3.131072`, 'system disk'],
  ['mikrotik', `${MTXR}.3.100.1.2.17`, 'cpu-temperature'],
  ['mikrotik', `${MTXR}.7.9.0`, 'RB4011iGS+'],
  ['cisco', `${POOL}.2.1`, 'Processor'],
  ['cisco', `${ENVMON}.2.2`, 'Temp: CPU'],
  ['huawei', '1.3.6.1.2.1.47.1.1.1.1.7.67108867', 'S5720-28X-LI-AC board'],
  ['linux', `${HR_STORAGE}.3.1`, 'Physical memory'],
  ['linux', `${UCD}.13.16.2.1.2.1`, 'coretemp-isa-0000:Package id 0'],
])('%s names %s "%s"', (kind, oid, name) => {
  expect(read(devices()[kind], oid)).toBe(name);
});

/** Each with the least and the most that it may be over two weeks. */
const READINGS: [Kind, string, number, number][] = [
  ['mikrotik', `${HR_LOAD}.1`, 1, 100],
  ['mikrotik', `${HR_LOAD}.4`, 1, 100],
  ['mikrotik', `${HR_STORAGE}.6.65536`, 0.2 * 1048576, 0.8 * 1048576],
  ['mikrotik', `${MTXR}.3.10.0`, 240, 420],
  ['mikrotik', `${MTXR}.3.100.1.3.13`, 235, 245],
  ['mikrotik', `${MTXR}.3.100.1.3.17`, 33, 70],
  ['cisco', `${CPM}.6.1`, 1, 100],
  ['cisco', `${CPM}.7.1`, 1, 100],
  ['cisco', `${CPM}.8.1`, 1, 100],
  ['cisco', `${POOL}.5.1`, 0.2 * 512 * 1048576, 0.8 * 512 * 1048576],
  ['cisco', `${ENVMON}.3.2`, 28, 60],
  ['huawei', `${ENTITY}.5.67108867`, 1, 100],
  ['huawei', `${ENTITY}.7.67108867`, 20, 80],
  ['huawei', `${ENTITY}.11.67108867`, 33, 70],
  ['linux', `${UCD}.11.11.0`, 0, 99],
  ['linux', `${UCD}.4.6.0`, 1, 2 * 1048576],
  ['linux', `${UCD}.13.16.2.1.3.1`, 28_000, 65_000],
];

it.each(READINGS)('%s %s changes with time between %d and %d', (kind, oid, low, high) => {
  const device = devices()[kind];
  const seen = new Set<number>();
  for (let t = NOW; t < NOW + 14 * 86_400; t += 3_601) {
    device.advance(t);
    const value = read(device, oid) as number;
    expect(value).toBeGreaterThanOrEqual(low);
    expect(value).toBeLessThanOrEqual(high);
    seen.add(value);
  }
  expect(seen.size).toBeGreaterThan(1);
});

it.each(READINGS)('%s %s is the same after a new start of the simulator', (kind, oid) => {
  const [left, again] = [devices()[kind], new SimulatedDevice(BOXES[kind], 1, NOW + 7_200)];
  left.advance(NOW + 7_200);
  expect(read(again, oid)).toBe(read(left, oid));
});

it('memory adds up the way each vendor tells it', () => {
  const { mikrotik, cisco, linux } = devices();
  expect(read(mikrotik, `${HR_STORAGE}.5.65536`)).toBe(1048576);
  const pools = [5, 6].flatMap((column) => [1, 2].map((row) => read(cisco, `${POOL}.${column}.${row}`) as number));
  expect(512 * 1048576 - pools.reduce((sum, part) => sum + part)).toBeLessThan(4);
  const total = read(linux, `${UCD}.4.5.0`) as number;
  const available = [6, 14, 15].map((object) => read(linux, `${UCD}.4.${object}.0`) as number);
  expect(available.reduce((sum, part) => sum + part)).toBeLessThan(total);
  // Buffers and caches are in use for HOST-RESOURCES-MIB; each object is rounded for itself.
  const [size, used] = [5, 6].map((column) => read(linux, `${HR_STORAGE}.${column}.1`) as number);
  expect(Math.abs(size! - used! - available[0]!)).toBeLessThanOrEqual(1);
});

it.each<[Kind, string]>([
  ['cisco', HR.date],
  ['cisco', `${HR_LOAD}.1`],
  ['huawei', HR.uptime],
  ['linux', `${CPM}.7.1`],
  ['mikrotik', `${UCD}.4.5.0`],
])('%s has no %s', (kind, oid) => {
  expect(read(devices()[kind], oid)).toBeNull();
});

it('a part of a Huawei without CPU and sensor answers zero', () => {
  const { huawei } = devices();
  expect([5, 7, 9, 11].map((column) => read(huawei, `${ENTITY}.${column}.67129358`))).toEqual([0, 0, 0, 0]);
});

it('a restart begins the times of engine and host anew, and counts', () => {
  const device = devices().mikrotik;
  const boots = read(device, ENGINE.boots) as number;
  expect(read(device, ENGINE.time)).toBe(Math.floor(NOW - device.startedAt));
  device.begin({ name: 'reboot', until: NOW + 15, ports: new Set() }, NOW);
  device.advance(NOW + 75);
  expect([read(device, ENGINE.boots), read(device, ENGINE.time), read(device, HR.uptime)]).toEqual([
    boots + 1,
    60,
    7_200,
  ]);
});

it('tells its date with the zone, ten minutes ahead while its clock is wrong', () => {
  const device = devices().linux;
  const date = () => [...Buffer.from(read(device, HR.date) as string, 'latin1')];
  expect(date()).toEqual([7, 234, 3, 4, 12, 0, 0, 0, 43, 0, 0]);
  device.begin({ name: 'clock-skew', until: NOW + 60, ports: new Set() }, NOW);
  expect(date()).toEqual([7, 234, 3, 4, 12, 10, 0, 0, 43, 0, 0]);
  device.advance(NOW + 60);
  expect(date()).toEqual([7, 234, 3, 4, 12, 1, 0, 0, 43, 0, 0]);
});

it('a saturated line is work for its device', () => {
  const device = new SimulatedDevice(MAKES[0]!, 1, NOW);
  const load = () => read(device, device.promise.vendor === 'Cisco' ? `${CPM}.6.1` : `${HR_LOAD}.1`) as number;
  const before = load();
  device.begin({ name: 'link-saturation', until: NOW + 600, ports: new Set(device.uplinks) }, NOW);
  expect(load()).toBeGreaterThan(before + 10);
});

it('devices of one make differ', () => {
  const [a, b] = [devices(1).mikrotik, devices(2).mikrotik];
  expect(read(a, `${MTXR}.7.3.0`)).not.toBe(read(b, `${MTXR}.7.3.0`));
  expect(read(a, `${HR_STORAGE}.6.65536`)).not.toBe(read(b, `${HR_STORAGE}.6.65536`));
});
