import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError } from '../config/problem';
import { ApiError } from './api-client';
import { bundlesCommand, BUNDLES_USAGE } from './bundles-command';
import { UsageError } from './command-line';
import { ScriptedSidecar, type ScriptedAnswer } from './sidecar.fixture';

let answer: ScriptedAnswer;
let told: string[];
const sidecar = new ScriptedSidecar(() => answer);
const dir = mkdtempSync(path.join(tmpdir(), 'bundles-command-'));

beforeAll(() => sidecar.start());
afterAll(async () => {
  rmSync(dir, { recursive: true });
  await sidecar.stop();
});
beforeEach(() => {
  sidecar.asked = [];
  told = [];
  jest.spyOn(console, 'log').mockImplementation((text: string) => void told.push(text));
});
afterEach(() => jest.restoreAllMocks());

const run = (...args: string[]) => bundlesCommand([...args, '--url', sidecar.url], { ISPMON_TOKEN: 'a-token' });
const file = (name: string, text: string): string => {
  const at = path.join(dir, name);
  writeFileSync(at, text);
  return at;
};
const GOOD = 'name: mine\nsites: [{ name: HQ }]\ndevices: [{ name: r1, address: 10.0.0.1, site: HQ }]\n';

it('lists bundles in columns', async () => {
  const items = [
    {
      name: 'demo_small',
      description: 'Three sites',
      contents: { sites: 3, devices: 6 },
      loaded: { sites: 3, devices: 6 },
    },
    { name: 'mine', description: '', contents: null, loaded: { sites: 0, devices: 1 } },
    { name: 'x', description: 'One', contents: { sites: 1, devices: 1 }, loaded: null },
  ];
  answer = { status: 200, body: { total: 3, items } };
  expect(await run('list')).toBe(0);
  expect(sidecar.asked).toEqual([{ request: 'GET /api/v1/bundles', token: 'Bearer a-token', body: undefined }]);
  expect(told).toEqual([
    'demo_small  3 sites, 6 devices  3 sites, 6 devices loaded  Three sites',
    'mine        from a file         0 sites, 1 device loaded',
    'x           1 site, 1 device    not loaded                 One',
  ]);
});

it.each([
  [['r1', 'r2'], ['HQ'], 0, 'demo_small: 1 site, 2 devices added'],
  [['r1'], [], 1, 'demo_small: 0 sites, 1 device added; 1 device of it stayed as they were'],
  [[], [], 6, 'demo_small is loaded already: nothing was written'],
])('loads one that ships and tells what came: %j %j', async (devices_added, sites_added, devices_kept, line) => {
  answer = { status: 200, body: { devices_added, sites_added, devices_kept } };
  expect(await run('load', 'demo_small', '--force')).toBe(0);
  expect(sidecar.asked).toEqual([
    { request: 'POST /api/v1/bundles/demo_small', token: 'Bearer a-token', body: { force: true } },
  ]);
  expect(told).toEqual([line]);
});

it('loads one from a file, in the words of the file', async () => {
  answer = { status: 200, body: { devices_added: ['r1'], sites_added: ['HQ'], devices_kept: 0 } };
  expect(await run('load', file('mine.yml', GOOD))).toBe(0);
  expect(sidecar.asked[0]?.request).toBe('POST /api/v1/bundles/mine');
  expect(sidecar.asked[0]?.body).toMatchObject({
    force: false,
    bundle: { name: 'mine', sites: [{ name: 'HQ' }], devices: [{ name: 'r1', address: '10.0.0.1', type: 'router' }] },
  });
});

it('does not send a file that is not right', async () => {
  const bad = file('bad.yml', GOOD.replace('site: HQ', 'site: HQQ'));
  await expect(run('load', bad)).rejects.toThrow(
    new ConfigError([
      { file: bad, line: 3, message: 'devices[0].site: found "HQQ"; there is no site "HQQ"; did you mean "HQ"?' },
    ])
  );
  await expect(run('load', './no-such-file')).rejects.toThrow('./no-such-file: cannot be read (ENOENT)');
  expect(sidecar.asked).toEqual([]);
});

