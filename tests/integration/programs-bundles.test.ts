import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import path from 'node:path';
import { build, Ground } from './programs/program';
import { freePorts } from './provisioning/programs';

const ISPMON = path.resolve(__dirname, '../../exporter/dist/bin/ispmon.js');
const TOKEN = 'a-token-of-the-admin';

let ground: Ground;
beforeAll(async () => {
  await build();
  ground = new Ground();
}, 120_000);
afterAll(() => ground?.remove());

const config = (data: string, port: number, more: string) =>
  ground.file(
    `${data}.yml`,
    `data_dir: ${data}
ping: { interval: 7s }
auths: { demo: { version: 2, community: "not-public" } }
discovery: { listen: 127.0.0.1:${port}, tokens: [{ name: anna, role: admin, token: ${TOKEN} }] }
${more}`
  );

const bundles = (url: string, ...args: string[]) => {
  const env = { PATH: process.env['PATH'] };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [ISPMON, 'bundles', ...args, '--url', url, '--token-file', ground.path('token')],
    { encoding: 'utf8', env }
  );
  return { status, said: stdout + stderr };
};

/** The address of a sidecar of its own. */
async function sidecar(data: string, more: string, env: Record<string, string>): Promise<string> {
  chmodSync(ground.file('token', `${TOKEN}\n`), 0o600);
  const [port] = await freePorts(1);
  return ground.start('discovery', ['--config.file', config(data, port as number, more)], { env }).serving();
}

const refused = (url: string, why: string) => ({
  status: 1,
  said: `POST ${url}/api/v1/bundles/demo_small: The inventory is in production: Bundle demo_small is not loaded into an inventory in production: ${why}. Load it by force if it belongs there.\n`,
});

test('a sidecar in production takes a bundle by force only, lists its devices, and gives it up again', async () => {
  const url = await sidecar('by-node', '', { NODE_ENV: 'production' });
  expect(bundles(url, 'list')).toEqual({
    status: 0,
    said: expect.stringMatching(/^demo_small +3 sites, 6 devices +not loaded +Three sites/m),
  });
  expect(bundles(url, 'load', 'demo_small')).toEqual(refused(url, 'the environment says NODE_ENV=production'));
  expect(bundles(url, 'load', 'demo_small', '--force')).toEqual({
    status: 0,
    said: 'demo_small: 3 sites, 6 devices added\n',
  });
  expect(bundles(url, 'load', 'demo_small', '--force').said).toBe(
    'demo_small is loaded already: nothing was written\n'
  );
  const targets = await fetch(`${url}/sd/ping`, { headers: { authorization: `Bearer ${TOKEN}` } });
  const [first] = (await targets.json()) as { labels: object }[];
  expect(first?.labels).toMatchObject({ device_id: 'batumi-r1', __scrape_interval__: '7s' });
  expect(bundles(url, 'remove', 'demo_small')).toEqual({ status: 0, said: 'demo_small: 3 sites, 6 devices removed\n' });
  expect(bundles(url, 'remove', 'demo_small').status).toBe(1);
  expect(ground.said).not.toContain(TOKEN);
}, 60_000);

test('the configuration can say that it is production', async () => {
  const url = await sidecar('by-file', 'environment: production\n', {});
  expect(bundles(url, 'load', 'demo_small')).toEqual(refused(url, 'the configuration says environment: production'));
}, 60_000);

test('wrong words and wrong files end with 2', () => {
  const bad = ground.file('bad.yml', 'name: x\nsites: []\ndevices: [{ name: a, address: 10.0.0.1, site: HQ }]\n');
  expect(bundles('http://127.0.0.1:1', 'validate', bad)).toEqual({
    status: 2,
    said: `${bad}:3: devices[0].site: found "HQ"; there is no site "HQ"; the bundle has none\n1 problem in 1 file\n`,
  });
  expect(bundles('http://127.0.0.1:1', 'load', bad)).toMatchObject({ status: 2 });
  expect(bundles('nowhere', 'list')).toMatchObject({
    status: 2,
    said: expect.stringContaining('nowhere is no address of the sidecar'),
  });
});
