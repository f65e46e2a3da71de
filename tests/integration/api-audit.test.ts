import './native-pglite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ApiToken } from '../../exporter/src/config/api-tokens';
import { apiRoutes } from '../../exporter/src/http/api/routes';
import { Access } from '../../exporter/src/http/auth/access';
import { TokenBook } from '../../exporter/src/http/auth/token-book';
import { writeAudit } from '../../exporter/src/inventory/audit';
import type { Database } from '../../exporter/src/inventory/database';
import { requestDiscovery } from '../../exporter/src/inventory/discovery-queue';
import { openEmbedded } from '../../exporter/src/inventory/embedded-database';
import { beginScan, getScan, requestCancel } from '../../exporter/src/inventory/scans';
import { contents, fillEveryTable, knownAddress } from './api-fleet';
import { ApiServer } from './api-server';

const token = (name: string) => `${name}-0123456789abcdef`;
const TOKENS: ApiToken[] = (['viewer', 'editor', 'admin'] as const).map((role) => ({
  name: `a-${role}`,
  role,
  token: token(role),
  file: null,
}));
TOKENS.push({ name: 'exporter', role: 'viewer', token: token('exporter'), file: null });
const as = (name: string) => ({ authorization: `Bearer ${token(name)}` });

interface Change {
  operationId: string;
  path: string;
  body?: unknown;
  /** Sent as it is, of this type. */
  text?: string;
  /** What its entries are about, in their order: action, entity, entity_id. */
  entries: [string, string, string | RegExp][];
}

/** One that changes something, of every operation that may; in this order. An operation that is new is added here. */
const CHANGES: readonly Change[] = [
  {
    operationId: 'createDevice',
    path: '/devices',
    body: { name: 'Audited', address: '10.77.0.1' },
    entries: [['create', 'device', 'audited']],
  },
  {
    operationId: 'patchDevice',
    path: '/devices/audited',
    body: { notes: 'x' },
    entries: [['update', 'device', 'audited']],
  },
  { operationId: 'deleteDevice', path: '/devices/audited', entries: [['delete', 'device', 'audited']] },
  {
    operationId: 'importDevices',
    path: '/devices/import',
    text: 'name,ip\nImported,10.77.0.2\n',
    entries: [
      ['create', 'device', 'imported'],
      ['import', 'device', /./],
    ],
  },
  {
    operationId: 'patchInterface',
    path: '/interfaces/1',
    body: { notes: 'x' },
    entries: [['update', 'interface', '1']],
  },
  { operationId: 'createSite', path: '/sites', body: { name: 'Audited' }, entries: [['create', 'site', /^\d+$/]] },
  { operationId: 'patchSite', path: '/sites/1', body: { notes: 'x' }, entries: [['update', 'site', '1']] },
  { operationId: 'deleteSite', path: '/sites/{new}', entries: [['delete', 'site', /^\d+$/]] },
  {
    operationId: 'createProvider',
    path: '/providers',
    body: { name: 'new-net', display_name: 'New' },
    entries: [['create', 'provider', 'new-net']],
  },
  {
    operationId: 'putProvider',
    path: '/providers/new-net',
    body: { display_name: 'Newer' },
    entries: [['update', 'provider', 'new-net']],
  },
  {
    operationId: 'patchProvider',
    path: '/providers/new-net',
    body: { display_name: 'Newest' },
    entries: [['update', 'provider', 'new-net']],
  },
  { operationId: 'deleteProvider', path: '/providers/new-net', entries: [['delete', 'provider', 'new-net']] },
  { operationId: 'discoverDevice', path: '/devices/dev-00001/discover', entries: [['request', 'device', 'dev-00001']] },
  { operationId: 'discoverDevices', path: '/discovery', body: {}, entries: [['request', 'discovery', '']] },
  { operationId: 'startScan', path: '/scans', body: { network: '10.9.1.0/24' }, entries: [['request', 'scan', '2']] },
  { operationId: 'cancelScan', path: '/scans/2/cancel', entries: [['update', 'scan', '2']] },
  {
    operationId: 'approveCandidate',
    path: '/candidates/1/approve',
    body: { name: 'Approved' },
    entries: [
      ['create', 'device', 'approved'],
      ['approve', 'candidate', '1'],
    ],
  },
  {
    operationId: 'approveCandidates',
    path: '/candidates/approve',
    body: { ids: [2] },
    entries: [
      ['create', 'device', /./],
      ['approve', 'candidate', '2'],
    ],
  },
  { operationId: 'dismissCandidate', path: '/candidates/3/dismiss', entries: [['dismiss', 'candidate', '3']] },
  {
    operationId: 'loadBundle',
    path: '/bundles/demo_small',
    body: { force: true },
    entries: [['create', 'bundle', 'demo_small']],
  },
  { operationId: 'removeBundle', path: '/bundles/demo_small', entries: [['delete', 'bundle', 'demo_small']] },
];
/** They are POSTs because what is asked for is long; they change nothing. */
const READS = ['interfacesByDevices'];

