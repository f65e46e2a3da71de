import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadBundle } from '../../exporter/src/config/bundle';
import { startSimulator, type Simulator } from '../simulator/simulator';
import { freePorts } from './provisioning/programs';
import { Page, type Sample } from './programs/exposition-text';
import { build, Ground, type Program } from './programs/program';

const BUNDLE = path.resolve(__dirname, '../../exporter/bundles/demo_small.json');
const COMMUNITY = 'canary-community-51d7';
const TOKEN = 'canary-token-90ab';
const OCTETS = 'interface_if_hc_in_octets';

let ground: Ground;
let simulator: Simulator;
let sidecarUrl: string;
let config: string;
beforeAll(async () => {
  await build();
  ground = new Ground();
  simulator = await startSimulator({
    bundle: loadBundle(BUNDLE),
    community: COMMUNITY,
    controlPort: 0,
    snmpPort: 0,
  });
  const [port] = await freePorts(1);
  sidecarUrl = `http://127.0.0.1:${port}`;
  ground.file('token', `${TOKEN}\n`);
  ground.file('bundle.json', onFreePorts(BUNDLE));
  config = ground.file(
    'isp-monitor.yml',
    `bundle: bundle.json
data_dir: data
auths: { demo: { version: 2, community: "\${COMMUNITY}" } }
inventory: { url: "${sidecarUrl}", token_file: token, refresh: 1s }
discovery: { listen: "127.0.0.1:${port}" }
ping: { driver: simulator, simulator_url: "${simulator.controlUrl}" }
snmp: { interval: 5s }
`
  );
}, 120_000);
afterAll(async () => {
  await ground?.remove();
  await simulator?.stop();
});

/** The bundle with the ports that the simulated agents really have. */
function onFreePorts(file: string): string {
  const bundle = JSON.parse(readFileSync(file, 'utf8')) as { devices: { name: string; address: string }[] };
  const ports = new Map(simulator.devices.map((device) => [device.name, device.snmp_port]));
  for (const device of bundle.devices) {
    device.address = `${device.address.split(':')[0]}:${ports.get(device.name)}`;
  }
  return JSON.stringify(bundle);
}

const startSidecar = async () => {
  const sidecar = ground.start('discovery', ['--config.file', config], { env: { COMMUNITY } });
  expect(await sidecar.serving()).toBe(sidecarUrl);
  return sidecar;
};

async function startExporter(): Promise<{ program: Program; url: string }> {
  const [port] = await freePorts(1);
  const args = ['--config.file', config, '--web.listen-address', `127.0.0.1:${port}`];
  const program = ground.start('exporter', args, { env: { COMMUNITY } });
  return { program, url: await program.serving() };
}

interface Inventory {
  devices: Record<string, unknown>[];
  interfaces: Record<string, unknown>[];
}

