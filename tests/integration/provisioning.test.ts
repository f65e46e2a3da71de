import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Ajv from 'ajv/dist/2019';
import { loadConfig } from '../../exporter/src/config/load';
import { describeWithPrograms, flags, inRepository, text, yaml } from './provisioning/repository';

const run = (program: string, args: string[], cwd = inRepository('.')) => {
  const done = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: 60_000 });
  return { code: done.status, said: `${done.stdout}${done.stderr}`, stdout: done.stdout };
};

const folder = mkdtempSync(path.join(os.tmpdir(), 'isp-monitor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeWithPrograms('the scrape configuration', () => {
  test('loads in vmagent and in Prometheus', () => {
    expect(run('promtool', ['check', 'config', 'provisioning/vmagent/scrape.yml'])).toMatchObject({ code: 0 });
    expect(run('vmagent', ['-dryRun', '-promscrape.config=provisioning/vmagent/scrape.yml'])).toMatchObject({
      code: 0,
    });
  });

  test('with a key that one of them does not know is refused', () => {
    const wrong = path.join(folder, 'scrape.yml');
    writeFileSync(wrong, text('provisioning/vmagent/scrape.yml').replace('honor_timestamps', 'honour_timestamps'));
    expect(run('promtool', ['check', 'config', wrong]).code).not.toBe(0);
    expect(run('vmagent', ['-dryRun', `-promscrape.config=${wrong}`]).code).not.toBe(0);
  });

  test('names target files that are there, on the host and in the containers', () => {
    const wanted = (
      yaml('provisioning/vmagent/scrape.yml').scrape_configs as { file_sd_configs: { files: string[] }[] }[]
    )
      .flatMap((job) => job.file_sd_configs.flatMap((sd) => sd.files))
      .map((file) => path.basename(file));
    expect(readdirSync(inRepository('provisioning/vmagent/targets')).sort()).toEqual([...new Set(wanted)].sort());
    expect(readdirSync(inRepository('docker/targets')).sort()).toEqual([...new Set(wanted)].sort());
  });
});

describeWithPrograms('the routes of Alertmanager', () => {
  const file = 'provisioning/alertmanager/alertmanager.yml';
  const route = (...labels: string[]) =>
    run('amtool', ['config', 'routes', 'test', `--config.file=${file}`, ...labels]).stdout.trim();

  test('load', () => expect(run('amtool', ['check-config', file])).toMatchObject({ code: 0 }));

  test.each([
    ['Watchdog', 'info', 'dead-mans-switch'],
    ['CollectorDown', 'critical', 'pager,operators'],
    ['NotificationsFailing', 'critical', 'pager,operators'],
    ['SiteIsolated', 'critical', 'pager'],
    ['UplinkDown', 'warning', 'operators'],
    ['DeviceUnreachable', 'info', 'nobody'],
  ])('%s (%s) goes to %s', (alert, severity, receivers) => {
    expect(route(`alertname=${alert}`, `severity=${severity}`, 'branch=HQ')).toBe(receivers);
  });

  test('hold no address and no secret', () => {
    expect(text(file)).not.toMatch(/https?:\/\/|password:|token:/);
  });
});

interface Service {
  image?: string;
  command?: string[];
  user?: string;
  ports?: string[];
  restart?: string;
  healthcheck?: object;
  init?: boolean;
  sysctls?: Record<string, string>;
  environment?: Record<string, string>;
}

