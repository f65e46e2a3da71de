import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CannedExporter } from './provisioning/canned-exporter';
import { freePorts, Programs, query, until } from './provisioning/programs';
import { describeWithPrograms, flags, inRepository, text } from './provisioning/repository';

// The shipped configuration with the real programs: only addresses and paths are replaced.
describeWithPrograms('from the exporter to the message', () => {
  const programs = new Programs();
  const exporter = new CannedExporter();
  let storage: string;
  let prometheus: string;
  let alertmanager: string;

  beforeAll(async () => {
    const exporterPort = await exporter.listen();
    const [vm, agent, alert, manager, prom] = await freePorts(5);
    const at = (port: number | undefined) => `http://127.0.0.1:${port}`;
    [storage, prometheus, alertmanager] = [at(vm), at(prom), at(manager)];
    const scrape = scrapeConfig(programs.folder, {
      exporter: exporterPort,
      victoriametrics: vm,
      vmagent: agent,
      vmalert: alert,
      alertmanager: manager,
    });

    await programs.start(
      'victoria-metrics',
      [`-storageDataPath=${programs.folder}/vm`, `-httpListenAddr=127.0.0.1:${vm}`, ...flags('victoriametrics')],
      `${storage}/health`
    );
    await programs.start(
      'prometheus-alertmanager',
      [
        `--config.file=${alertmanagerConfig(programs.folder, exporterPort)}`,
        `--storage.path=${programs.folder}/alertmanager`,
        `--web.listen-address=127.0.0.1:${manager}`,
        '--cluster.listen-address=',
      ],
      `${alertmanager}/-/healthy`
    );
    const notifier = path.join(programs.folder, 'notifier.yml');
    writeFileSync(
      notifier,
      text('provisioning/vmalert/notifier.yml').replace('alertmanager:9093', `127.0.0.1:${manager}`)
    );
    await programs.start(
      'vmagent',
      [
        `-promscrape.config=${scrape}`,
        `-remoteWrite.url=${storage}/api/v1/write`,
        `-remoteWrite.tmpDataPath=${programs.folder}/buffer`,
        `-httpListenAddr=127.0.0.1:${agent}`,
        ...flags('vmagent'),
      ],
      `${at(agent)}/health`
    );
    await programs.start(
      'vmalert',
      [
        `-rule=${inRepository('alert-rules')}/*.yml`,
        ...[`-datasource.url=${storage}`, `-remoteWrite.url=${storage}`, `-remoteRead.url=${storage}`],
        `-notifier.config=${notifier}`,
        `-httpListenAddr=127.0.0.1:${alert}`,
        ...flags('vmalert'),
      ],
      `${at(alert)}/health`
    );
    await programs.start(
      'prometheus',
      [
        `--config.file=${scrape}`,
        `--storage.tsdb.path=${programs.folder}/prometheus`,
        `--web.listen-address=127.0.0.1:${prom}`,
      ],
      `${prometheus}/-/ready`
    );
  }, 60_000);

  afterAll(async () => {
    await programs.stop();
    exporter.close();
  });

  const stored = (base: string, expr: string, deadlineMs = 60_000) =>
    until(`${base} holds ${expr}`, async () => (await query(base, expr)).length > 0, deadlineMs);

  test.each([
    ['vmagent and VictoriaMetrics', () => storage],
    ['Prometheus', () => prometheus],
  ])(
    '%s: device series say nothing of who collected them, up does',
    async (_, base) => {
      for (const name of [
        'device_ping_status',
        'device_state_since_timestamp_seconds',
        'interface_if_hc_in_octets',
        'interface_speed',
        'device_cpu_percent',
        'snmp_cpu_5sec',
        'snmp_sessions_total',
      ]) {
        await stored(base(), name);
        const [sample] = await query(base(), name);
        expect(sample?.metric).not.toHaveProperty('instance');
        expect(sample?.metric).not.toHaveProperty('job');
        expect(sample?.metric).not.toHaveProperty('shard');
        expect(sample?.metric).toHaveProperty('device_id');
      }
      await stored(base(), 'up{job="isp-exporter-snmp", instance!="", shard="0"} == 1');
      await stored(base(), 'isp_exporter_config_last_reload_successful{instance!="", job="isp-exporter"}');
      expect(exporter.asked).toContain(
        '?collect%5B%5D=interfaces&collect%5B%5D=device&collect%5B%5D=inventory&of=1&shard=0'
      );
    },
    90_000
  );

  test.each([
    ['vmagent and VictoriaMetrics', () => storage],
    ['Prometheus', () => prometheus],
  ])(
    '%s: a counter keeps the time of its poll',
    async (_, base) => {
      for (const counter of ['interface_if_hc_in_octets', 'snmp_sessions_total']) {
        // The value of the canned counter is its own time in ms.
        await stored(base(), counter);
        expect(await query(base(), `abs(timestamp(${counter}) - ${counter} / 1000) > 0.001`)).toEqual([]);
      }
    },
    70_000
  );

  test('every job is scraped without an error', async () => {
    await stored(storage, 'count(up == 1) >= 7');
    expect(await query(storage, 'up == 0')).toEqual([]);
  }, 70_000);

  test('states are recorded, and a rate where two polls are there', async () => {
    await stored(storage, 'device:up:bool{device_id="d1"} == 1');
    await stored(storage, 'device:up:bool{device_id="d2"} == 0');
    await stored(storage, 'site:uplinks_up:count{branch="Depot"} == 1');
    // Rates are recorded once a minute, and the first time there was but one poll.
    await stored(storage, 'interface:in_bits:rate5m{if_name="wan1"}', 150_000);
    const [rate] = await query(storage, 'interface:in_bits:rate5m{if_name="wan1"}');
    // A byte a ms.
    expect(Number(rate?.value[1])).toBeCloseTo(8000, 3);
  }, 240_000);

  test('the watchdog reaches the service outside, and the device that is down the pager with site and what to check', async () => {
    await until(
      'the watchdog is posted',
      async () => exporter.posts.some(({ path: to }) => to === '/dead-mans-switch'),
      60_000
    );
    await until(
      'the pager is called',
      async () => exporter.posts.some(({ path: to, body }) => to === '/pager' && body.includes('router-d2')),
      100_000
    );
    const page = exporter.posts.find(({ path: to, body }) => to === '/pager' && body.includes('router-d2'));
    expect(page?.body).toContain('router-d2 at Depot is down');
    expect(page?.body).toContain('What to check');
    expect(page?.body).not.toContain('router-d1');
    const alerts = (await (await fetch(`${alertmanager}/api/v2/alerts`)).json()) as {
      labels: Record<string, string>;
    }[];
    expect(alerts.map(({ labels }) => labels.alertname).sort()).toEqual(['DeviceDown', 'Watchdog']);
  }, 180_000);

  test('no rule fails', async () => {
    expect(await query(storage, 'vmalert_execution_errors_total > 0')).toEqual([]);
  });
});

