import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inOctets, publish, router, serveExposition, type ExpositionServer } from './exposition-server';

const DEVICES = 7;
const found = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
/** Skips with the reason in its name where a program is not installed. */
const withPrograms = (programs: string[]) => {
  const missing = programs.filter((p) => !found(p));
  return missing.length === 0
    ? it
    : (name: string, ..._: unknown[]) => it.skip(`${name} (not installed: ${missing.join(', ')})`, () => undefined);
};

let server: ExpositionServer;
let directory: string;
let polledAt: number;
const children: ChildProcess[] = [];

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'exposition-'));
  server = await serveExposition();
  polledAt = Date.now() - 20_000;
  server.devices.setTargets(Array.from({ length: DEVICES }, (_, n) => router(n)));
  for (let n = 0; n < DEVICES; n++) {
    publish(server.devices, n, polledAt);
  }
});
afterEach(async () => {
  await Promise.all(children.splice(0).map(ended));
  await server.close();
  rmSync(directory, { recursive: true });
});

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) {
      resolve();
      return;
    }
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

function start(program: string, args: string[]): void {
  children.push(spawn(program, args, { cwd: directory, stdio: 'ignore' }));
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function until<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 40_000; ;) {
    const result = await attempt().catch(() => undefined);
    if (result !== undefined) {
      return result;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited 40 s for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

type Vector = { metric: Record<string, string>; value: [number, string] }[];
async function query(base: string, expr: string): Promise<Vector> {
  const res = await fetch(`${base}/api/v1/query?query=${encodeURIComponent(expr)}`);
  return ((await res.json()) as { data: { result: Vector } }).data.result;
}

/** Timestamped counters go by their own job, as the shipped scrape configuration has it. */
function scrapeConfig(): string {
  const { host } = new URL(server.url);
  const job = (name: string, params: string, more = '') => `
  - job_name: ${name}
    metrics_path: /metrics
    ${more}
    params: ${params}
    static_configs: [{ targets: ['${host}'] }]`;
  return `global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:${job('fast', "{ 'collect[]': [ping, states] }")}${job('snmp', "{ 'collect[]': [interfaces, device, inventory] }", 'honor_timestamps: true')}${job('self', "{ 'collect[]': [self] }")}
`;
}

/** What both databases must hold of what was published. */
async function compare(base: string): Promise<void> {
  const octets = await until('all counters', async () => {
    const result = await query(base, 'interface_if_hc_in_octets');
    return result.length === DEVICES * 2 ? result : undefined;
  });
  const expected = Array.from({ length: DEVICES }, (_, n) =>
    [0, 1].map((i) => [`router-${n}`, `Gi0/${i}`, inOctets(n, i)])
  ).flat();
  const got = octets.map(({ metric, value }) => [metric['device_id'], metric['if_name'], Number(value[1])]);
  expect(got.sort()).toEqual(expected.sort());

  const times = await query(base, 'timestamp(interface_if_hc_in_octets)');
  expect(new Set(times.map(({ value }) => Number(value[1])))).toEqual(new Set([polledAt / 1000]));

  const big = await query(base, 'interface_if_hc_out_octets{device_id="router-0",if_name="Gi0/0"}');
  expect(Number(big[0]!.value[1])).toBe(2 ** 53);

  const rtt = await until('round-trip times', async () => {
    const result = await query(base, 'device_ping_rtt_ms');
    return result.length === DEVICES ? result : undefined;
  });
  expect(new Set(rtt.map(({ value }) => Number(value[1])))).toEqual(new Set([12]));
  expect(rtt.map(({ metric }) => metric['branch']).sort()).toEqual(
    Array.from({ length: DEVICES }, (_, n) => `Branch "${n}" \\ თბილისი`).sort()
  );
  // A gauge carries no time of its own: it has that of the scrape.
  const age = await query(base, 'time() - max(timestamp(device_ping_rtt_ms))');
  expect(Number(age[0]!.value[1])).toBeLessThan(10);

  const alias = await query(base, 'interface_info{device_id="router-1",if_name="Gi0/1"}');
  expect(alias[0]!.metric['if_alias']).toBe('"Internet" \\ 1\nინტერნეტი');

  const states = await query(base, 'count by (state) (interface_state_since_timestamp_seconds)');
  expect(Object.fromEntries(states.map(({ metric, value }) => [metric['state'], Number(value[1])]))).toEqual({
    up: DEVICES,
    down: DEVICES,
  });
  const up = await query(base, 'min(up)');
  expect(Number(up[0]!.value[1])).toBe(1);
}

/** Names that are public contract as they are, or prom-client's, with the advice that promtool has on them. */
const ADVICE = [
  // It goes with isp_exporter_shard_index, as the two flags do.
  'isp_exporter_shard_count non-histogram and non-summary metrics should not have "_count" suffix',
  ...['rtt_ms', 'rtt_min_ms', 'rtt_max_ms'].map(
    (n) => `device_ping_${n} metric names should not contain abbreviated units`
  ),
  ...[
    'hc_in_octets',
    'hc_out_octets',
    'hc_in_ucast_pkts',
    'hc_out_ucast_pkts',
    'in_errors',
    'out_errors',
    'in_discards',
    'out_discards',
  ].map((n) => `interface_if_${n} counter metrics should have "_total" suffix`),
  ...['handles', 'requests', 'resources'].map(
    (n) => `nodejs_active_${n}_total non-counter metrics should not have "_total" suffix`
  ),
];

withPrograms(['promtool'])('promtool has nothing to say but advice on names that are public', async () => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const { stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  const said = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
  expect([...new Set(said)].sort()).toEqual([...ADVICE].sort());
});

withPrograms(['prometheus'])('Prometheus holds the values and times that were published', async () => {
  writeFileSync(path.join(directory, 'prometheus.yml'), scrapeConfig());
  const port = await freePort();
  start('prometheus', [
    '--config.file=prometheus.yml',
    '--storage.tsdb.path=data',
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  await compare(`http://127.0.0.1:${port}`);
});

withPrograms(['vmagent', 'victoria-metrics'])(
  'vmagent and VictoriaMetrics hold the values and times that were published',
  async () => {
    writeFileSync(path.join(directory, 'scrape.yml'), scrapeConfig());
    const [vm, agent] = [await freePort(), await freePort()];
    start('victoria-metrics', [
      '-storageDataPath=data',
      `-httpListenAddr=127.0.0.1:${vm}`,
      '-search.latencyOffset=0s',
      '-retentionPeriod=1',
    ]);
    await until('VictoriaMetrics', async () => ((await fetch(`http://127.0.0.1:${vm}/health`)).ok ? true : undefined));
    start('vmagent', [
      '-promscrape.config=scrape.yml',
      `-remoteWrite.url=http://127.0.0.1:${vm}/api/v1/write`,
      '-remoteWrite.tmpDataPath=queue',
      `-httpListenAddr=127.0.0.1:${agent}`,
    ]);
    await compare(`http://127.0.0.1:${vm}`);
  }
);
