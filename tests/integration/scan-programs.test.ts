import { execFile } from 'node:child_process';
import path from 'node:path';
import { LoopbackNet, systemRows } from './loopback-net';
import { build, Ground, type Program } from './programs/program';
import { freePorts } from './provisioning/programs';

const ISPMON = path.resolve(__dirname, '../../exporter/dist/bin/ispmon.js');
const SECRET = 'canary-community-7f20';

let ground: Ground;
let net: LoopbackNet;
let url: string;
let sidecar: Program;

const configure = (network: string) =>
  ground.file(
    'isp-monitor.yml',
    `data_dir: data
auths:
  wrong: { version: 2, community: canary-community-wrong }
  branch: { version: 2, community: "\${COMMUNITY}" }
discovery:
  listen: "${url.slice('http://'.length)}"
  scan: { networks: [${network}], timeout: 500ms }
`
  );
const start = async () => {
  sidecar = ground.start('discovery', ['--config.file', ground.path('isp-monitor.yml')], {
    env: { COMMUNITY: SECRET },
  });
  await sidecar.serving();
};
/** Agents live in this process, which therefore must not wait for the program. */
const ispmon = (...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [ISPMON, 'scan', ...args, '--url', url], (err, stdout, stderr) =>
      resolve({ code: err ? Number(err.code) : 0, stdout, stderr })
    );
  });
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const api = async (method: string, at: string, body?: unknown): Promise<any> => {
  const response = await fetch(`${url}/api/v1${at}`, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json();
};

beforeAll(async () => {
  await build();
  ground = new Ground();
  net = await LoopbackNet.open();
  await net.add('127.79.0.1', SECRET, systemRows('core-1.example.net'));
  await net.add('127.79.0.2', 'somebody elses', systemRows('stranger'));
  const [port] = await freePorts(1);
  url = `http://127.0.0.1:${port}`;
  configure('127.79.0.0/16');
  await start();
}, 120_000);
afterAll(async () => {
  await ground?.remove();
  await net?.close();
});

it('finds a device from the command line, and has it discovered once it is approved', async () => {
  const { code, stdout, stderr } = await ispmon('127.79.0.0/30', '--no-ping', '--port', `${net.port}`, '--wait');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual([
    'scan 1 of 127.79.0.0/30: 2 addresses, 2 credentials (wrong, branch), without pings',
    'done: 2 of 2 addresses asked, 1 answered',
    'ADDRESS     NAME    CREDENTIAL  WHAT IT IS    STATE',
    '127.79.0.1  core-1  branch      mikrotik CHR  pending',
    '',
  ]);
  const [candidate] = (await api('GET', '/candidates')).items;
  const { device_id } = await api('POST', `/candidates/${candidate.id}/approve`, {});
  await sidecar.until(
    'the device is discovered',
    async () => (await api('GET', `/devices/${device_id}`)).sys_name !== ''
  );
  expect(await api('GET', `/devices/${device_id}`)).toMatchObject({
    name: 'core-1',
    auth: 'branch',
    vendor: 'mikrotik',
  });
});

it('pings where this machine can', async () => {
  const { stdout } = await ispmon('127.79.0.8/30', '--port', `${net.port}`, '--wait');
  // All of 127.0.0.0/8 answers echoes.
  const answered = (await api('GET', '/scans')).items[0].ping ? 2 : 0;
  expect(stdout).toContain(`2 of 2 addresses asked, ${answered} answered`);
});

it('says what the configuration does not allow, until that is changed and reloaded', async () => {
  const refused = await ispmon('127.80.0.0/30', '--no-ping');
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      '127.80.0.0/30 is outside of what may be looked through: discovery.scan.networks has 127.79.0.0/16.'
    ),
  });
  configure('127.79.0.0/16, 127.80.0.0/16');
  sidecar.signal('SIGHUP');
  await sidecar.until('it is allowed', async () => (await ispmon('127.80.0.0/31', '--no-ping')).code === 0);
  await sidecar.until('it has ended', async () => (await api('GET', '/scans')).items[0].state === 'done');
});

it('ends a scan when the sidecar ends, and the next sidecar looks again at once', async () => {
  await ispmon('127.79.4.0/22', '--no-ping', '--port', `${net.port}`);
  sidecar.signal('SIGTERM');
  const asked = performance.now();
  expect(await sidecar.ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - asked).toBeLessThan(5000);
  await start();
  const [stopped] = (await api('GET', '/scans')).items;
  expect(stopped).toMatchObject({ state: 'failed', error: 'its sidecar was stopped before the end' });

  expect((await ispmon('127.79.4.0/22', '--no-ping', '--port', `${net.port}`)).code).toBe(0);
  await sidecar.kill();
  await start();
  const [killed] = (await api('GET', '/scans')).items;
  expect(killed).toMatchObject({ id: stopped.id + 1, state: 'failed' });
  expect(killed.error).toContain('its sidecar ended in the middle of it');
  expect((await ispmon('127.79.4.0/30', '--no-ping', '--port', `${net.port}`, '--wait')).code).toBe(0);
});

it('never tells a community', async () => {
  expect(ground.said).toMatch(/scan \d+ looks through/);
  expect(ground.said).not.toContain('canary-community');
  expect(await (await fetch(`${url}/metrics`)).text()).not.toContain('canary-community');
  expect(JSON.stringify(await api('GET', '/audit'))).not.toContain('canary-community');
});
