import { createSocket, type Socket } from 'node:dgram';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { writeFileSync } from 'node:fs';
import { Page } from './programs/exposition-text';
import { build, Ground, type Program } from './programs/program';
import { freePorts } from './provisioning/programs';

let ground: Ground;
/** Answers echoes like the simulator: 192.0.2.9 is silent. Serves pages, too. */
let web: HttpServer;
let tcp: Server;
/** Answers every query with no error and no address. */
let names: Socket;
let ports: { web: number; tcp: number; dns: number; closed: number; exporter: number };
let exporter: Program;
let url: string;
let file: string;

const listening = (server: HttpServer | Server) =>
  new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  );

beforeAll(async () => {
  await build();
  ground = new Ground();
  web = createHttpServer((req, res) => {
    let body = '';
    req.on('data', (chunk) => (body += chunk));
    req.on('end', () => {
      if (req.url !== '/icmp') {
        res.writeHead(req.url === '/login?key=s3cret' ? 302 : 204, { location: '/' }).end();
        return;
      }
      const { addresses, count } = JSON.parse(body) as { addresses: string[]; count: number };
      const outcomes = addresses.map((address) => ({ sent: count, rtts_ms: address === '192.0.2.9' ? [] : [2, 4] }));
      res.end(JSON.stringify({ outcomes }));
    });
  });
  tcp = createServer((socket) => socket.on('error', () => undefined).resume());
  names = createSocket('udp4').on('message', (message, from) => {
    const answer = Buffer.from(message);
    answer.writeUInt16BE(0x8180, 2);
    names.send(answer, from.port, from.address);
  });
  await new Promise<void>((bound) => names.bind(0, '127.0.0.1', bound));
  const [closed, port] = await freePorts(2);
  ports = {
    web: await listening(web),
    tcp: await listening(tcp),
    dns: names.address().port,
    closed: closed!,
    exporter: port!,
  };
  file = ground.file('probes.yml', config('192.0.2.1'));
  exporter = ground.start('exporter', ['--config.file', file, '--data.dir', ground.path('data')]);
  url = await exporter.serving();
}, 120_000);
afterAll(async () => {
  await ground?.remove();
  web?.closeAllConnections();
  web?.close();
  tcp?.close();
  names?.close();
});

const config = (gateway: string) => `
exporter: { listen: "127.0.0.1:${ports.exporter}" }
sites: [{ name: HQ, region: Tbilisi }]
ping: { driver: simulator, simulator_url: "http://127.0.0.1:${ports.web}", count: 4, interval: 1s }
devices: [{ name: Core 1, address: 192.0.2.5, site: HQ }]
probes:
  - { name: gw, address: ${gateway}, class: gateway, device: Core 1, interface: Gi0/0, interval: 5s }
  - { name: silent, address: 192.0.2.9, class: gateway, interval: 5s }
  - { name: resolver, address: "127.0.0.1:${ports.dns}", type: dns, class: dns, site: HQ, interval: 5s }
  - { name: web, address: "http://127.0.0.1:${ports.web}/", type: http, class: internet, interval: 5s }
  - { name: login, address: "http://127.0.0.1:${ports.web}/login?key=s3cret", type: http, class: internet, interval: 5s }
  - { name: service, address: "127.0.0.1:${ports.tcp}", type: tcp, interval: 5s }
  - { name: closed, address: "127.0.0.1:${ports.closed}", type: tcp, interval: 5s }
  - { name: nowhere, address: nowhere.invalid, class: internet, interval: 5s }
`;
const NAMES = ['gw', 'silent', 'resolver', 'web', 'login', 'service', 'closed', 'nowhere'];
/** The page once each probe was asked, or could not be. */
async function page(): Promise<Page> {
  let now: Page | undefined;
  await exporter.until('every probe was asked', async () => {
    now = await Page.of(url);
    const known = new Set(
      [...now.all('probe_success'), ...now.all('probe_failure_info')].map((s) => s.labels['probe'])
    );
    return known.size === NAMES.length;
  });
  return now!;
}

