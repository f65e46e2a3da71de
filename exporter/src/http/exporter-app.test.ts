import { connect, createServer } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { request, Server } from 'node:http';
import { DeviceSeries } from '../metrics/device-series';
import { OwnMetrics } from '../metrics/own';
import { ProbeSeries } from '../metrics/probe-series';
import { SeriesStore } from '../metrics/store';
import { testDevice } from '../model/device.fixture';
import { testProbe } from '../model/probe.fixture';
import type { Target } from '../model/target-list';
import { exporterApp } from './exporter-app';
import { listen, ListenError, type Listening, type ListenOptions } from './listen';
import { Readiness } from './readiness';

const target = (n: number): Target => ({
  device: testDevice({
    id: `d${n}`,
    name: `branch-${n} <b>`,
    address: `10.0.0.${n % 250}`,
    site: `Branch ${n}`,
  }),
  interfaces: [],
});

const LOCAL: ListenOptions = {
  listen: { host: '127.0.0.1', port: 0 },
  allowUnauthenticated: false,
  flag: '--web.listen-address',
  key: 'exporter.listen',
};

let own: OwnMetrics;
let devices: DeviceSeries;
let probes: ProbeSeries;
let readiness: Readiness;
let server: Listening;
let reload: jest.Mock<Promise<void>, []>;
let log: jest.Mock;
let redactedConfig: () => string;

beforeEach(async () => {
  const store = new SeriesStore();
  devices = new DeviceSeries({
    store,
    intervals: { pingMs: 10_000, snmp: { fastMs: null, standardMs: 60_000, slowMs: 300_000 }, modules: false },
    failedRounds: 2,
  });
  probes = new ProbeSeries(store);
  own = new OwnMetrics({ version: '1.2.3', store, countByState: () => devices.countByState() });
  readiness = new Readiness(devices);
  reload = jest.fn(() => Promise.resolve());
  log = jest.fn();
  redactedConfig = () => 'auths:\n  branch:\n    community: <secret>\n';
  const app = exporterApp({
    version: '1.2.3',
    store,
    devices,
    probes,
    own,
    readiness,
    pingDescription: () => 'ICMP <sockets>',
    redactedConfig: () => redactedConfig(),
    reload,
    log,
  });
  server = await listen(app, LOCAL);
  devices.setTargets([1, 2, 3].map(target));
});
afterEach(async () => {
  await server.close(0);
  own.stop();
});

