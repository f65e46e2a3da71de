/**
 * Discovery of a fleet from an empty inventory by the built sidecar: 877 devices with 5,000 interfaces, on a Postgres
 * server and on the embedded one; the same fleet again, when nothing changed; and a slow device alone.
 * `npm run bench -- discovery`; alone with other sizes: `npx tsx tests/bench/discovery/bench.ts [server|embedded|slow] --devices 10000 --interfaces 50000`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openServer } from '../../../exporter/src/inventory/server-database';
import { sidecarConfig } from '../../integration/fleet/sidecar-fleet';
import { postgresPrograms, startPostgres } from '../../integration/postgres-server';
import { build, Ground, type Program } from '../../integration/programs/program';
import { freePorts } from '../../integration/provisioning/programs';
import { rowVersions } from '../../integration/schema-image';
import { udpRelay } from '../../integration/udp-relay';
import { makeFleet } from '../../simulator/fleet';
import { cpuMicros } from '../measured-process';
import { quantile } from '../ping/load';

const ROOT = path.resolve(__dirname, '../../..');
const COMMUNITY = 'fleet';
const GOAL_FLEET_S = 600;
const GOAL_DEVICE_S = 5;
/** A router at the end of a long line. */
const SLOW = { ports: 48, rttMs: 20 };
const WITHIN_MS = 900_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { devices: { type: 'string', default: '877' }, interfaces: { type: 'string', default: '5000' } },
});
const size = { devices: Number(values.devices), interfaces: Number(values.interfaces) };

const wanted = (part: string) => positionals.length === 0 || positionals.includes(part);

/** Agents in a process of their own; resolves with the port of each, by name. */
async function startAgents(fleet: typeof size) {
  const main = path.join(ROOT, 'tests/simulator/main.ts');
  const of = `devices=${fleet.devices},interfaces=${fleet.interfaces}`;
  const child = spawn(process.execPath, ['--import', 'tsx', main, '--fleet', of, '--snmp-port', '0'], {
    cwd: ROOT,
    env: { ...process.env, SIMULATOR_COMMUNITY: COMMUNITY },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit').then(([code]): never => {
    throw new Error(`the simulator of ${of} ended with ${code} before it was ready`);
  });
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), gone]);
  gone.catch(() => undefined);
  const { control } = JSON.parse(line as string) as { control: string };
  const answer = (await (await fetch(`${control}/devices`)).json()) as {
    devices: { name: string; snmp_port: number }[];
  };
  return {
    ports: new Map(answer.devices.map(({ name, snmp_port }) => [name, snmp_port])),
    stop: () => void child.kill('SIGKILL'),
  };
}

interface Run {
  id: number;
  kind: string;
  started_at: string;
  finished_at: string | null;
  devices: number;
  succeeded: number;
  interfaces_found: number;
  interfaces_added: number;
  interfaces_changed: number;
}
const seconds = (run: Run) => (Date.parse(run.finished_at!) - Date.parse(run.started_at)) / 1000;

class Sidecar {
  private constructor(
    readonly program: Program,
    readonly url: string
  ) {}

  static async start(ground: Ground, name: string, text: (port: number) => string, env: Record<string, string>) {
    const [port] = await freePorts(1);
    const file = ground.file(`${name}.yml`, text(port!));
    const program = ground.start('discovery', ['--config.file', file], { env });
    return new Sidecar(program, await program.serving());
  }

  async lastRun(): Promise<Run | undefined> {
    const body = (await (await fetch(`${this.url}/api/v1/discovery/runs?limit=1`)).json()) as { items: Run[] };
    return body.items[0];
  }

  /** The run after number `id`, once it has ended. */
  async runAfter(id: number): Promise<Run> {
    let run: Run | undefined;
    const ended = async () => {
      run = await this.lastRun();
      return run !== undefined && run.id > id && run.finished_at !== null;
    };
    await this.program.until('the run has ended', ended, WITHIN_MS);
    return run!;
  }

  async ask(path: string): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(this.url + path, { method: 'POST', headers, body: '{}' });
    if (answer.status !== 202) {
      throw new Error(`POST ${path} answered ${answer.status} ${await answer.text()}`);
    }
  }

  /** How long exporters wait for the list meanwhile, each half second; ms, sorted when it is told to stop. */
  watchTargets(): () => Promise<Float64Array> {
    const waits: number[] = [];
    let over = false;
    let etag = '';
    const watching = (async () => {
      while (!over) {
        const begin = performance.now();
        const answer = await fetch(`${this.url}/targets`, { headers: { 'if-none-match': etag } });
        await answer.arrayBuffer();
        waits.push(performance.now() - begin);
        etag = answer.headers.get('etag') ?? '';
        await delay(500);
      }
    })();
    return async () => {
      over = true;
      await watching;
      return Float64Array.from(waits).sort();
    };
  }
}

