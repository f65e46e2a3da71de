import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { loadBundle } from '../../exporter/src/config/bundle';
import path from 'node:path';
import { startSimulator, type Simulator } from '../simulator/simulator';
import { freePorts } from './provisioning/programs';
import { Page } from './programs/exposition-text';
import { build, Ground, type Program } from './programs/program';

const BUNDLE = path.resolve(__dirname, '../../exporter/bundles/demo_small.json');
const COMMUNITY = 'canary-community-3f5e';
const OTHER = 'canary-community-77aa';
const RELOADED = 'isp_exporter_config_last_reload_successful';
/** A few seconds, as a service manager or a person would call it. */
const SOON_MS = 5_000;

let ground: Ground;
let simulator: Simulator;
/** Takes requests and never answers, so that walks, polls and rounds are under way whenever the end comes. */
let silent: Socket;
let silentPort: number;
beforeAll(async () => {
  await build();
  ground = new Ground();
  simulator = await startSimulator({
    bundle: loadBundle(BUNDLE),
    community: COMMUNITY,
    controlPort: 0,
    snmpPort: 0,
  });
  silent = createSocket('udp4');
  await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
  silentPort = (silent.address() as AddressInfo).port;
}, 120_000);
afterAll(async () => {
  await ground?.remove();
  await simulator?.stop();
  silent?.close();
});

const address = (n: number) => `${simulator.devices[n]!.address}:${simulator.devices[n]!.snmp_port}`;

const text = (devices: readonly string[], rest = '') => `data_dir: data
auths:
  demo: { version: 2, community: "\${COMMUNITY}" }
  literal: { version: 2, community: ${OTHER} }
ping: { driver: simulator, simulator_url: "${simulator.controlUrl}" }
snmp: { interval: 5s }
devices:
${devices.map((device) => `  - ${device}\n`).join('')}${rest}`;
const router = (n: number) => `{ name: router-${n}, address: "${address(n)}", auth: demo }`;
const dumb = () => `{ name: dumb, address: "127.0.0.1:${silentPort}", auth: literal }`;

async function start(name: Program['name'], file: string): Promise<{ program: Program; url: string }> {
  const [port] = await freePorts(1);
  const args = ['--config.file', file, '--data.dir', ground.path(`${path.basename(file)}-${name}`)];
  const listen = ['--web.listen-address', `127.0.0.1:${port}`];
  const program = ground.start(name, [...args, ...listen], { env: { COMMUNITY } });
  return { program, url: await program.serving() };
}