const changing = apiRoutes({} as never).filter(({ method }) => method !== 'get');

let directory: string;
let db: Database;
let api: ApiServer;
beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'audit-'));
  db = await openEmbedded(path.join(directory, 'pg'));
  await fillEveryTable(db);
  await db.query('delete from audit_log');
  api = await ApiServer.start({
    db,
    access: new Access({
      tokens: TokenBook.open(TOKENS, { info: () => undefined, error: () => undefined }),
      anonymous: 'viewer',
    }),
    authNames: () => ['branch', 'core', 'demo', 'lab'],
    requestDiscovery: (id) => requestDiscovery(db, id),
    // The books of scans, without a network.
    scanner: {
      async request({ network, port: snmpPort }, caller) {
        const order = { network: network.text, snmpPort, auths: ['branch'], ping: false, addresses: 254 };
        const { begun } = await beginScan(db, order, caller, { owner: 'one', ms: 600_000 });
        return begun!;
      },
      async cancel(id, caller) {
        await requestCancel(db, id, caller);
        return getScan(db, id);
      },
    },
  });
}, 60_000);
afterAll(async () => {
  await api.close();
  await db.close();
  rmSync(directory, { recursive: true, force: true });
});

const entries = (after: number) =>
  db.query<Record<string, unknown>>(
    'select id, actor, role, action, entity, entity_id, before, after from audit_log where id > $1 order by id',
    [after]
  );
const newest = async () => (await db.query<{ id: number }>('select coalesce(max(id), 0) as id from audit_log'))[0]!.id;

test('every operation that changes something is in the table, or named as one that reads', () => {
  const ids = changing.map(({ operationId }) => operationId);
  expect(ids.sort()).toEqual([...CHANGES.map(({ operationId }) => operationId), ...READS].sort());
  expect(changing.filter(({ operationId, role }) => role === 'viewer' && !READS.includes(operationId))).toEqual([]);
});

test.each(changing.filter(({ role }) => role !== 'viewer').map((route) => [route.operationId, route] as const))(
  'a viewer may not call %s, and nothing is written',
  async (_id, route) => {
    const before = await contents(db);
    const lower = route.role === 'admin' ? 'editor' : 'viewer';
    const said = await api.call(route.method.toUpperCase(), knownAddress(route.path), undefined, as(lower));
    expect([said.status, said.body.code, said.body.needed_role]).toEqual([403, 'forbidden', route.role]);
    expect(await contents(db)).toEqual(before);
  }
);