async function fleet(
  kind: string,
  ground: Ground,
  ports: ReadonlyMap<string, number>,
  database?: string
): Promise<void> {
  const bundle = makeFleet(size);
  const more = [`data_dir: ${kind}`, ...(database === undefined ? [] : ['database: { url: "${DATABASE}" }'])];
  const env = { COMMUNITY, ...(database === undefined ? {} : { DATABASE: database }) };
  const sidecar = await Sidecar.start(ground, kind, (port) => sidecarConfig({ bundle, ports, port, more }), env);
  const stop = sidecar.watchTargets();
  const first = await sidecar.runAfter(0);
  const waits = await stop();
  const cpu = cpuMicros(sidecar.program.pid) / 1e6;
  console.log(
    `${kind}: ${first.succeeded} of ${first.devices} devices, ${first.interfaces_added} interfaces from empty in ${seconds(first).toFixed(1)} s, ${((cpu * 1000) / first.devices).toFixed(1)} ms CPU a device with the start; exporters waited ${quantile(waits, 0.5).toFixed(0)} / ${quantile(waits, 0.95).toFixed(0)} / ${waits.at(-1)!.toFixed(0)} ms for the list (p50 / p95 / max)`
  );
  const db = database === undefined ? undefined : await openServer(database);
  const versions = db && (await rowVersions(db, ['devices', 'discovery_runs', 'audit_log']));
  await sidecar.ask('/api/v1/discovery');
  const second = await sidecar.runAfter(first.id);
  const written =
    db &&
    JSON.stringify(versions) !== JSON.stringify(await rowVersions(db, ['devices', 'discovery_runs', 'audit_log']));
  await db?.close();
  console.log(
    `${kind}: the same again in ${seconds(second).toFixed(1)} s, ${(((cpuMicros(sidecar.program.pid) / 1e6 - cpu) * 1000) / second.devices).toFixed(1)} ms CPU a device`
  );
  check(
    `${kind}: every device and interface found`,
    first.succeeded === size.devices && first.interfaces_added === size.interfaces
  );
  check(`${kind}: from empty within ${GOAL_FLEET_S} s`, seconds(first) < GOAL_FLEET_S);
  check(
    `${kind}: the second run found the same and wrote no row`,
    second.succeeded === size.devices && second.interfaces_changed + second.interfaces_added === 0 && !written
  );
  await sidecar.program.kill();
}

async function slowDevice(ground: Ground): Promise<void> {
  const alone = { devices: 1, interfaces: SLOW.ports };
  const agents = await startAgents(alone);
  const bundle = makeFleet(alone);
  const [device] = bundle.devices;
  const relay = await udpRelay(agents.ports.get(device!.name)!, device!.address);
  relay.delayMs = SLOW.rttMs;
  try {
    device!.address = '127.0.0.1';
    const text = (port: number) =>
      sidecarConfig({ bundle, ports: new Map([[device!.name, relay.port]]), port, more: ['data_dir: slow'] });
    const sidecar = await Sidecar.start(ground, 'slow', text, { COMMUNITY });
    const first = await sidecar.runAfter(0);
    const asked = relay.requests.length;
    console.log(
      `a device of ${SLOW.ports} ports, ${SLOW.rttMs} ms away: ${seconds(first).toFixed(2)} s, ${asked} requests`
    );
    check(
      `a slow device within ${GOAL_DEVICE_S} s`,
      first.interfaces_added === SLOW.ports && seconds(first) < GOAL_DEVICE_S
    );
  } finally {
    agents.stop();
    await relay.close();
  }
}

function check(what: string, holds: boolean): void {
  console.log(`${holds ? 'met   ' : 'MISSED'} ${what}`);
  if (!holds) {
    process.exitCode = 1;
  }
}

async function main(): Promise<void> {
  const bin = postgresPrograms();
  if (bin === undefined) {
    throw new Error("no Postgres server in /usr/lib/postgresql; install Debian's package postgresql");
  }
  await build();
  const ground = new Ground();
  const agents = await startAgents(size);
  const server = await startPostgres(bin);
  try {
    if (wanted('server')) {
      await fleet('server', ground, agents.ports, server.createDatabase('bench'));
    }
    if (wanted('embedded')) {
      await fleet('embedded', ground, agents.ports);
    }
    if (wanted('slow')) {
      await slowDevice(ground);
    }
  } finally {
    agents.stop();
    await ground.remove();
    await server.stop();
  }
}

main().catch((err: unknown) => {
  console.error(err);
  process.exitCode = 1;
});
