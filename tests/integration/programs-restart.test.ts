import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { loadBundle } from '../../exporter/src/config/bundle';
import { startSimulator, type Simulator } from '../simulator/simulator';
import { Page, type Sample } from './programs/exposition-text';
import { build, Ground, type Program } from './programs/program';
import { freePorts, Programs, query, until } from './provisioning/programs';
import { describeWithPrograms } from './provisioning/repository';

const BUNDLE = path.resolve(__dirname, '../../exporter/bundles/demo_small.json');
const COMMUNITY = 'restart-community-51c2';
const DEVICE = 'device_state_since_timestamp_seconds';
const UPLINK = 'interface_state_since_timestamp_seconds';
const APPROXIMATE = 'what began before this start is shown as approximate';

describeWithPrograms('a restart of the exporter', () => {
  const programs = new Programs();
  let ground: Ground;
  let simulator: Simulator;
  let exporterPort: number;
  let url: string;
  let vm: string;
  let exporter: Program;
  let struck: Sample[];
  /** In the place of the database. */
  let server: Server;

  beforeAll(async () => {
    await build();
    ground = new Ground();
    const bundle = loadBundle(BUNDLE);
    simulator = await startSimulator({ bundle, community: COMMUNITY, controlPort: 0, snmpPort: 0 });
    const [port, vmPort] = await freePorts(2);
    exporterPort = port!;
    url = `http://127.0.0.1:${exporterPort}`;
    vm = `http://127.0.0.1:${vmPort}`;
    const scrape = ground.file(
      'scrape.yml',
      `scrape_configs:
  - job_name: exporter
    scrape_interval: 500ms
    static_configs: [{ targets: ['127.0.0.1:${exporterPort}'] }]
    metric_relabel_configs: [{ regex: job|instance, action: labeldrop }]
`
    );
    const args = [`-storageDataPath=${programs.folder}/vm`, `-httpListenAddr=127.0.0.1:${vmPort}`];
    const scraping = [`-promscrape.config=${scrape}`, '-search.latencyOffset=1s'];
    await programs.start('victoria-metrics', [...args, ...scraping], `${vm}/health`);
  }, 120_000);
  beforeEach(() => {
    server = createServer();
  });
  afterEach(async () => {
    await exporter?.kill();
    server.closeAllConnections();
    server.close();
  });
  afterAll(async () => {
    await ground?.remove();
    await simulator?.stop();
    await programs.stop();
  });

  const routers = () => simulator.devices.filter(({ uplinks }) => uplinks.length > 0);
  /** Two routers: the first will be down, the second will have an uplink down. */
  function start(metricsUrl: string): Program {
    const [gone, cut] = routers();
    const at = (device: typeof gone) => `address: "${device!.address}:${device!.snmp_port}", auth: demo`;
    const config = `auths: { demo: { version: 2, community: "\${COMMUNITY}" } }
ping: { driver: simulator, simulator_url: "${simulator.controlUrl}", interval: 1s, count: 1, timeout: 300ms }
snmp: { interval: 5s, timeout: 500ms, retries: 0 }
metrics: { url: "${metricsUrl}", timeout: 2s }
devices: [{ name: gone, ${at(gone)} }, { name: cut, ${at(cut)} }]
`;
    const file = ground.file('restart.yml', config);
    const listen = ['--web.listen-address', `127.0.0.1:${exporterPort}`];
    return ground.start('exporter', ['--config.file', file, '--data.dir', ground.path('data'), ...listen], {
      env: { COMMUNITY },
    });
  }

  /** The states of these families that are down, once so many of them are on the page. */
  async function downStates(since: 'exact' | 'approximate', families: readonly string[]): Promise<Sample[]> {
    let found: Sample[] = [];
    await exporter.until(`what was struck is down, ${since}`, async () => {
      const page = await Page.of(url);
      found = families.flatMap((family) => page.all(family, { state: 'down', since }));
      return found.length === families.length;
    });
    return found;
  }
  const values = (samples: readonly Sample[]) => samples.map(({ value }) => value);

  it('keeps since when devices and uplinks are down, exactly', async () => {
    exporter = start(vm);
    const [gone, cut] = routers();
    await exporter.until('both routers and their uplinks are up', async () => {
      const page = await Page.of(url);
      return page.all(DEVICE, { state: 'up' }).length === 2 && page.all(UPLINK, { state: 'up' }).length > 2;
    });
    simulator.setScenario({ name: 'device-down', device: gone!.name });
    simulator.setScenario({ name: 'uplink-down', device: cut!.name });
    struck = await downStates('exact', [DEVICE, UPLINK]);
    await until('the database has both states', async () => {
      const seen = await query(vm, `${DEVICE}{state="down",since="exact"} or ${UPLINK}{state="down",since="exact"}`);
      return seen.length === 2;
    });
    await exporter.kill();

    exporter = start(vm);
    await exporter.until('the past is known', () => exporter.told(`${vm} knows the states of 2 devices`).length > 0);
    expect(values(await downStates('exact', [DEVICE, UPLINK]))).toEqual(values(struck));
    expect(exporter.told(APPROXIMATE)).toEqual([]);
  }, 60_000);

  it.each<[string, string, ((server: Server) => void) | null]>([
    ['the database is away', 'connect ECONNREFUSED', null],
    [
      'the database answers nonsense',
      'the answer is no instant vector; metrics.url must be a VictoriaMetrics or a Prometheus',
      (server) => server.on('request', (_req, res: import('node:http').ServerResponse) => res.end('hello')),
    ],
  ])(
    'begins them anew, approximately, with one warning, when %s',
    async (_what, reason, serve) => {
      const [port] = await freePorts(1);
      const server = createServer();
      serve?.(server);
      if (serve) {
        await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
      }
      exporter = start(`http://127.0.0.1:${port}`);
      const now = await downStates('approximate', [DEVICE]);
      expect(now[0]!.value).toBeGreaterThan(struck[0]!.value);
      expect(exporter.told(APPROXIMATE)).toEqual([
        expect.objectContaining({
          level: 40,
          msg: expect.stringContaining(`asking http://127.0.0.1:${port}/api/v1/query: ${reason}`),
        }),
      ]);
      await exporter.kill();
      server.closeAllConnections();
      server.close();
    },
    60_000
  );
});