const fetchText = async (path: string, init?: RequestInit) => {
  const res = await fetch(server.url + path, init);
  return { status: res.status, type: res.headers.get('content-type'), headers: res.headers, text: await res.text() };
};
const answerPings = (rttsMs = [10]) => {
  for (const n of [1, 2, 3]) {
    devices.publishRound(`d${n}`, { decidedAt: Date.now(), sent: 1, rttsMs });
  }
};
/** One that succeeds, one that fails, one that could not be asked. */
const askProbes = () => {
  const reasons = { good: null, bad: 'refused', odd: 'local' } as const;
  probes.setProbes(Object.keys(reasons).map((name) => testProbe({ name })));
  for (const [name, reason] of Object.entries(reasons)) {
    probes.publish(name, { decidedAt: Date.now(), reason, detail: '' });
  }
};
const families = (text: string) => [...text.matchAll(/^# TYPE (\S+)/gm)].map((m) => m[1]!);

describe('/metrics', () => {
  it('serves everything in the text format, each family once', async () => {
    answerPings();
    const { status, type, text } = await fetchText('/metrics');
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(families(text).slice(0, 2)).toEqual(['device_ping_status', 'device_ping_rtt_ms']);
    expect(families(text)).toContain('isp_exporter_build_info');
    expect(new Set(families(text)).size).toBe(families(text).length);
    expect(text).toMatch(/^isp_exporter_build_info\{version="1\.2\.3",node_version="v\d+[^"]*"\} 1$/m);
  });

  it.each([
    ['collect[]=ping', /^device_ping_/],
    ['collect[]=states', /^(device_data_age|device_state|interface_state)/],
    ['collect[]=self', /^(isp_exporter_|process_|nodejs_)/],
    ['collect[]=inventory', /^device_info/],
    ['collect[]=probes', /^probe_/],
  ])('?%s serves that part only', async (query, name) => {
    answerPings();
    askProbes();
    const names = families((await fetchText(`/metrics?${query}`)).text);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((n) => !name.test(n))).toEqual([]);
  });

  it('serves the shards of the fleet', async () => {
    const ids = async (query: string) =>
      [...(await fetchText(`/metrics?collect[]=inventory${query}`)).text.matchAll(/device_id="(\w+)"/g)].map(
        (m) => m[1]!
      );
    const shards = await Promise.all([0, 1, 2].map((i) => ids(`&shard=${i}&of=3`)));
    expect(shards.flat().sort()).toEqual(['d1', 'd2', 'd3']);
  });

  it('refuses what it does not know, saying what would be right', async () => {
    expect(await fetchText('/metrics?collect[]=pong&shard=2&of=2')).toMatchObject({
      status: 400,
      text: 'collect[]=pong: there is no such part; the parts are ping, states, probes, interfaces, device, inventory, self\n',
    });
  });

  it('is compressed for readers that ask for it', async () => {
    const { hostname, port } = new URL(server.url);
    const body = await new Promise<{ encoding: string | undefined; text: string }>((resolve, reject) => {
      request(
        { hostname, port, path: '/metrics?collect[]=inventory', headers: { 'accept-encoding': 'gzip' } },
        (res) => {
          const chunks: Buffer[] = [];
          res
            .on('data', (chunk: Buffer) => chunks.push(chunk))
            .on('end', () =>
              resolve({ encoding: res.headers['content-encoding'], text: gunzipSync(Buffer.concat(chunks)).toString() })
            );
        }
      )
        .on('error', reject)
        .end();
    });
    const plain = await fetchText('/metrics?collect[]=inventory', { headers: { 'accept-encoding': 'identity' } });
    expect(body).toEqual({ encoding: 'gzip', text: plain.text });
    expect(plain.headers.get('content-encoding')).toBeNull();
  });

  it.each(['identity', 'gzip'])('stops when the reader goes away (%s)', async (encoding) => {
    devices.setTargets(Array.from({ length: 4000 }, (_, n) => target(n)));
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET /metrics HTTP/1.1\r\nHost: x\r\nAccept-Encoding: ${encoding}\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    const aborted = async () => /isp_exporter_scrapes_total\{result="aborted"\} 1/.test(await own.text());
    for (const deadline = Date.now() + 10_000; !(await aborted());) {
      expect(Date.now()).toBeLessThan(deadline);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect((await fetchText('/-/healthy')).status).toBe(200);
  });

  it('lets the rest of the program run while a slow reader takes much', async () => {
    devices.setTargets(Array.from({ length: 4000 }, (_, n) => target(n)));
    const res = await fetch(`${server.url}/metrics`, { headers: { 'accept-encoding': 'identity' } });
    expect((await fetchText('/-/healthy')).text).toBe('Healthy\n');
    const text = await res.text();
    expect(text.match(/^device_info\{/gm)).toHaveLength(4000);
    expect(await own.text()).toContain('isp_exporter_scrapes_total{result="complete"} 1');
  });
});

describe('/status', () => {
  it('tells states, ages and reasons with a hint', async () => {
    answerPings();
    devices.publishPoll('d1', { reason: 'timeout', detail: 'no answer of 10.0.0.1:161', durationMs: 9000 });
    const body = JSON.parse((await fetchText('/status?device=d1')).text) as {
      devices: unknown[];
      devices_by_state: unknown;
    };
    expect(body).toMatchObject({
      version: '1.2.3',
      devices_by_state: { up: 3, down: 0, unknown: 0, disabled: 0 },
      lag: { event_loop_max_seconds: expect.any(Number), snmp_schedule_seconds: null },
      devices: [
        {
          device_id: 'd1',
          state: 'up',
          since_exact: false,
          ping: { answering: true, age_seconds: expect.any(Number) },
          snmp: { reason: 'timeout', detail: 'no answer of 10.0.0.1:161', last_answer: null, age_seconds: null },
          hint: expect.stringContaining('ping answers, SNMP silent: check the ACL, the community'),
        },
      ],
    });
  });

  it.each([
    ['', 3],
    ['?state=unknown', 3],
    ['?state=up', 0],
    ['?device=branch-2+%3Cb%3E', 1],
  ])('%s lists %d devices', async (query, n) => {
    expect((JSON.parse((await fetchText(`/status${query}`)).text) as { devices: unknown[] }).devices).toHaveLength(n);
  });

  it('is valid JSON for many devices', async () => {
    devices.setTargets(Array.from({ length: 1001 }, (_, n) => target(n)));
    expect((JSON.parse((await fetchText('/status')).text) as { devices: unknown[] }).devices).toHaveLength(1001);
  });

  it.each([
    ['state=red', 'state must be one of up, down, unknown, disabled'],
    ['colour=red', 'the parameters are state and device'],
  ])('?%s is refused', async (query, error) => {
    const { status, text } = await fetchText(`/status?${query}`);
    expect([status, JSON.parse(text)]).toEqual([400, { error }]);
  });
});

describe('the other addresses', () => {
  it('/ shows the state in numbers, escaped, and fetches nothing from elsewhere', async () => {
    const { status, type, headers, text } = await fetchText('/');
    expect([status, type]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('Version 1.2.3');
    expect(text).toContain('Pings by ICMP &#60;sockets&#62;.');
    expect(text).toContain('Not ready: the configuration is not loaded yet.');
    expect(text).not.toMatch(/https?:|src=|url\(/);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  });

  it('/config shows what it is given', async () => {
    expect((await fetchText('/config')).text).toBe(redactedConfig());
  });

  it('/-/ready follows the readiness', async () => {
    expect(await fetchText('/-/ready')).toMatchObject({
      status: 503,
      text: 'Not ready: the configuration is not loaded yet\n',
    });
    readiness.started();
    expect(await fetchText('/-/ready')).toMatchObject({
      status: 503,
      text: 'Not ready: 3 devices wait for the first round of pings\n',
    });
    answerPings();
    expect(await fetchText('/-/ready')).toMatchObject({ status: 200, text: 'Ready\n' });
    readiness.stopping();
    expect(await fetchText('/-/ready')).toMatchObject({ status: 503, text: 'Not ready: the exporter is stopping\n' });
  });

  it('/-/reload reloads, once for requests at the same time', async () => {
    let done = (): void => undefined;
    reload.mockImplementation(() => new Promise((resolve) => (done = resolve)));
    const both = [1, 2].map(() => fetchText('/-/reload', { method: 'POST' }));
    await fetchText('/-/healthy');
    await fetchText('/-/healthy');
    done();
    expect((await Promise.all(both)).map((r) => r.text)).toEqual(['Reloaded\n', 'Reloaded\n']);
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('/-/reload says what is wrong with the configuration', async () => {
    reload.mockRejectedValue(new Error('isp-monitor.yml:3: there is no key pings; did you mean ping?'));
    expect(await fetchText('/-/reload', { method: 'POST' })).toMatchObject({
      status: 500,
      text: 'The configuration in use stays as it was: isp-monitor.yml:3: there is no key pings; did you mean ping?\n',
    });
  });

  it.each([
    ['GET', '/nope', 404, 'There is nothing at /nope; / lists what there is\n', null],
    ['POST', '/metrics', 405, '/metrics takes GET, HEAD, not POST\n', 'GET, HEAD'],
    ['GET', '/-/reload', 405, '/-/reload takes POST, not GET\n', 'POST'],
    ['DELETE', '/', 405, '/ takes GET, HEAD, not DELETE\n', 'GET, HEAD'],
    ['GET', '/%ff', 404, 'There is nothing at /%ff; / lists what there is\n', null],
  ])('%s %s: %d', async (method, path, status, text, allow) => {
    const res = await fetchText(path, { method });
    expect(res).toMatchObject({ status, text, type: 'text/plain; charset=utf-8' });
    expect(res.headers.get('allow')).toBe(allow);
    expect(res.headers.get('x-content-type-options')).toBe('nosniff');
    expect(res.headers.get('x-powered-by')).toBeNull();
  });

  it('a failure is logged and not told', async () => {
    redactedConfig = () => {
      throw new Error('community s3cret');
    };
    expect(await fetchText('/config')).toMatchObject({
      status: 500,
      text: 'The exporter failed to answer; its log says why\n',
    });
    expect(log).toHaveBeenCalledWith('answering GET /config', expect.objectContaining({ message: 'community s3cret' }));
  });

  it('a HEAD request has no body', async () => {
    expect(await fetchText('/metrics', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });
});

describe('listening', () => {
  const refused = (listenOn: Partial<ListenOptions['listen']>, more: Partial<ListenOptions> = {}) =>
    listen(() => undefined, { ...LOCAL, ...more, listen: { ...LOCAL.listen, ...listenOn } }).then(
      async (l) => {
        await l.close(0);
        return 'listens';
      },
      (err: unknown) => {
        expect(err).toBeInstanceOf(ListenError);
        return (err as Error).message;
      }
    );

  it('on a taken port names the port, how to find the holder and what changes it', async () => {
    const { port } = server;
    expect(await refused({ port })).toBe(
      `cannot listen on 127.0.0.1:${port}: port ${port} is taken by another process; find it with: ss -ltnp 'sport = :${port}' — stop it, or choose another port with --web.listen-address or exporter.listen`
    );
  });

  it('on an address of another machine says so', async () => {
    expect(await refused({ host: '192.0.2.1' }, { allowUnauthenticated: true })).toBe(
      'cannot listen on 192.0.2.1:0: this machine has no address 192.0.2.1; list them with: ip -brief address — and choose one with --web.listen-address or exporter.listen'
    );
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', 'exporter.example.net'])(
    'on %s is refused without authentication',
    async (host) => {
      expect(await refused({ host })).toMatch(/^refusing to listen on .*--web\.allow-unauthenticated$/);
    }
  );

  it('on every address is possible when asked for', async () => {
    expect(await refused({ host: '0.0.0.0' }, { allowUnauthenticated: true })).toBe('listens');
  });

  it('without the right to a port names the cure', async () => {
    const spy = jest.spyOn(Server.prototype, 'listen');
    spy.mockImplementation(function (this: { emit: (e: string, err: Error) => void }) {
      setImmediate(() => this.emit('error', Object.assign(new Error('listen EACCES'), { code: 'EACCES' })));
      return this;
    } as never);
    expect(await refused({ port: 80 })).toBe(
      'cannot listen on 127.0.0.1:80: this user may not use port 80; choose a port of 1024 or above with --web.listen-address or exporter.listen, or give the process CAP_NET_BIND_SERVICE'
    );
  });

  it('ends although a reader keeps its connection', async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    await server.close(50);
    await closed;
    const again = createServer();
    await new Promise<void>((resolve) => again.listen(server.port, '127.0.0.1', resolve));
    await new Promise((resolve) => again.close(resolve));
  });
});