describe.each(['exporter', 'discovery'] as const)('the end of the %s', (name) => {
  test.each(['SIGTERM', 'SIGINT'] as const)('comes soon after %s, with code 0 and nothing left', async (signal) => {
    const { program, url } = await start(name, ground.file('end.yml', text([router(0), dumb()])));
    await program.until('it is at work', async () =>
      name === 'exporter'
        ? (await Page.of(url)).value('isp_exporter_snmp_sessions_open')! > 0
        : (await fetch(`${url}/-/ready`)).ok
    );
    const signalled = performance.now();
    program.signal(signal);
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - signalled).toBeLessThan(SOON_MS);
    expect(await program.processes()).toEqual([]);
    expect(program.told(`${signal}: stopping`)).toHaveLength(1);
    expect(program.stderr).toBe('');
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe.each([
  [
    'SIGHUP',
    async ({ program }: { program: Program }) => {
      const answers = /configuration reloaded|stays as it was/;
      const before = program.told(answers).length;
      program.signal('SIGHUP');
      await program.until('it has answered the signal', () => program.told(answers).length > before);
      return program.told(answers).at(-1)!.msg;
    },
  ],
  ['POST /-/reload', async ({ url }: { url: string }) => (await fetch(`${url}/-/reload`, { method: 'POST' })).text()],
])('reload by %s', (_by, reload) => {
  test('keeps the old configuration when the file is bad, and takes over what was mended', async () => {
    const file = ground.file('reload.yml', text([router(0)]));
    const running = await start('exporter', file);
    const { program, url } = running;
    const page = () => Page.of(url);
    const devices = async () => {
      const status = (await (await fetch(`${url}/status`)).json()) as { devices: { name: string }[] };
      return status.devices.map(({ name }) => name);
    };
    const interfaces = async (name: string) => (await page()).all('interface_oper_status', { device_name: name });
    await program.until('it serves interfaces', async () => (await interfaces('router-0')).length > 0);
    expect((await page()).value(RELOADED)).toBe(1);
    const config = await (await fetch(`${url}/config`)).text();

    ground.file('reload.yml', text([router(0), router(1)], 'snpm: { interval: 10s }\n'));
    const refusal = await reload(running);
    expect(refusal.toLowerCase()).toContain('the configuration in use stays as it was');
    expect(refusal).toContain(`${file}:10: unknown key "snpm"; did you mean "snmp"?`);
    expect((await page()).value(RELOADED)).toBe(0);
    expect(await devices()).toEqual(['router-0']);
    expect(await (await fetch(`${url}/config`)).text()).toBe(config);
    const polled = (await interfaces('router-0')).length;
    const before = (await page()).all('interface_if_hc_in_octets')[0]!.timestamp!;
    await program.until('it polls on', async () =>
      (await page()).all('interface_if_hc_in_octets').every(({ timestamp }) => timestamp! > before)
    );
    expect(await interfaces('router-0')).toHaveLength(polled);

    ground.file('reload.yml', text([router(0), router(1)]));
    expect(await reload(running)).toMatch(/^(Reloaded|configuration reloaded)/);
    expect((await page()).value(RELOADED)).toBe(1);
    await program.until('the new device appears', async () => (await interfaces('router-1')).length > 0);
    expect(await devices()).toEqual(['router-0', 'router-1']);
    expect(await interfaces('router-0')).toHaveLength(polled);

    ground.file('reload.yml', text([router(1)]));
    await reload(running);
    expect(await devices()).toEqual(['router-1']);
    expect(await interfaces('router-0')).toEqual([]);
    program.signal('SIGTERM');
    expect((await program.ended).code).toBe(0);
  });
});

test('a reload of the sidecar', async () => {
  const file = ground.file('sidecar.yml', text([router(0)]));
  const { program, url } = await start('discovery', file);
  const names = async () => {
    const list = (await (await fetch(`${url}/targets`)).json()) as { devices: { name: string }[] };
    return list.devices.map(({ name }) => name);
  };
  expect(await names()).toEqual(['router-0']);

  ground.file('sidecar.yml', text([router(0), router(1)], 'snpm: {}\n'));
  program.signal('SIGHUP');
  await program.until('it refuses', () => program.told('the configuration in use stays as it was').length === 1);
  expect(program.told('stays as it was')[0]!.msg).toContain(`${file}:10: unknown key "snpm"`);
  expect(await names()).toEqual(['router-0']);

  ground.file('sidecar.yml', text([router(0), router(1)]));
  program.signal('SIGHUP');
  await program.until('it takes over', () => program.told('configuration reloaded').length === 1);
  expect(await names()).toEqual(['router-0', 'router-1']);
});

test('no community on any page, in any log or in the process list', async () => {
  const file = ground.file('secrets.yml', text([router(0), dumb()], 'log: { level: debug }\n'));
  const exporter = await start('exporter', file);
  const sidecar = await start('discovery', file);
  await exporter.program.until(
    'an answer and a timeout are known',
    async () => {
      const page = await Page.of(exporter.url);
      return (
        page.value('device_snmp_up', { device_name: 'router-0' }) === 1 &&
        page.value('device_snmp_up', { device_name: 'dumb' }) === 0
      );
    },
    45_000
  );
  const pages = await Promise.all([
    ...['/', '/metrics', '/status', '/config'].map((page) => fetch(exporter.url + page)),
    ...['/', '/metrics', '/targets', '/api/v1/devices'].map((page) => fetch(sidecar.url + page)),
  ]);
  const texts = await Promise.all(pages.map((page) => page.text()));
  expect(pages.map((page) => page.status)).toEqual(pages.map(() => 200));
  expect(texts[3]).toContain('community: <secret>');
  const all = [...texts, ground.said, ...(await exporter.program.processes()), ...(await sidecar.program.processes())];
  expect(all.filter((one) => one.includes(COMMUNITY) || one.includes(OTHER))).toEqual([]);
}, 90_000);
