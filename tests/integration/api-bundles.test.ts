import './native-pglite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BundleFileInput } from '../../exporter/src/config/bundle-schema';
import { Access } from '../../exporter/src/http/auth/access';
import { TokenBook } from '../../exporter/src/http/auth/token-book';
import type { Database } from '../../exporter/src/inventory/database';
import { openEmbedded } from '../../exporter/src/inventory/embedded-database';
import { migrate } from '../../exporter/src/inventory/migrate';
import type { Role } from '../../exporter/src/model/caller';
import { ApiServer } from './api-server';

const tokenOf = (role: Role) => `a-token-of-some-${role}`;
const as = (role: Role) => ({ authorization: `Bearer ${tokenOf(role)}` });

const MINE: BundleFileInput = {
  name: 'mine',
  description: 'Of the user',
  sites: [{ name: 'HQ', region: 'Tbilisi' }],
  devices: [
    { name: 'r1', address: '127.9.0.1:1161', site: 'HQ', auth: 'branch' },
    { name: 'r2', address: '127.9.0.2:1161', site: 'HQ', auth: 'auto' },
  ],
};

let directory: string;
let db: Database;
let api: ApiServer;
let production: string | undefined;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'api-bundles-'));
  db = await openEmbedded(path.join(directory, 'pg'));
  await migrate(db);
  const tokens = (['viewer', 'editor', 'admin'] as const).map((role) => ({
    name: `some-${role}`,
    role,
    token: tokenOf(role),
    file: null,
  }));
  const quiet = { info: () => undefined, error: () => undefined };
  api = await ApiServer.start({
    db,
    authNames: () => ['branch', 'demo'],
    production: () => production,
    access: new Access({ tokens: TokenBook.open(tokens, quiet), anonymous: 'viewer' }),
  });
}, 60_000);
afterAll(async () => {
  await api.close();
  await db.close();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  production = undefined;
  await db.script('truncate sites, devices, audit_log cascade');
});
afterEach(() => expect(api.logged).toEqual([]));

const load = (name: string, body: unknown = {}, role: Role = 'admin') =>
  api.call('POST', `/bundles/${name}`, body, as(role));
const remove = (name: string, role: Role = 'admin') => api.call('DELETE', `/bundles/${name}`, undefined, as(role));
const listed = async () =>
  (await api.get('/bundles', as('viewer'))).body as { total: number; items: { name: string }[] };
const written = async () => [
  ...(await db.query('select id from devices')),
  ...(await db.query('select id from sites')),
  ...(await db.query('select id from audit_log')),
];

it('lists those that ship with what is in them, and nothing loaded by itself', async () => {
  const { total, items } = await listed();
  expect([total, items.map(({ name }) => name)]).toEqual([3, ['demo_mid', 'demo_small', 'lab_eve']]);
  expect(items[1]).toEqual({
    name: 'demo_small',
    description: 'Three sites, six routers, two providers',
    contents: {
      sites: 3,
      devices: 6,
      interfaces: 38,
      links: 3,
      dependencies: 1,
      probe_targets: 2,
      alert_packs: ['sites', 'devices', 'probes'],
      auths: ['demo'],
    },
    loaded: null,
  });
  expect(await written()).toEqual([]);
});

it('loads one that ships, once, and removes it', async () => {
  const first = await load('demo_small');
  expect([first.status, first.body]).toEqual([
    200,
    {
      name: 'demo_small',
      devices_added: ['batumi-r1', 'batumi-r2', 'kutaisi-r1', 'kutaisi-r2', 'tbilisi-r1', 'tbilisi-r2'],
      sites_added: ['Batumi', 'Kutaisi', 'Tbilisi'],
      devices_kept: 0,
    },
  ]);
  expect((await listed()).items[1]).toMatchObject({ name: 'demo_small', loaded: { sites: 3, devices: 6 } });
  const before = await written();
  expect((await load('demo_small')).body).toMatchObject({ devices_added: [], sites_added: [], devices_kept: 6 });
  expect(await written()).toEqual(before);
  const gone = await remove('demo_small');
  expect([gone.status, gone.body]).toEqual([
    200,
    {
      name: 'demo_small',
      devices_removed: ['batumi-r1', 'batumi-r2', 'kutaisi-r1', 'kutaisi-r2', 'tbilisi-r1', 'tbilisi-r2'],
      sites_removed: ['Batumi', 'Kutaisi', 'Tbilisi'],
      sites_kept: [],
      edited: [],
    },
  ]);
  expect(await db.query('select id from devices')).toEqual([]);
  const [entry] = await db.query(`select actor, role, action, entity_id from audit_log where entity = 'bundle'`);
  expect(entry).toEqual({ actor: 'some-admin', role: 'admin', action: 'create', entity_id: 'demo_small' });
});

