import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { factQueries, historyQueries } from '../../grafana-plugin/src/data/history-queries';
import { changeMark, deviceStates, uplinkStates } from '../../grafana-plugin/src/data/state-queries';

const WINDOW = { staleAfterSeconds: 60, lookbackHours: 6 };
/** A whole number of five minutes, so that the lookback's grid meets the samples; an hour ago, so that both engines take it. */
const NOW = Math.floor(Date.now() / 300_000) * 300 - 3600;

/** Series with a sample every 15 s from `from` to `to`, in seconds before NOW. */
const SERIES = [
  { name: 'device_state_since_timestamp_seconds', id: 'live', state: 'up', from: 3600, to: 0 },
  { name: 'device_state_since_timestamp_seconds', id: 'turned', state: 'up', from: 3600, to: 600 },
  { name: 'device_state_since_timestamp_seconds', id: 'turned', state: 'down', from: 585, to: 0 },
  { name: 'device_state_since_timestamp_seconds', id: 'silent', state: 'up', from: 3600, to: 90 },
  { name: 'device_state_since_timestamp_seconds', id: 'gone', state: 'down', from: 3600, to: 2400 },
  {
    name: 'interface_state_since_timestamp_seconds',
    id: 'live',
    port: 'e1',
    type: 'isp',
    state: 'up',
    from: 3600,
    to: 0,
  },
  {
    name: 'interface_state_since_timestamp_seconds',
    id: 'live',
    port: 'e2',
    type: 'isp',
    state: 'up',
    from: 3600,
    to: 2400,
  },
  {
    name: 'interface_state_since_timestamp_seconds',
    id: 'live',
    port: 'e3',
    type: 'isp',
    state: 'up',
    from: 3600,
    to: 600,
  },
  {
    name: 'interface_state_since_timestamp_seconds',
    id: 'live',
    port: 'e3',
    type: 'trunk',
    state: 'up',
    from: 585,
    to: 0,
  },
];

function openMetrics(): string {
  const lines: string[] = [];
  for (const name of new Set(SERIES.map((series) => series.name))) {
    lines.push(`# TYPE ${name} gauge`);
    for (const { id, port, type, state, from, to } of SERIES.filter((series) => series.name === name)) {
      const interfaceLabels = port ? `,if_name="${port}",interface_type="${type}"` : '';
      for (let ago = from; ago >= to; ago -= 15) {
        lines.push(`${name}{device_id="${id}"${interfaceLabels},state="${state}"} ${NOW - from} ${NOW - ago}`);
      }
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(100)) {
    if (await condition().catch(() => false)) {
      return;
    }
  }
  throw new Error('the database did not become ready within 30 s');
}

const ENGINES = {
  'victoria-metrics': {
    async start(folder: string, port: number) {
      const process = spawn(
        'victoria-metrics',
        [
          `-storageDataPath=${folder}/vm`,
          `-httpListenAddr=127.0.0.1:${port}`,
          '-retentionPeriod=1',
          '-loggerLevel=ERROR',
        ],
        { stdio: 'ignore' }
      );
      await until(async () => (await fetch(`http://127.0.0.1:${port}/health`)).ok);
      // The import takes milliseconds where OpenMetrics has seconds.
      const body = openMetrics().replace(/ (\d+)$/gm, ' $1000');
      await fetch(`http://127.0.0.1:${port}/api/v1/import/prometheus`, { method: 'POST', body });
      return process;
    },
  },
  prometheus: {
    async start(folder: string, port: number) {
      writeFileSync(`${folder}/samples.om`, openMetrics());
      writeFileSync(`${folder}/prometheus.yml`, '{}\n');
      execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', `${folder}/samples.om`, `${folder}/data`]);
      return spawn(
        'prometheus',
        [
          `--config.file=${folder}/prometheus.yml`,
          `--storage.tsdb.path=${folder}/data`,
          `--web.listen-address=127.0.0.1:${port}`,
          '--log.level=error',
        ],
        { stdio: 'ignore' }
      );
    },
  },
};

describe.each(Object.entries(ENGINES))('queries in %s', (name, engine) => {
  const installed = existsSync(`/usr/bin/${name}`);
  if (!installed) {
    console.warn(`Skipped: /usr/bin/${name} is not installed.`);
  }
  const test = installed ? it : it.skip;
  let folder: string;
  let process: ChildProcess;
  let url: string;

  const query = async (expr: string, time = NOW) => {
    const answer = await fetch(`${url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: expr, time: String(time) }),
    });
    const { status, error, data } = (await answer.json()) as {
      status: string;
      error?: string;
      data: { result: Array<{ metric: Record<string, string>; value: [number, string] }> };
    };
    expect([status, error]).toEqual(['success', undefined]);
    return data.result;
  };
  const rows = async (expr: string) =>
    (await query(expr))
      .map(({ metric, value }) => [
        metric.device_id,
        metric.if_name ?? '',
        metric.state,
        metric.gone ?? '',
        NOW - Number(value[1]),
      ])
      .sort((a, b) => String(a).localeCompare(String(b)));

  beforeAll(async () => {
    if (installed) {
      folder = mkdtempSync(path.join(tmpdir(), 'plugin-queries-'));
      const port = await freePort();
      url = `http://127.0.0.1:${port}`;
      process = await engine.start(folder, port);
      await until(async () => (await query('device_state_since_timestamp_seconds')).length > 0);
    }
  });
  afterAll(async () => {
    if (installed) {
      process.kill();
      await once(process, 'exit');
      rmSync(folder, { recursive: true });
    }
  });

  test('answers one live state a device, and the last sight of those that are silent', async () => {
    const [gone, ...others] = await rows(deviceStates(WINDOW));
    // Long silence is known to five minutes; the rest to the second.
    expect(gone!.slice(0, 4)).toEqual(['gone', '', 'down', '1']);
    expect(gone![4]).toBeGreaterThanOrEqual(2400);
    expect(gone![4]).toBeLessThanOrEqual(2700);
    expect(others).toEqual([
      ['live', '', 'up', '', 3600],
      ['silent', '', 'up', '1', 90],
      ['turned', '', 'down', '', 585],
    ]);
  });

  test('tells uplinks whose data has stopped from interfaces that are no uplinks any more', async () => {
    expect((await rows(uplinkStates(WINDOW))).map((row) => row.slice(0, 4))).toEqual([
      ['live', 'e1', 'up', ''],
      ['live', 'e2', 'up', '1'],
    ]);
    expect(await rows(uplinkStates(WINDOW, 'silent'))).toEqual([]);
    expect((await rows(deviceStates(WINDOW, 'live'))).map(([id]) => id)).toEqual(['live']);
  });

  test('the change mark differs after a change and is one number', async () => {
    const before = await query(changeMark(), NOW - 615);
    const after = await query(changeMark(), NOW - 200);
    expect([before, after].map((result) => result.length)).toEqual([1, 1]);
    expect(before[0]!.value[1]).not.toBe(after[0]!.value[1]);
    expect(await query(changeMark(), NOW - 86400)).toEqual([]);
  });

  test.each(Object.entries({ ...factQueries('a"b\\c'), ...historyQueries('a"b\\c', 90) }))(
    'the query for %s is understood',
    async (_name, expr) => expect(await query(expr)).toEqual([])
  );
});
