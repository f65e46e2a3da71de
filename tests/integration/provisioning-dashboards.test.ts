import { execFileSync } from 'node:child_process';
import { FAMILIES } from '../../exporter/src/metrics/families';
import { freePorts, Programs, query, until } from './provisioning/programs';
import { describeWithPrograms, flags, inRepository, text } from './provisioning/repository';

interface Panel {
  title: string;
  type: string;
  targets?: { expr: string; refId: string }[];
  datasource?: { uid: string };
}
interface Dashboard {
  id: null;
  uid: string;
  schemaVersion: number;
  panels: Panel[];
  templating: { list: { type: string; definition?: string }[] };
}

const NAMES = ['fleet', 'device'] as const;
const load = (name: string): Dashboard => JSON.parse(text(`dashboards/${name}.json`));
/** What Grafana puts in for the variables. */
const filled = (expr: string) =>
  expr
    .replaceAll('$device', 'd1')
    .replaceAll('$region', '.*')
    .replaceAll('$__rate_interval', '60s')
    .replaceAll('$__range', '6h');

const QUERIES: [string, string][] = NAMES.flatMap((name) =>
  load(name).panels.flatMap((panel) =>
    (panel.targets ?? []).map(({ refId, expr }): [string, string] => [`${name}: ${panel.title} ${refId}`, filled(expr)])
  )
);

describe('the dashboards', () => {
  test('are what their source makes', () => {
    const made = JSON.parse(
      execFileSync(process.execPath, [inRepository('dashboards/src/generate.mjs'), '--stdout'], { encoding: 'utf8' })
    );
    for (const name of NAMES) {
      expect(load(name)).toEqual(made[name]);
    }
  });

  test.each(NAMES)('%s can be imported anywhere: no id, a fixed uid, the data source a variable', (name) => {
    const dashboard = load(name);
    expect(dashboard).toMatchObject({ id: null, uid: `ispmonitor-${name}`, schemaVersion: 42 });
    for (const panel of dashboard.panels.filter(({ type }) => type !== 'row')) {
      expect(panel.datasource?.uid).toBe('${datasource}');
    }
  });

  test.each(QUERIES)('%s has no variable left', (_, expr) => expect(expr).not.toContain('$'));
});

describeWithPrograms('every query of the dashboards', () => {
  const programs = new Programs();
  let storage: string;

  beforeAll(async () => {
    const [port] = await freePorts(1);
    storage = `http://127.0.0.1:${port}`;
    await programs.start(
      'victoria-metrics',
      [`-storageDataPath=${programs.folder}/vm`, `-httpListenAddr=127.0.0.1:${port}`, ...flags('victoriametrics')],
      `${storage}/health`
    );
    const now = Date.now();
    // Five minutes of every series, every 15 s: counters and times grow, so that a rate is not 0.
    const rows = Array.from({ length: 21 }, (_, i) => now - (20 - i) * 15_000).flatMap((time, i) =>
      samples().map(([name, labels, value]) => `${name}{${labels}} ${value + i} ${time}`)
    );
    const written = await fetch(`${storage}/api/v1/import/prometheus`, {
      method: 'POST',
      body: `${rows.join('\n')}\n`,
    });
    expect(written.status).toBe(204);
    await until('what was written can be asked for', async () => (await query(storage, 'device_info')).length > 0);
  }, 60_000);
  afterAll(() => programs.stop());

  test.each(QUERIES)('%s answers with data', async (_, expr) => {
    expect(await query(storage, expr)).not.toEqual([]);
  });

  test('the variable finds the device', async () => {
    const expr = load('device').templating.list.find(({ type }) => type === 'query')?.definition ?? '';
    const inner = /^query_result\((.*)\)$/.exec(filled(expr))?.[1] ?? '';
    expect((await query(storage, inner)).map(({ metric }) => metric.device_id)).toEqual(['d1']);
  });
});

/** A sample of every family that the exporter serves, of every rule, and of the programs' own metrics that are shown. */
function samples(): [string, string, number][] {
  const values: Record<string, string> = {
    device_id: 'd1',
    device_ip: '10.0.0.1',
    device_name: 'core-1',
    branch: 'HQ',
    region: 'Tbilisi',
    device_type: 'router',
    if_name: 'wan1',
    interface_type: 'isp',
    isp_provider: 'Magti',
    is_critical: 'true',
    state: 'down',
    since: 'exact',
    collector: 'ping',
    reason: 'ok',
  };
  const labels = (names: readonly string[]) => names.map((name) => `${name}="${values[name] ?? 'x'}"`).join(',');
  const identity = ['device_id', 'device_ip', 'device_name'];
  const uplink = [...identity, 'if_name', 'interface_type', 'isp_provider', 'is_critical'];
  const place = [...identity, 'branch', 'region', 'device_type'];
  const recorded = (names: string[], of: readonly string[]) =>
    names.map((name): [string, string, number] => [name, labels(of), 0.5]);
  return [
    ...FAMILIES.map(({ name, labels: own }): [string, string, number] => [name, labels([...identity, ...own]), 1]),
    ...recorded(
      [
        'interface:in_bits:rate5m',
        'interface:out_bits:rate5m',
        'interface:in_utilisation:ratio5m',
        'interface:out_utilisation:ratio5m',
        'interface:errors:ratio5m',
        'interface:discards:ratio5m',
      ],
      uplink
    ),
    ...recorded(['device:up:bool', 'device:availability:ratio1d', 'device:availability_coverage:ratio1d'], place),
    ...recorded(
      ['site:uplinks_up:count', 'site:uplinks_down:count', 'site:uplinks_unknown:count'],
      ['branch', 'region']
    ),
    ['up', 'job="isp-exporter",instance="a:9760"', 0],
    ['isp_exporter_snmp_polls_total', 'reason="ok"', 1],
    ['isp_exporter_event_loop_lag_seconds', 'statistic="p99"', 0],
  ];
}
