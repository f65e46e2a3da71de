import { rmSync } from 'node:fs';
import type { Database } from '../../exporter/src/inventory/database';
import { migrate } from '../../exporter/src/inventory/migrate';
import { openServer } from '../../exporter/src/inventory/server-database';
import { makeFleet } from '../simulator/fleet';
import { startSimulator, type Simulator } from '../simulator/simulator';
import { sidecarConfig } from './fleet/sidecar-fleet';
import { PASSWORD, postgresPrograms, startPostgres, type PostgresServer } from './postgres-server';
import { Page } from './programs/exposition-text';
import { build, Ground, type Program } from './programs/program';
import { freePorts } from './provisioning/programs';
import { contents, firstMigrations, schemaImage } from './schema-image';

const COMMUNITY = 'two-sidecars';
const FLEET = { devices: 60, interfaces: 360 };
/** Devices of which nothing is heard while the first sidecar is killed. */
const SILENT = 12;
const LEASE_S = 5;
/** How often a sidecar that has nothing to do looks for what is due. */
const LOOK_S = 5;

const bin = postgresPrograms();
const withServer = bin === undefined ? describe.skip : describe;

withServer(
  bin === undefined ? 'left out: no Postgres server in /usr/lib/postgresql' : 'sidecars on one Postgres',
  () => {
    let server: PostgresServer;
    let simulator: Simulator;
    let ground: Ground;
    let ports: ReadonlyMap<string, number>;
    const open: Database[] = [];
    const servers: PostgresServer[] = [];

    beforeAll(async () => {
      await build();
      ground = new Ground();
      simulator = await startSimulator({ bundle: makeFleet(FLEET), community: COMMUNITY, controlPort: 0, snmpPort: 0 });
      ports = new Map(simulator.devices.map(({ name, snmp_port }) => [name, snmp_port]));
      server = await startPostgres(bin as string);
    }, 120_000);
    afterAll(async () => {
      await ground?.remove();
      await simulator?.stop();
      await Promise.all(open.map((db) => db.close()));
      await Promise.all([server, ...servers].map((one) => one?.stop()));
    });

    const database = async (name: string) => {
      const url = server.createDatabase(name);
      const db = await openServer(url);
      open.push(db);
      return { url, db };
    };
    const sidecar = async (name: string, url: string): Promise<Program> => {
      const [port] = await freePorts(1);
      const more = [`data_dir: ${name}`, 'database: { url: "${DATABASE}" }', 'snmp: { timeout: 1s, retries: 10 }'];
      const discovery = { concurrency: 10, lease: `${LEASE_S}s` };
      const text = sidecarConfig({ bundle: simulator.bundle, ports, port: port!, discovery, more });
      const file = ground.file(`${name}.yml`, text);
      return ground.start('discovery', ['--config.file', file], { env: { COMMUNITY, DATABASE: url } });
    };
    const states = async (db: Database) =>
      Object.fromEntries(
        (
          await db.query<{ result: string; devices: number }>(
            `select coalesce(discovery_reason, 'pending') as result, count(*) as devices from devices group by 1`
          )
        ).map(({ result, devices }) => [result, devices])
      );
    const leases = async (db: Database, pid: number) =>
      (
        await db.query<{ id: string }>(`select id from devices where lease_owner like $1 order by id`, [`%:${pid}:%`])
      ).map(({ id }) => id);
    const answered = () => simulator.devices.map(({ requests }) => requests.answered);

    it('start together on an empty database, walk every device once, and one goes on alone when the other is killed', async () => {
      const { url, db } = await database('shared');
      const silent = simulator.devices.filter((_, i) => i % (FLEET.devices / SILENT) === 0);
      silent.forEach(({ name }) => simulator.setScenario({ name: 'acl-drop', device: name }));
      const [a, b] = await Promise.all([sidecar('a', url), sidecar('b', url)]);
      await Promise.all([a.serving(), b.serving()]);
      const healthy = FLEET.devices - SILENT;
      await a.until('the healthy devices are walked', async () => ((await states(db))['ok'] ?? 0) === healthy);
      // Each asked by one of them: as often as its like, and none twice as often.
      const counts = answered().filter((count) => count > 0);
      expect(counts).toHaveLength(healthy);
      expect(Math.max(...counts)).toBeLessThan(2 * Math.min(...counts));

      const held = await leases(db, a.pid);
      const heldByOther = await leases(db, b.pid);
      expect([held.length > 0, heldByOther.length > 0]).toEqual([true, true]);
      expect([...held, ...heldByOther].sort()).toEqual(silent.map(({ id }) => id).sort());
      a.signal('SIGKILL');
      await a.ended;
      const killedAt = Date.now();
      simulator.setScenario({ name: 'healthy' });
      await b.until('it took over', async () => ((await states(db))['ok'] ?? 0) === FLEET.devices);
      const taken = (Date.now() - killedAt) / 1000;
      const [first] = await db.query<{ at: Date }>(
        'select min(last_discovery_at) as at from devices where id = any ($1)',
        [held]
      );
      // Not before the lease of the dead one ended, and soon after it did.
      expect(first!.at.getTime() - killedAt).toBeGreaterThan(((LEASE_S * 2) / 3 - 1.5) * 1000);
      expect(taken).toBeLessThan(LEASE_S + LOOK_S + 5);
      expect(await leases(db, a.pid)).toEqual([]);
      // None was walked twice, the ones that were taken over least of all.
      const all = answered();
      expect(Math.min(...all)).toBeGreaterThan(0);
      expect(Math.max(...all)).toBeLessThan(2 * Math.min(...all));
      expect(await db.query('select count(*) as n from device_interfaces where active')).toEqual([
        { n: FLEET.interfaces },
      ]);

      b.signal('SIGTERM');
      expect(await b.ended).toEqual({ code: 0, signal: null });
      const runs = await db.query<{ owner: string; devices: number; finished: boolean }>(
        'select owner, devices, finished_at is not null as finished from discovery_runs order by id'
      );
      const of = (program: Program) => runs.filter(({ owner }) => owner.includes(`:${program.pid}:`));
      // The run of the one that was killed stays open for good; what it did is in the devices.
      expect(of(a)).toEqual([expect.objectContaining({ finished: false })]);
      expect(of(b).every(({ finished }) => finished)).toBe(true);
      const walkedByB = of(b).reduce((sum, { devices }) => sum + devices, 0);
      expect(walkedByB).toBeGreaterThan(SILENT);
      expect(walkedByB).toBeLessThan(FLEET.devices);
      expect(a.said + b.said).not.toContain(COMMUNITY);
    }, 90_000);

    it('goes on when its Postgres comes back: until then it says that it does not know, and the exporter polls on', async () => {
      const mortal = await startPostgres(bin as string);
      servers.push(mortal);
      const few = { ...simulator.bundle, devices: simulator.bundle.devices.slice(0, 3) };
      const [port, exporterPort] = await freePorts(2);
      const url = `http://127.0.0.1:${port}`;
      const more = [
        'data_dir: outage',
        'database: { url: "${DATABASE}" }',
        `inventory: { url: "${url}", refresh: 1s }`,
        'snmp: { interval: 5s, timeout: 1s }',
      ];
      const file = ground.file('outage.yml', sidecarConfig({ bundle: few, ports, port: port!, more }));
      const env = { COMMUNITY, DATABASE: mortal.url };
      const program = ground.start('discovery', ['--config.file', file], { env });
      expect(await program.serving()).toBe(url);
      const listen = ['--web.listen-address', `127.0.0.1:${exporterPort}`];
      const exporter = ground.start('exporter', ['--config.file', file, ...listen], { env });
      const metrics = await exporter.serving();
      // Read to the end: a body that nobody reads keeps its connection, and this process, open.
      const ask = async (path: string, init: RequestInit = {}) => {
        const answer = await fetch(url + path, init);
        const text = await answer.text();
        return { status: answer.status, headers: answer.headers, text, json: () => JSON.parse(text) as unknown };
      };
      const octets = async () =>
        (await Page.of(metrics)).all('interface_if_hc_in_octets', { device_id: few.devices[0]!.id });
      await exporter.until('it serves', async () => (await octets()).length === few.devices[0]!.interfaces.length);
      const known = await ask(`/targets`);
      const polledAt = (await octets())[0]!.timestamp!;

      await mortal.kill();
      const refused = await ask(`/targets`);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
      expect(refused.json()).toMatchObject({ code: 'database_unavailable' });
      const ready = await ask(`/-/ready`);
      expect([ready.status, ready.text]).toEqual([503, expect.stringContaining('nothing listens there')]);
      expect((await ask(`/-/healthy`)).status).toBe(200);
      expect((await Page.of(url)).value('isp_discovery_database_up')).toBe(0);
      await exporter.until('it polls on', async () => (await octets())[0]!.timestamp! >= polledAt + 4_000);
      expect((await octets()).length).toBe(few.devices[0]!.interfaces.length);

      await mortal.start();
      await program.until('it serves the list again', async () => (await ask(`/targets`)).status === 200);
      expect((await ask(`/targets`)).headers.get('etag')).toBe(known.headers.get('etag'));
      const asked = await ask(`/api/v1/devices/${few.devices[0]!.id}/discover`, { method: 'POST' });
      expect(asked.status).toBe(202);
      await program.until('it walks again', async () => {
        const { items } = (await ask(`/api/v1/discovery/runs?limit=1`)).json() as { items: object[] };
        return (
          JSON.stringify(items).includes('"kind":"manual"') && !JSON.stringify(items).includes('"finished_at":null')
        );
      });
      for (const one of [program, exporter]) {
        one.signal('SIGTERM');
        expect(await one.ended).toEqual({ code: 0, signal: null });
      }
      // One line for the trouble and none for each of its consequences.
      expect(program.told('discovery stopped half way').length).toBeLessThanOrEqual(1);
      expect(program.said + exporter.said).not.toContain(PASSWORD);
    }, 90_000);

    it('ends with 1 when a migration fails half way, says which and why, and leaves the schema as it was', async () => {
      const { url, db } = await database('half');
      const older = firstMigrations(2);
      await migrate(db, older);
      rmSync(older, { recursive: true });
      // A table that somebody made by hand stands in the way of the newest migration, which has changed others by then.
      await db.script('create table audit_log (hand_made int)');
      const before = [await schemaImage(db), await contents(db)];
      const program = await sidecar('half', url);
      expect(await program.ended).toEqual({ code: 1, signal: null });
      expect(program.said).toMatch(FAILED);
      expect(program.said).not.toContain(PASSWORD);
      expect([await schemaImage(db), await contents(db)]).toEqual(before);
    }, 60_000);
  }
);

const FAILED =
  /migration 0003_\w+\.sql failed on (embedded )?Postgres [^:]*.*: relation "audit_log" already exists \(SQLSTATE 42P07\); the schema is as it was before, correct the cause and start again/;
