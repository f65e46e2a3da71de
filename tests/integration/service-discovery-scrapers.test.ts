import './native-pglite';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Registry } from 'prom-client';
import { Access } from '../../exporter/src/http/auth/access';
import { TokenBook } from '../../exporter/src/http/auth/token-book';
import { discoveryApp } from '../../exporter/src/http/discovery-app';
import type { Database } from '../../exporter/src/inventory/database';
import { openEmbedded } from '../../exporter/src/inventory/embedded-database';
import { migrate } from '../../exporter/src/inventory/migrate';
import { freePorts, Programs, query, until } from './provisioning/programs';
import { type Agent, snmpdMissing, startSnmpd } from './snmp-agents';

const TOKEN = 'a-token-for-prometheus';
const QUIET = { info: () => undefined, debug: () => undefined, warn: () => undefined, error: () => undefined };
const PAGE = readFileSync(path.resolve(__dirname, '../../docs/service-discovery.md'), 'utf8');

const NEEDED = ['prometheus', 'promtool', 'vmagent', 'prometheus-snmp-exporter'].map((name) => `/usr/bin/${name}`);
const missing = snmpdMissing() ?? NEEDED.find((file) => !existsSync(file));
if (missing) {
  console.warn(`recipes of docs/service-discovery.md: left out, ${missing}`);
}
const whenPresent = missing ? describe.skip : describe;

/** A block of the page. */
function recipe(name: string): string {
  const text = new RegExp(`<!-- recipe: ${name} -->\n+\`\`\`yaml\n([^]*?)\`\`\``).exec(PAGE)?.[1];
  if (text === undefined) {
    throw new Error(`docs/service-discovery.md has no recipe ${name}`);
  }
  return text;
}

interface Scrape {
  url: URL;
  headers: IncomingHttpHeaders;
  at: number;
}

/** Stands where the recipes have an exporter, and passes on to `behind` what goes to the real one. */
class ExporterInFront {
  readonly scrapes: Scrape[] = [];
  behind = '';
  private readonly server: Server;