/** The shipped scrape configuration beside target files with the ports of this test. */
function scrapeConfig(folder: string, ports: Record<string, number | undefined>): string {
  const targets = path.join(folder, 'targets');
  mkdirSync(targets);
  const write = (name: string, port: number | undefined, labels = {}) =>
    writeFileSync(
      path.join(targets, `${name}.json`),
      JSON.stringify(port ? [{ targets: [`127.0.0.1:${port}`], labels }] : [])
    );
  for (const part of ['exporter', 'victoriametrics', 'vmagent', 'vmalert', 'alertmanager']) {
    write(part, ports[part]);
  }
  write('exporter-snmp', ports.exporter, { __param_shard: '0', __param_of: '1' });
  write('discovery', undefined);
  cpSync(inRepository('provisioning/vmagent/scrape.yml'), path.join(folder, 'scrape.yml'));
  return path.join(folder, 'scrape.yml');
}

/** The shipped routes with receivers on the canned server. */
function alertmanagerConfig(folder: string, port: number): string {
  const secrets = path.join(folder, 'secrets');
  mkdirSync(secrets);
  for (const receiver of ['operators', 'pager', 'dead_mans_switch']) {
    writeFileSync(path.join(secrets, `${receiver}_url`), `http://127.0.0.1:${port}/${receiver.replaceAll('_', '-')}`);
  }
  const file = path.join(folder, 'alertmanager.yml');
  writeFileSync(
    file,
    text('provisioning/alertmanager/alertmanager.yml').replaceAll('/etc/alertmanager/secrets', secrets)
  );
  return file;
}