it('loads one of the user, and lists it while it is there', async () => {
  expect((await load('mine', { bundle: MINE })).body).toMatchObject({
    devices_added: ['r1', 'r2'],
    sites_added: ['HQ'],
  });
  expect((await listed()).items[3]).toEqual({
    name: 'mine',
    description: '',
    contents: null,
    loaded: { sites: 1, devices: 2 },
  });
  expect((await remove('mine')).status).toBe(200);
  expect((await listed()).total).toBe(3);
});

it('refuses production without force', async () => {
  production = 'the environment says NODE_ENV=production';
  const refused = await load('demo_small');
  expect([refused.status, refused.body]).toEqual([
    409,
    {
      type: 'urn:isp-monitor:problem:production',
      title: 'The inventory is in production',
      status: 409,
      code: 'production',
      detail:
        'Bundle demo_small is not loaded into an inventory in production: the environment says NODE_ENV=production. Load it by force if it belongs there.',
    },
  ]);
  expect(await written()).toEqual([]);
  expect((await load('demo_small', { force: true })).status).toBe(200);
});

it('refuses an inventory with devices of its own without force', async () => {
  await db.query(`insert into devices (id, name, address) values ('own', 'Own', '10.0.0.1')`);
  expect((await load('demo_small', { force: false })).body).toMatchObject({
    code: 'production',
    detail: expect.stringContaining('the inventory holds 1 device of its own (Own)') as unknown,
  });
  expect((await load('demo_small', { force: true })).status).toBe(200);
});

it('names every device that is in the way', async () => {
  await db.query(
    `insert into devices (id, name, address, snmp_port) values ('x', 'r1', '10.0.0.1', 161), ('y', 'Y', '127.9.0.2', 1161)`
  );
  const { status, body } = await load('mine', { force: true, bundle: MINE });
  expect([status, body]).toEqual([
    409,
    expect.objectContaining({
      code: 'taken',
      errors: [
        { detail: 'device r1 of the bundle has the name r1, which belongs to device r1 (x)' },
        { detail: 'device r2 of the bundle has the address 127.9.0.2 port 1161, which belongs to device Y (y)' },
      ],
    }),
  ]);
});

it('refuses credentials that the configuration does not have', async () => {
  const { status, body } = await load('lab_eve');
  expect([status, body]).toMatchObject([
    409,
    {
      code: 'unknown_auth',
      detail:
        'Devices of bundle lab_eve are asked with lab, and auths: has branch, demo in the configuration; add it there.',
    },
  ]);
  expect(await written()).toEqual([]);
});

it.each<[string, string, unknown, number, string]>([
  ['no such bundle', 'demo_big', {}, 404, 'No bundle demo_big ships, only demo_mid, demo_small, lab_eve; send one'],
  ['a name that is none', 'Demo%20Small', {}, 404, 'the name of a bundle is 1 to 64 lower-case letters'],
  ['a path', '..%2F..%2Fpackage', {}, 404, 'the name of a bundle is 1 to 64 lower-case letters'],
  ['a force that is none', 'demo_small', { force: 'yes' }, 400, 'force: found "yes"; it must be a boolean'],
  ['an unknown key', 'demo_small', { forse: true }, 400, 'unknown key "forse"; did you mean "force"?'],
  ['another name than the path', 'other', { bundle: MINE }, 400, 'bundle.name: found "mine"; it must be other'],
  [
    'the name of one that ships',
    'demo_small',
    { bundle: { ...MINE, name: 'demo_small' } },
    400,
    'bundle.name: found "demo_small", which is the name of one that ships; give yours another',
  ],
  [
    'a device at no site',
    'mine',
    { bundle: { ...MINE, sites: [] } },
    400,
    'bundle.devices[0].site: found "HQ"; there is no site "HQ"; the bundle has none',
  ],
  [
    'a secret',
    'mine',
    { bundle: { ...MINE, devices: [{ ...MINE.devices[0], community: 'canary' }] } },
    400,
    'unknown key "bundle.devices[0].community"',
  ],
])('with %s is refused, and nothing is written', async (_what, name, body, status, detail) => {
  const answer = await load(name, body);
  expect([answer.status, (answer.body as { detail: string }).detail]).toEqual([
    status,
    expect.stringContaining(detail),
  ]);
  expect(JSON.stringify(answer.body)).not.toContain('canary');
  expect(await written()).toEqual([]);
});

it('cannot remove what is not loaded', async () => {
  const { status, body } = await remove('demo_small');
  expect([status, body]).toMatchObject([
    404,
    { detail: 'Nothing in the inventory came from a bundle demo_small; /api/v1/bundles lists what did.' },
  ]);
});

it.each(['viewer', 'editor'] as const)('is no matter for the role %s', async (role) => {
  expect((await load('demo_small', {}, role)).body).toMatchObject({ status: 403, needed_role: 'admin' });
  expect((await remove('demo_small', role)).body).toMatchObject({ status: 403, needed_role: 'admin' });
  expect(await written()).toEqual([]);
});
