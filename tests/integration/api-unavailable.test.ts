import './native-pglite';
import type { Database } from '../../exporter/src/inventory/database';
import { migrate } from '../../exporter/src/inventory/migrate';
import { lockForWriting } from '../../exporter/src/inventory/revision';
import { openServer } from '../../exporter/src/inventory/server-database';
import { ApiServer } from './api-server';
import { postgresPrograms, startPostgres, type PostgresServer } from './postgres-server';

const bin = postgresPrograms();
const NEW = { name: 'b', address: '192.0.2.2' };
const CALLS: [method: string, path: string, body?: unknown][] = [
  ['GET', '/devices'],
  ['GET', '/devices/a'],
  ['GET', '/devices/a/interfaces'],
  ['GET', '/interfaces?q=x'],
  ['GET', '/interfaces/1/changes'],
  ['GET', '/sites'],
  ['GET', '/providers'],
  ['GET', '/summary'],
  ['GET', '/discovery/runs'],
  ['GET', '/discovery/preflight'],
  ['GET', '/discovery/preflight?format=csv'],
  ['POST', '/interfaces/by-devices', { device_ids: ['a'] }],
  ['POST', '/devices', NEW],
  ['PATCH', '/devices/a', { notes: 'x' }],
  ['DELETE', '/devices/a'],
  ['PATCH', '/interfaces/1', { notes: 'x' }],
  ['POST', '/sites', { name: 'HQ' }],
  ['PUT', '/providers/x', { display_name: 'X' }],
  ['POST', '/discovery', {}],
];

(bin === undefined ? describe.skip : describe)('the API without its Postgres', () => {
  let server: PostgresServer;
  let db: Database;
  let api: ApiServer;
  const unhandled = jest.fn();

  beforeAll(async () => {
    server = await startPostgres(bin as string);
    db = await openServer(server.createDatabase('api'), { statementTimeoutMs: 500 });
    await migrate(db);
    api = await ApiServer.start({ db });
    process.on('unhandledRejection', unhandled);
  }, 120_000);
  afterAll(async () => {
    process.off('unhandledRejection', unhandled);
    await api.close();
    await db.close();
    await server.stop();
  }, 60_000);

  const answers = async (calls: typeof CALLS) => {
    const all = await Promise.all(calls.map(([method, path, body]) => api.call(method, path, body)));
    return all.map(({ status, headers, body }, n) => [
      calls[n]?.slice(0, 2).join(' '),
      status,
      body.code,
      headers.get('retry-after'),
    ]);
  };
  const unavailable = (calls: typeof CALLS) =>
    calls.map(([method, path]) => [`${method} ${path}`, 503, 'database_unavailable', '5']);

  it('says so on every route while it is away, and works again when it is back', async () => {
    await api.call('POST', '/devices', { name: 'a', address: '192.0.2.1' });
    await server.kill();
    expect(await answers(CALLS)).toEqual(unavailable(CALLS));
    expect(await answers(CALLS)).toEqual(unavailable(CALLS));
    await server.start();
    const back = await api.get('/devices');
    expect([back.status, back.body.total]).toEqual([200, 1]);
    expect((await api.call('POST', '/devices', NEW)).status).toBe(201);
    expect(unhandled).not.toHaveBeenCalled();
  }, 60_000);

  it('gives up an edit that waits too long for another, and writes nothing of it', async () => {
    const edits: typeof CALLS = [
      ['PATCH', '/devices/a', { notes: 'too late' }],
      ['POST', '/sites', { name: 'HQ' }],
    ];
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let other: Promise<void> | undefined;
    await new Promise<void>((locked) => {
      other = db.transaction(async (tx) => {
        await lockForWriting(tx);
        locked();
        await released;
      });
    });
    expect(await answers(edits)).toEqual(unavailable(edits));
    // Reading waits for nobody.
    expect((await api.get('/devices/a')).body.notes).toBe('');
    release();
    await other;
    expect((await api.get('/sites')).body.total).toBe(0);
    expect((await api.call('PATCH', '/devices/a', { notes: 'now' })).body.notes).toBe('now');
    expect(api.logged.join('\n')).not.toContain('not-for-any-log');
  }, 30_000);
});