it('tells what went and what stayed', async () => {
  answer = {
    status: 200,
    body: { devices_removed: ['r1', 'r2'], sites_removed: ['HQ'], sites_kept: ['Gori'], edited: ['r2'] },
  };
  expect(await run('remove', 'mine')).toBe(0);
  expect(sidecar.asked[0]?.request).toBe('DELETE /api/v1/bundles/mine');
  expect(told).toEqual([
    'mine: 1 site, 2 devices removed',
    'sites that stay, because other devices are there: Gori',
    'devices that people had edited, whose words are in the audit log: r2',
  ]);
});

it('passes on what the sidecar refuses', async () => {
  answer = { status: 409, body: { title: 'The inventory is in production', detail: 'Bundle x is not loaded.' } };
  await expect(run('load', 'x')).rejects.toThrow(
    new ApiError(`POST ${sidecar.url}/api/v1/bundles/x: The inventory is in production: Bundle x is not loaded.`)
  );
});

describe('validate', () => {
  it('counts what is in files that are right', async () => {
    const [mine, lab] = [file('mine.yml', GOOD), path.resolve(__dirname, '../../bundles/lab_eve.json')];
    expect(await bundlesCommand(['validate', mine, lab])).toBe(0);
    expect(told).toEqual([
      `${mine}: 1 site, 1 device, 0 interfaces, 0 links, 0 dependencies, 0 probe targets, 0 alert packs; no problem found`,
      `${lab}: 4 sites, 10 devices, 54 interfaces, 14 links, 8 dependencies, 2 probe targets, 3 alert packs; no problem found`,
    ]);
  });

  it('tells all that is wrong with every file, and ends with 2', async () => {
    const bad = file('bad.yml', `${GOOD.replace('10.0.0.1', '999.1.1.1')}community: canary\nalert_packs: [a, a]\n`);
    expect(await bundlesCommand(['validate', bad, '/nonexistent/b.yml', file('mine.yml', GOOD)])).toBe(2);
    expect(told.join('\n').split('\n')).toEqual([
      `${bad}:3: devices[0].address: found "999.1.1.1"; it must be an IPv4 or IPv6 address or a DNS name, with an optional :port`,
      expect.stringContaining(`${bad}:4: unknown key "community"; known keys are name, description, sites,`),
      `${bad}:5: alert_packs[1]: found "a"; "a" is taken by alert_packs[0]; each entry must be its own`,
      '/nonexistent/b.yml: cannot be read (ENOENT); name an existing file that this user may read',
      expect.stringContaining('mine.yml: 1 site, 1 device'),
      '4 problems in 3 files',
    ]);
    expect(told.join('')).not.toContain('canary');
  });
});

it.each([
  [[], 'bundles needs a command'],
  [['lod'], 'bundles has no command lod'],
  [['load'], 'bundles load needs one bundle, found none'],
  [['load', 'a', 'b'], 'bundles load needs one bundle, found a b'],
  [['remove', './a.yml'], 'bundles remove needs the name of a bundle, found ./a.yml'],
  [['remove', 'a', '--force'], '--force is for load'],
  [['list', 'a'], 'bundles list takes no names, found a'],
  [['validate'], 'bundles validate needs files: ispmon bundles validate my-fleet.yml'],
  [['list', '--colour'], "Unknown option '--colour'"],
])('%j is refused', async (args, message) => {
  const err: unknown = await bundlesCommand(args, {}).catch((reason: unknown) => reason);
  expect(err).toBeInstanceOf(UsageError);
  expect((err as Error).message).toMatch(message);
  expect((err as Error).message).toContain(BUNDLES_USAGE);
});

it('explains itself', async () => {
  expect(await bundlesCommand(['--help'], {})).toBe(0);
  expect(told).toEqual([BUNDLES_USAGE]);
});