  constructor() {
    this.server = createServer((req, res) => {
      const url = new URL(req.url ?? '/', 'http://exporter');
      this.scrapes.push({ url, headers: req.headers, at: Date.now() });
      const target = url.searchParams.get('target') ?? '';
      const answer = target.startsWith('127.0.0.1:')
        ? fetch(`${this.behind}${req.url}`).then((r) => r.text())
        : 'seen 1\n';
      void Promise.resolve(answer).then(
        (text) => res.end(text),
        // The exporter behind has ended before its scraper.
        () => res.destroy()
      );
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  of(agent: string, target: string): Scrape[] {
    return this.scrapes.filter(
      ({ url, headers }) =>
        url.searchParams.get('target') === target && headers['user-agent']?.toLowerCase().includes(agent)
    );
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

const IF_MIB = `if_mib:
  version: 2
  auth: { community: localtest }
  walk: [1.3.6.1.2.1.2.2.1.8]
  metrics:
    - name: ifOperStatus
      oid: 1.3.6.1.2.1.2.2.1.8
      type: gauge
      help: h
      indexes: [{ labelname: ifIndex, type: gauge }]
`;

interface ActiveTarget {
  labels: Record<string, string>;
  discoveredLabels: Record<string, string>;
  scrapeUrl: string;
  scrapeInterval?: string;
  scrapeTimeout?: string;
  health: string;
  lastError: string;
}

whenPresent('the recipes of docs/service-discovery.md', () => {
  const programs = new Programs();
  const exporter = new ExporterInFront();
  let db: Database;
  let sidecar: Server;
  let agent: Agent;
  let prometheus: string;
  let vmagent: string;
  let config: string;

  beforeAll(async () => {
    db = await openEmbedded(path.join(programs.folder, 'pg'));
    await migrate(db);
    agent = await startSnmpd();
    await db.query(
      `insert into devices (id, name, address, snmp_port, type, role, auth, ping, tier, modules, tags, vendor) values
        ('real', 'Real "one"', '127.0.0.1', $1, 'server', 'core', 'branch', false, 'standard', '{linux,ups}', '{vip}', 'linux'),
        ('fast', 'Fast', '192.0.2.1', 161, 'router', 'edge', 'branch', true, 'standard', '{}', '{}', ''),
        ('slow', 'Slow', '2001:db8::1', 1161, 'router', '', 'other', true, 'slow', '{mikrotik}', '{}', ''),
        ('off', 'Off', '192.0.2.9', 161, 'router', '', 'branch', true, 'standard', '{}', '{}', '')`,
      [agent.port]
    );
    await db.query(`update devices set enabled = false where id = 'off'`);
    const tokens = TokenBook.open([{ name: 'prometheus', role: 'viewer', token: TOKEN, file: null }], QUIET);
    sidecar = createServer(
      discoveryApp({
        db,
        requestDiscovery: () => Promise.resolve(false),
        authNames: () => [],
        metrics: new Registry(),
        version: '0',
        log: QUIET,
        access: new Access({ tokens, anonymous: 'viewer' }),
        scrapeIntervals: () => ({ pingMs: 60_000, standardMs: 1_000, slowMs: 300_000 }),
      })
    );
    await new Promise<void>((done) => sidecar.listen(0, '127.0.0.1', done));
    const discovery = `127.0.0.1:${(sidecar.address() as AddressInfo).port}`;
    const [front, [snmp, prom, vma]] = [await exporter.listen(), await freePorts(3)];
    exporter.behind = `http://127.0.0.1:${snmp}`;
    const inFolder = (name: string, text: string) => {
      writeFileSync(path.join(programs.folder, name), text);
      return path.join(programs.folder, name);
    };
    const token = inFolder('discovery.token', TOKEN);
    const [snmpJob, pingJob] = [recipe('snmp'), recipe('ping')];
    // What is written for one place stands in another here, and nothing else is changed.
    config = inFolder(
      'scrape.yml',
      `${snmpJob}${recipe('one-module')}${pingJob.replace(/^scrape_configs:\n/, '')}${recipe('interval')}`
        .replaceAll('discovery:9761', discovery)
        .replaceAll('/etc/prometheus/discovery.token', token)
        .replaceAll(/(snmp|blackbox)-exporter:\d+/g, front)
    );
    await programs.start(
      'prometheus-snmp-exporter',
      [`--config.file=${inFolder('snmp.yml', IF_MIB)}`, `--web.listen-address=127.0.0.1:${snmp}`],
      `http://127.0.0.1:${snmp}/`
    );
    [prometheus, vmagent] = [`http://127.0.0.1:${prom}`, `http://127.0.0.1:${vma}`];
    await Promise.all([
      programs.start(
        'prometheus',
        [
          `--config.file=${config}`,
          `--storage.tsdb.path=${programs.folder}/prometheus`,
          `--web.listen-address=127.0.0.1:${prom}`,
        ],
        `${prometheus}/-/ready`
      ),
      programs.start(
        'vmagent',
        [
          `-promscrape.config=${config}`,
          `-remoteWrite.url=http://${front}/write`,
          `-remoteWrite.tmpDataPath=${programs.folder}/vmagent`,
          `-httpListenAddr=127.0.0.1:${vma}`,
        ],
        `${vmagent}/health`
      ),
    ]);
  }, 90_000);

  afterAll(async () => {
    await programs.stop();
    await agent?.stop();
    exporter.close();
    sidecar?.close();
    await db?.close();
  });

  const active = async (base: string, job: string): Promise<ActiveTarget[]> => {
    const answer = (await (await fetch(`${base}/api/v1/targets`)).json()) as {
      data: { activeTargets: ActiveTarget[] };
    };
    return answer.data.activeTargets
      .filter(({ labels }) => labels['job'] === job)
      .sort((a, b) => ((a.labels['device_id'] ?? '') < (b.labels['device_id'] ?? '') ? -1 : 1));
  };

  it('are what promtool finds right', () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'config', config], { encoding: 'utf8' });
    expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('is valid prometheus config file')]);
    const tagged = `${recipe('snmp')}${recipe('tag')}`.replaceAll('/etc/prometheus/discovery.token', '/dev/null');
    const file = path.join(programs.folder, 'tagged.yml');
    writeFileSync(file, tagged);
    expect(spawnSync('promtool', ['check', 'config', file], { encoding: 'utf8' }).status).toBe(0);
  });

  it.each([
    ['Prometheus', () => prometheus],
    ['vmagent', () => vmagent],
  ])('give %s its targets with their labels', async (_name, base) => {
    await until('all are there and up', async () => {
      const all = [...(await active(base(), 'snmp')), ...(await active(base(), 'ping'))];
      return all.length === 5 && all.filter(({ health }) => health === 'up').length >= 2;
    });
    const snmp = await active(base(), 'snmp');
    expect(snmp.map(({ labels }) => labels)).toEqual([
      {
        job: 'snmp',
        instance: '192.0.2.1',
        device_id: 'fast',
        device_ip: '192.0.2.1',
        device_name: 'Fast',
        device_type: 'router',
        role: 'edge',
      },
      {
        job: 'snmp',
        instance: `127.0.0.1:${agent.port}`,
        device_id: 'real',
        device_ip: '127.0.0.1',
        device_name: 'Real "one"',
        device_type: 'server',
        role: 'core',
        vendor: 'linux',
      },
      {
        job: 'snmp',
        instance: '[2001:db8::1]:1161',
        device_id: 'slow',
        device_ip: '2001:db8::1',
        device_name: 'Slow',
        device_type: 'router',
      },
    ]);
    const query = (index: number) => Object.fromEntries(new URL(snmp[index]?.scrapeUrl ?? '').searchParams);
    // The recipe keeps the first module.
    expect(query(1)).toEqual({ target: `127.0.0.1:${agent.port}`, module: 'if_mib', auth: 'branch' });
    expect(query(2)).toEqual({ target: '[2001:db8::1]:1161', module: 'if_mib', auth: 'other' });
    const ping = await active(base(), 'ping');
    expect(
      ping.map(({ labels, scrapeUrl }) => [labels['device_id'], new URL(scrapeUrl).pathname, new URL(scrapeUrl).search])
    ).toEqual([
      ['fast', '/probe', '?module=icmp&target=192.0.2.1'],
      ['slow', '/probe', '?module=icmp&target=2001%3Adb8%3A%3A1'],
    ]);
  });

  it('give Prometheus the interval and timeout of each target', async () => {
    expect((await active(prometheus, 'snmp')).map((t) => [t.scrapeInterval, t.scrapeTimeout])).toEqual([
      ['1s', '500ms'],
      ['1s', '500ms'],
      ['300s', '60s'],
    ]);
    expect((await active(prometheus, 'ping')).map((t) => [t.scrapeInterval, t.scrapeTimeout])).toEqual([
      ['2m', '50s'],
      ['2m', '50s'],
    ]);
  });

  it.each(['prometheus', 'vm_promscrape'])('make %s scrape each target at its own pace', async (agentName) => {
    // One a minute would be the pace without the label, and one every five minutes is that of the slow device.
    const scrapes = () => exporter.of(agentName, '192.0.2.1').filter(({ url }) => url.pathname === '/snmp');
    await until('a fast device was scraped four times', () => Promise.resolve(scrapes().length >= 4));
    const fast = scrapes();
    expect((fast.at(3)?.at ?? Infinity) - (fast[0]?.at ?? 0)).toBeLessThan(20_000);
    expect(Number(fast[0]?.headers['x-prometheus-scrape-timeout-seconds'])).toBeCloseTo(0.5, 3);
    expect(exporter.of(agentName, '[2001:db8::1]:1161').length).toBeLessThanOrEqual(1);
  });

  it('bring values of a real agent through snmp_exporter, with the labels of the inventory', async () => {
    const expr = 'ifOperStatus{device_id="real",device_name="Real \\"one\\"",role="core",vendor="linux"}';
    await until('values are there', async () => (await query(prometheus, expr)).length > 0);
    expect((await query(prometheus, expr))[0]?.metric).not.toHaveProperty('__meta_isp_tags');
  });
});
