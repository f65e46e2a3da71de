import { parseBundle } from '../../exporter/src/config/bundle';
import type { Sample } from '../../exporter/src/model/sample';
import { ModuleCatalogue } from '../../exporter/src/modules/catalogue';
import { collectModule } from '../../exporter/src/modules/collect';
import { normalise } from '../../exporter/src/modules/normalise';
import { renderModule } from '../../exporter/src/modules/render';
import { SharedSocketEngine } from '../../exporter/src/snmp/engine';
import { readSystem } from '../../exporter/src/snmp/system';
import { startSimulator, type Simulator } from '../simulator/simulator';

const COMMUNITY = 'only-for-this-test';
const NOW = Date.UTC(2026, 2, 4, 12);
const MODELS = { mikrotik: 'RB4011iGS+', cisco: 'C2960X', huawei: 'S5720-28X-LI-AC', linux: 'server' };
const BUNDLE = parseBundle({
  name: 'makes',
  description: 'a device of each make',
  sites: [{ name: 'Here', region: 'Here' }],
  devices: Object.entries(MODELS).map(([vendor, model], n) => ({
    name: vendor,
    address: `127.77.0.${n + 1}:11661`,
    site: 'Here',
    type: 'router',
    vendor,
    model,
    auth: 'demo',
    interfaces: [{ if_name: 'eth0', speed: 1e9 }],
  })),
});

let simulator: Simulator;
let engine: SharedSocketEngine;
beforeAll(async () => {
  const free = { controlPort: 0, snmpPort: 0 };
  simulator = await startSimulator({ bundle: BUNDLE, community: COMMUNITY, clock: () => NOW, ...free });
  engine = new SharedSocketEngine();
});
afterAll(async () => {
  await engine?.close();
  await simulator?.stop();
});

/** What the shipped modules make of a device, by family; sensors by name. */
async function told(name: string): Promise<Record<string, number>> {
  const at = simulator.devices.find((device) => device.name === name)!;
  const session = engine.open({
    address: at.address,
    port: at.snmp_port,
    auth: { version: 2, community: COMMUNITY },
    timeoutMs: 3000,
    retries: 1,
  });
  const profile = ModuleCatalogue.shipped().profileFor(await readSystem(session));
  expect(profile.vendor).toBe(name);
  const samples = new Map<string, Sample[]>();
  for (const { module } of profile.modules) {
    samples.set(module.name, renderModule(module, await collectModule(session, module)).samples);
  }
  session.close();
  return Object.fromEntries(
    normalise(profile, samples, NOW / 1000).map((s) => [[s.name, s.labels.sensor].filter(Boolean).join(' '), s.value])
  );
}

/** A skew is told to a second. */
const near = (value: number | undefined, seconds: number) => Math.abs(value! - seconds) <= 1;

const MB = 1024 * 1024;

it.each<[keyof typeof MODELS, { sensors: string[]; memory: number; clock: boolean }]>([
  ['mikrotik', { sensors: ['temperature', 'cpu-temperature'], memory: 1024 * MB, clock: true }],
  ['cisco', { sensors: ['Temp: Inlet 1', 'Temp: CPU'], memory: 512 * MB * 0.94, clock: false }],
  ['huawei', { sensors: ['S5720-28X-LI-AC board'], memory: 512 * MB, clock: false }],
  ['linux', { sensors: ['coretemp-isa-0000:Package id 0'], memory: 2048 * MB, clock: true }],
])('the shipped modules find CPU, memory, temperature and uptime of a simulated %s', async (name, truth) => {
  const values = await told(name);
  expect(values['device_cpu_percent']).toBeGreaterThan(1);
  expect(values['device_cpu_percent']).toBeLessThan(90);
  expect(values['device_memory_total_bytes']).toBeCloseTo(truth.memory, -2);
  const share = values['device_memory_used_bytes']! / values['device_memory_total_bytes']!;
  expect(share).toBeGreaterThan(0.15);
  expect(share).toBeLessThan(0.8);
  const sensors = Object.keys(values).filter((key) => key.startsWith('device_temperature_celsius '));
  expect(sensors.sort()).toEqual(truth.sensors.map((sensor) => `device_temperature_celsius ${sensor}`).sort());
  sensors.forEach((sensor) => expect(values[sensor]).toBeGreaterThan(15));
  sensors.forEach((sensor) => expect(values[sensor]).toBeLessThan(70));
  expect(values['device_uptime_seconds']).toBeGreaterThan(3 * 86_400);
  const skew = values['device_clock_skew_seconds'];
  expect(skew === undefined ? undefined : near(skew, 0)).toBe(truth.clock ? true : undefined);
});

it('a clock that is ten minutes ahead is seen', async () => {
  simulator.setScenario({ name: 'clock-skew', device: 'mikrotik' });
  expect(near((await told('mikrotik'))['device_clock_skew_seconds'], 600)).toBe(true);
});
