import './native-pglite';
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openInventory } from '../../exporter/src/inventory/open-database';
import { openServer } from '../../exporter/src/inventory/server-database';
import { PASSWORD, postgresPrograms, startPostgres, type PostgresServer } from './postgres-server';

const bin = postgresPrograms();
const withServer = bin === undefined ? describe.skip : describe;

/** The whole text of a failure, causes included, as a log would show it. */
async function failure(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (err) {
    return err as Error;
  }
  throw new Error('it did not fail');
}

withServer(bin === undefined ? 'left out: no Postgres server in /usr/lib/postgresql' : 'a Postgres server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(bin as string);
  }, 60_000);
  afterAll(() => server.stop());

  it.each([
    [
      'a wrong password',
      () => server.url.replace(PASSWORD, 'wrong-secret'),
      'the server refused the user or password; check database.url or database.url_file',
    ],
    [
      'a database that is not there',
      () => server.url.replace(/postgres$/, 'nowhere'),
      'there is no such database on the server; create it first (createdb)',
    ],
    [
      'a closed port',
      () => server.url.replace(`:${server.port}`, ':1'),
      'nothing listens there; start Postgres or correct database.url',
    ],
    [
      'a name that does not resolve',
      () => server.url.replace('127.0.0.1', 'no-such-host.invalid'),
      'the host name does not resolve; correct database.url',
    ],
  ])('with %s is one clear line without the password', async (_what, url, says) => {
    const err = await failure(openServer(url()));
    expect(err.message).toMatch(/^cannot connect to Postgres at [\w.-]+:\d+\/\w+ as isp: /);
    expect(err.message).toContain(says);
    expect(err.message).not.toMatch(/\n|secret|not-for-any-log/);
  });

  it('that never answers is given up', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    const err = await failure(openServer(`postgres://isp:x@127.0.0.1:${port}/isp`, { connectTimeoutMs: 300 }));
    expect(err.message).toBe(
      `cannot connect to Postgres at 127.0.0.1:${port}/isp as isp: no answer in time; check the network between here and the server`
    );
    silent.close();
  });

  it('lends ten connections at most', async () => {
    const db = await openServer(server.url);
    await Promise.all(Array.from({ length: 40 }, () => db.query('select pg_sleep(0.02)')));
    expect(db.poolUse()).toEqual({ total: 10, idle: 10, waiting: 0 });
    await db.close();
  });

  it('ends a statement that takes too long, and the connection goes on', async () => {
    const db = await openServer(server.url, { statementTimeoutMs: 100 });
    expect((await failure(db.query('select pg_sleep(5)'))).message).toMatch(/statement timeout/);
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }]);
    await db.close();
  });

  it('rolls back what failed, and keeps the error of the work', async () => {
    const db = await openServer(server.createDatabase('rollback'));
    await db.script('create table t (n int)');
    const own = new Error('my own');
    expect(
      await failure(
        db.transaction(async (tx) => {
          await tx.query('insert into t values (1)');
          throw own;
        })
      )
    ).toBe(own);
    expect(await db.query('select * from t')).toEqual([]);
    await db.close();
  });

  it('that dies breaks only what is under way, and serves again when it is back', async () => {
    const mortal = await startPostgres(bin as string);
    const db = await openServer(mortal.url);
    const asleep = failure(db.query('select pg_sleep(30)'));
    await db.query('select 1');
    await mortal.kill();
    expect((await asleep).message).toMatch(/^lost the connection to Postgres at 127\.0\.0\.1:\d+\/postgres as isp: /);
    expect((await failure(db.query('select 1'))).message).toMatch(/: nothing listens there; start Postgres/);
    await mortal.start();
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }]);
    await db.close();
    await mortal.stop();
  }, 60_000);
});

describe('the embedded database', () => {
  let dataDir: string;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    dataDir = mkdtempSync(path.join(tmpdir(), 'embedded-'));
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    child = undefined;
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('keeps what was written over a restart', async () => {
    const first = await openInventory({ databaseUrl: null, dataDir });
    await first.query(`insert into sites (name) values ('HQ')`);
    await first.close();
    const second = await openInventory({ databaseUrl: null, dataDir });
    expect(await second.query('select name from sites')).toEqual([{ name: 'HQ' }]);
    await second.close();
  }, 60_000);

  it('is not opened twice by one process', async () => {
    const first = await openInventory({ databaseUrl: null, dataDir });
    expect((await failure(openInventory({ databaseUrl: null, dataDir }))).message).toBe(
      `the embedded Postgres in ${path.join(dataDir, 'inventory')} is in use by process ${process.pid}; stop it, or set another data_dir or a database.url`
    );
    await first.close();
  }, 60_000);

  it('is not opened beside another process, and survives that one being killed', async () => {
    const program = `
      const { openInventory } = require(${JSON.stringify(path.resolve(__dirname, '../../exporter/src/inventory/open-database.ts'))});
      openInventory({ databaseUrl: null, dataDir: process.argv[1] }).then(async (db) => {
        await db.query("insert into sites (name) values ('committed')");
        console.log('open');
        setInterval(() => {}, 1000);
      });`;
    child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), '-e', program, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child?.stdout?.once('data', resolve));
    expect((await failure(openInventory({ databaseUrl: null, dataDir }))).message).toContain(
      `is in use by process ${child.pid};`
    );
    child.kill('SIGKILL');
    await new Promise((resolve) => child?.once('exit', resolve));
    const db = await openInventory({ databaseUrl: null, dataDir });
    expect(await db.query('select name from sites')).toEqual([{ name: 'committed' }]);
    await db.close();
  }, 60_000);

  it('takes over the lock of a process with its own number that ran before it', async () => {
    writeFileSync(path.join(dataDir, 'inventory.lock'), `${process.pid} 1\n`);
    await (await openInventory({ databaseUrl: null, dataDir })).close();
    writeFileSync(path.join(dataDir, 'inventory.lock'), '1 12345678901\n');
    await (await openInventory({ databaseUrl: null, dataDir })).close();
  }, 60_000);

  it('says what to do where it cannot be opened', async () => {
    writeFileSync(path.join(dataDir, 'file'), '');
    expect((await failure(openInventory({ databaseUrl: null, dataDir: path.join(dataDir, 'file') }))).message).toMatch(
      /^cannot create .+file\/inventory for the embedded Postgres: ENOTDIR; set data_dir to a place that this user may write$/
    );
    mkdirSync(path.join(dataDir, 'inventory'));
    writeFileSync(path.join(dataDir, 'inventory', 'PG_VERSION'), 'rubbish');
    expect((await failure(openInventory({ databaseUrl: null, dataDir }))).message).toMatch(
      /^cannot open the embedded Postgres in .+inventory: .+; restore the directory from a backup, or move it away to start empty$/
    );
  }, 60_000);
});