describe('docker-compose.yml', () => {
  const compose = yaml('docker-compose.yml') as { services: Record<string, Service>; secrets: Record<string, unknown> };
  const services = Object.entries(compose.services);
  const lasting = services.filter(([, service]) => service.restart !== 'no');

  test('follows the Compose Specification', () => {
    const schema = JSON.parse(text('tests/integration/compose-schema/compose-spec.json'), (key, value) =>
      // Identifiers of draft 4, which the validator refuses and nothing refers to.
      key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value
    );
    const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
    validate(compose);
    expect(validate.errors).toBeNull();
    validate({ services: { exporter: { imgae: 'x' } } });
    expect(validate.errors).not.toBeNull();
  });

  test.each(['victoriametrics', 'vmagent', 'vmalert'])('gives %s the flags that every other start gives it', (part) => {
    const own = compose.services[part]?.command ?? [];
    const place =
      /^-(storageDataPath|httpListenAddr|promscrape\.config|rule|datasource\.url|notifier\.config|remote(Write|Read)\.(url|tmpDataPath))=/;
    expect(own.filter((flag) => !place.test(flag))).toEqual(flags(part));
  });

  test.each(services)('%s has a pinned image', (_, { image }) => {
    expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+(\.\d+)?[\w.-]*$/);
  });

  test.each(lasting)('%s runs without root, with an init, a healthcheck, and on loopback only', (_, service) => {
    expect(service.user).toMatch(/^(?!root$|0(:|$))/);
    expect(service.init).toBe(true);
    expect(service.healthcheck).toBeDefined();
    expect((service.ports ?? []).filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  test('lets the exporter open ping sockets and loads the app and its panel unsigned', () => {
    expect(compose.services.exporter?.sysctls).toEqual({ 'net.ipv4.ping_group_range': '0 2147483647' });
    const panel = JSON.parse(text('grafana-plugin/src/panels/isp-monitor/plugin.json')).id;
    const app = JSON.parse(text('grafana-plugin/src/plugin.json')).id;
    expect(compose.services.grafana?.environment?.GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS).toBe(`${app},${panel}`);
  });

  test('has no password in it: what is secret is a file or is asked for', () => {
    const values = services.flatMap(([, service]) => Object.entries(service.environment ?? {}));
    for (const [name, value] of values.filter(([key]) => /PASSWORD|TOKEN|SECRET|COMMUNITY|_USER$/.test(key))) {
      expect(`${name}=${value}`).toMatch(/_FILE=\/run\/secrets\/|\$\{\w+:\?|^POSTGRES_USER=postgres$/);
    }
  });

  test('is given every secret by docker/make-secrets.sh, which leaves what is there alone', () => {
    const secrets = path.join(folder, 'secrets');
    expect(run('sh', ['docker/make-secrets.sh', secrets]).code).toBe(0);
    expect(readdirSync(secrets).sort()).toEqual(Object.keys(compose.secrets).sort());
    expect(statSync(secrets).mode & 0o777).toBe(0o700);
    const password = () => readFileSync(path.join(secrets, 'discovery_database_password'), 'utf8');
    const first = password();
    expect(first).toMatch(/^[0-9a-f]{48}$/);
    expect(readFileSync(path.join(secrets, 'discovery_database_url'), 'utf8')).toContain(`:${first}@postgres:5432/`);
    run('sh', ['docker/make-secrets.sh', secrets]);
    expect(password()).toBe(first);
  });

  test('mounts a configuration that the programs accept', () => {
    const own = path.join(folder, 'config');
    cpSync(inRepository('docker/isp-monitor.yml'), path.join(own, 'isp-monitor.yml'));
    const file = path.join(own, 'isp-monitor.yml');
    writeFileSync(path.join(own, 'token'), 'token-of-the-test');
    writeFileSync(path.join(own, 'url'), 'postgres://a:b@postgres:5432/c');
    writeFileSync(
      file,
      text('docker/isp-monitor.yml')
        .replace('/run/secrets/inventory_token', 'token')
        .replace('/run/secrets/discovery_database_url', 'url')
    );
    expect(loadConfig(file, { SNMP_COMMUNITY: 'community-of-the-test' })).toMatchObject({
      inventory: { url: 'http://discovery:9761', token: 'token-of-the-test' },
      databaseUrl: 'postgres://a:b@postgres:5432/c',
      exporter: { listen: { port: 9760 } },
    });
  });
});

describe('the provisioning of Grafana', () => {
  test('points the app at the data source that it provisions', () => {
    const [source] = yaml('provisioning/grafana/datasources/metrics.yml').datasources;
    const [app] = yaml('provisioning/grafana/plugins/ispmonitor.yml').apps;
    expect(app.type).toBe(JSON.parse(text('grafana-plugin/src/plugin.json')).id);
    expect(app.jsonData.datasourceUid).toBe(source.uid);
    expect(app.secureJsonData.inventoryToken).toBe('$__file{/run/secrets/inventory_token}');
    expect(source.type).toBe('prometheus');
  });
});