async function inventory(): Promise<Inventory> {
  const get = async (what: string) => {
    const response = await fetch(`${sidecarUrl}/api/v1/${what}?limit=500`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    const body = (await response.json()) as { items: Record<string, unknown>[] };
    expect(response.status).toBe(200);
    return body.items;
  };
  return { devices: await get('devices'), interfaces: await get('interfaces') };
}

const identity = (one: Sample) => JSON.stringify(one.labels);
const source = (page: Page) => page.all('isp_exporter_target_list_info').map((one) => one.labels['source']);

test('the exporter outlives its sidecar, its own restart, and the return of the sidecar', async () => {
  const monitored = simulator.bundle.devices.flatMap((device) =>
    device.interfaces.filter(({ ifType }) => ifType !== 24).map(({ ifName }) => `${device.name} ${ifName}`)
  );
  const served = (page: Page) =>
    page
      .all(OCTETS)
      .map(({ labels }) => `${labels['device_name']} ${labels['if_name']}`)
      .sort();
  const servesAll = (url: string) => async () => {
    expect(served(await Page.of(url))).toEqual([...monitored].sort());
    return true;
  };

  const sidecar = await startSidecar();
  const first = await startExporter();
  await first.program.until('it serves every interface', servesAll(first.url));
  const before = await Page.of(first.url);
  const known = await inventory();
  expect(known.devices).toHaveLength(6);
  expect(source(before)).toEqual(['sidecar']);
  expect(before.all(OCTETS, { interface_type: 'isp' }).length).toBeGreaterThan(0);

  // The sidecar dies.
  await sidecar.kill();
  const advanced = (page: Page, ms: number) => {
    const old = new Map(before.all(OCTETS).map((one) => [identity(one), one]));
    const now = page.all(OCTETS);
    return (
      now.length === old.size &&
      now.every((one) => {
        const then = old.get(identity(one));
        return then !== undefined && one.timestamp! >= then.timestamp! + ms && one.value >= then.value;
      })
    );
  };
  await first.program.until('two more polls of every interface', async () => advanced(await Page.of(first.url), 9_000));
  expect(first.program.told(/going on with the list in use/)).toHaveLength(1);
  expect(first.program.told(/going on with the list in use/)[0]!.msg).toContain(`${sidecarUrl}/targets`);
  const alone = await Page.of(first.url);
  expect(alone.value('isp_exporter_target_list_age_seconds')).toBeGreaterThan(5);
  expect(alone.all('device_ping_status').map(({ value }) => value)).toEqual([1, 1, 1, 1, 1, 1]);

  // The exporter is restarted meanwhile.
  first.program.signal('SIGTERM');
  expect(await first.program.ended).toEqual({ code: 0, signal: null });
  const second = await startExporter();
  expect(second.program.told('6 devices from the last list on disk')).toHaveLength(1);
  await second.program.until('it serves every interface', servesAll(second.url));
  const restarted = await Page.of(second.url);
  expect(restarted.all(OCTETS).map(identity).sort()).toEqual(before.all(OCTETS).map(identity).sort());
  expect(source(restarted)).toEqual(['disk']);
  expect(restarted.value('isp_exporter_target_list_age_seconds')).toBeGreaterThan(5);

  // The sidecar is back, on the files that its sudden end left.
  const back = await startSidecar();
  await second.program.until('the list is confirmed', async () => source(await Page.of(second.url))[0] === 'sidecar');
  const confirmed = await Page.of(second.url);
  expect(confirmed.value('isp_exporter_target_list_age_seconds')).toBeLessThan(5);
  expect(confirmed.all(OCTETS).map(identity).sort()).toEqual(before.all(OCTETS).map(identity).sort());
  expect(second.program.told(/answers again/)).toHaveLength(1);
  const ids = ({ devices, interfaces }: Inventory) => ({
    devices: devices.map(({ id, name }) => [id, name]),
    interfaces: interfaces.map((one) => [one['id'], one['device_id'], one['if_name']]),
  });
  expect(ids(await inventory())).toEqual(ids(known));

  // A router renumbers its interfaces: the exporter sees it at its next poll and has the sidecar walk it.
  const { id } = simulator.devices[0]!;
  const indexes = async () =>
    new Map(
      (await inventory()).interfaces
        .filter((one) => one['device_id'] === id)
        .map((one) => [`${String(one['id'])} ${String(one['if_name'])}`, one['if_index']])
    );
  const indexesBefore = await indexes();
  simulator.setScenario({ name: 'ifindex-renumber', device: id });
  await second.program.until('the sidecar knows the new indexes', async () => {
    const found = await indexes();
    expect([...found.keys()].sort()).toEqual([...indexesBefore.keys()].sort());
    return [...found].every(([one, index]) => index !== indexesBefore.get(one));
  });
  const requests = (await Page.of(second.url)).all('isp_exporter_walk_requests_total');
  expect(requests.map(({ labels, value }) => [labels['result'], value])).toContainEqual(['accepted', 1]);
  await second.program.until('it serves every interface', servesAll(second.url));

  for (const program of [second.program, back]) {
    program.signal('SIGTERM');
    expect(await program.ended).toEqual({ code: 0, signal: null });
  }
}, 120_000);

test('neither the community nor the token was told', () => {
  expect(ground.said).toContain('serving http');
  expect(ground.said).not.toContain(COMMUNITY);
  expect(ground.said).not.toContain(TOKEN);
});