it('serves what came of each class and type, and nothing where nothing is known', async () => {
  const now = await page();
  const place = { branch: '', region: '', device_id: '', if_name: '' };
  const uplink = { branch: 'HQ', region: 'Tbilisi', device_id: 'core-1', if_name: 'Gi0/0' };
  const success = Object.fromEntries(now.all('probe_success').map(({ labels, value }) => [labels['probe'], value]));
  expect(success).toEqual({ gw: 1, silent: 0, resolver: 1, web: 1, login: 0, service: 1, closed: 0 });
  const reasons = now.all('probe_failure_info').map(({ labels }) => [labels['probe'], labels['reason']]);
  expect(Object.fromEntries(reasons)).toEqual({
    silent: 'timeout',
    login: 'status',
    closed: 'refused',
    nowhere: 'lookup',
  });
  expect(now.one('probe_success', { probe: 'gw' })!.labels).toEqual({
    probe: 'gw',
    target: '192.0.2.1',
    class: 'gateway',
    ...uplink,
  });
  expect(now.one('probe_success', { probe: 'login' })!.labels).toEqual({
    probe: 'login',
    target: `http://127.0.0.1:${ports.web}/login`,
    class: 'internet',
    ...place,
  });
  expect(now.value('probe_duration_seconds', { probe: 'gw' })).toBe(0.003);
  expect(now.value('probe_packet_loss_ratio', { probe: 'gw' })).toBe(0.5);
  expect(now.value('probe_packet_loss_ratio', { probe: 'silent' })).toBe(1);
  expect(now.value('probe_duration_seconds', { probe: 'silent' })).toBeUndefined();
  expect(now.value('probe_http_status_code', { probe: 'web' })).toBe(204);
  expect(now.value('probe_http_status_code', { probe: 'login' })).toBe(302);
  expect(now.value('isp_exporter_probes_total', { result: 'failed' })).toBeGreaterThan(0);
  expect(exporter.said + JSON.stringify(now.samples)).not.toContain('s3cret');
});

it('says on /status why a probe is not known', async () => {
  await page();
  const status = (await (await fetch(`${url}/status`)).json()) as { probes: Record<string, unknown>[] };
  expect(status.probes.map(({ name }) => name)).toEqual(NAMES);
  expect(status.probes.find(({ name }) => name === 'nowhere')).toMatchObject({
    success: null,
    reason: 'lookup',
    detail: expect.stringMatching(/^probe nowhere: look up address of "nowhere\.invalid": /),
  });
  expect(await (await fetch(url)).text()).toContain('Probes: 4 answer, 3 fail, 1 not known.');
});

it('takes over probes that a reload changes', async () => {
  writeFileSync(file, config('192.0.2.9'));
  expect((await fetch(`${url}/-/reload`, { method: 'POST' })).status).toBe(200);
  expect((await Page.of(url)).all('probe_success', { probe: 'gw' })).toEqual([]);
  await exporter.until('the gateway is known again', async () => {
    const gateway = (await Page.of(url)).one('probe_success', { probe: 'gw' });
    return gateway?.value === 0 && gateway.labels['target'] === '192.0.2.9';
  });
});

it("shares the probes among exporters: each is one's alone", async () => {
  const shares = await Promise.all(
    [0, 1].map(async (index) => {
      const [port] = await freePorts(1);
      const place = ['--data.dir', ground.path(`shard-${index}`), '--web.listen-address', `127.0.0.1:${port}`];
      const shard = ['--shard.index', `${index}`, '--shard.count', '2'];
      const one = ground.start('exporter', ['--config.file', file, ...place, ...shard]);
      const answer = await fetch(`${await one.serving()}/status`);
      return ((await answer.json()) as { probes: { name: string }[] }).probes.map(({ name }) => name);
    })
  );
  expect(shares.every((names) => names.length > 0)).toBe(true);
  expect(shares.flat().sort()).toEqual([...NAMES].sort());
});