test.each(CHANGES.map((change) => [change.operationId, change] as const))('%s is written down', async (_id, change) => {
  const route = changing.find(({ operationId }) => operationId === change.operationId)!;
  const [created] = await db.query<{ id: number }>(`select id from sites where name = 'Audited'`);
  const at = change.path.replace('{new}', String(created?.id));
  const last = await newest();
  const method = route.method.toUpperCase();
  const { status, body } =
    change.text === undefined
      ? await api.call(method, at, change.body, as(route.role))
      : await api.send(method, at, change.text, { 'content-type': 'text/csv', ...as(route.role) });
  expect([status, status < 300 ? '' : body]).toEqual([route.answer.status, '']);
  const rows = await entries(last);
  for (const [action, entity, id] of change.entries) {
    const found = rows.filter(
      (row) =>
        row['action'] === action &&
        row['entity'] === entity &&
        (typeof id === 'string' ? row['entity_id'] === id : id.test(String(row['entity_id'])))
    );
    expect({ action, entity, id, found: found.length, rows }).toMatchObject({ found: 1 });
  }
  for (const { id: _row, actor, role, action, before, after } of rows) {
    expect([actor, role]).toEqual([`a-${route.role}`, route.role]);
    // Before and after tell the same fields, where there was something and is something.
    if (action === 'update') {
      expect(Object.keys(before as object).sort()).toEqual(Object.keys(after as object).sort());
      expect(before).not.toEqual(after);
    }
    expect(action === 'create' ? before : null).toBeNull();
    expect(action === 'delete' ? after : null).toBeNull();
  }
});

test('exporters may ask for discovery, which nobody is named for, and for nothing else', async () => {
  const last = await newest();
  const asked = await api.call('POST', '/devices/dev-00001/discover', undefined, as('exporter'));
  expect(asked.status).toBe(202);
  expect((await api.call('POST', '/discovery', {}, as('exporter'))).status).toBe(403);
  expect(await entries(last)).toEqual([]);
});

describe('GET /audit', () => {
  beforeAll(async () => {
    await db.query('delete from audit_log');
    const entry = (entityId: string, action: 'create' | 'update', n: number) => ({
      action,
      entity: 'device' as const,
      entityId,
      before: action === 'create' ? null : { notes: '' },
      after: { notes: String(n) },
    });
    await writeAudit(db, { name: 'alice', role: 'editor' }, [entry('d1', 'create', 1), entry('d1', 'update', 2)]);
    await writeAudit(db, { name: 'bob', role: 'admin' }, [entry('d2', 'create', 3)]);
    await db.query(
      `update audit_log set at = timestamptz '2026-06-01T00:00:00Z' + (after->>'notes')::int * interval '1 hour'`
    );
  });

  it.each([
    ['', ['3', '2', '1']],
    ['?entity=device&entity_id=d1', ['2', '1']],
    ['?entity=site', []],
    ['?actor=bob', ['3']],
    ['?action=create', ['3', '1']],
    ['?since=2026-06-01T02:00:00Z', ['3', '2']],
    ['?until=2026-06-01T02:00:00Z', ['1']],
    ['?since=2026-06-01T05:00:00%2B04:00&until=2026-06-01T02:00:00.001Z', ['2', '1']],
    ['?limit=1&offset=1', ['2']],
  ])('%s', async (query, notes) => {
    const { status, body } = await api.get(`/audit${query}`, as('admin'));
    expect([status, body.items.map((one: { after: { notes: string } }) => one.after.notes)]).toEqual([200, notes]);
    expect(body.total).toBe(query.includes('limit') ? 3 : notes.length);
  });

  it.each([
    ['?entity=devices', 'entity: found "devices"; it must be one of device, interface'],
    ['?since=yesterday', 'since: found "yesterday"; it must be a moment such as 2026-01-31T12:00:00Z'],
    ['?since=2026-02-30T00:00:00Z', 'it must be a moment'],
  ])('%s is refused', async (query, why) => {
    const { status, body } = await api.get(`/audit${query}`, as('admin'));
    expect(status).toBe(400);
    expect(body.detail).toContain(why);
  });

  it.each(['viewer', 'editor', 'exporter'])('is not for the role of %s', async (role) => {
    expect((await api.get('/audit', as(role))).status).toBe(403);
  });
});
