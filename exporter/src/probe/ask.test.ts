import { createSocket, type Socket } from 'node:dgram';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { Probe, ProbeAnswer } from '../model/probe';
import { testProbe } from '../model/probe.fixture';
import type { PingDriver } from '../ping/driver';
import { Names } from '../ping/names';
import { askProbe, type ProbeMeans } from './ask';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) {
    await close();
  }
});

const driver: PingDriver = {
  name: 'socket',
  description: '',
  slotMs: 1,
  round: (addresses, plan, onDecided) => {
    onDecided(0, { sent: plan.count, rttsMs: addresses[0] === '127.0.0.1' ? [plan.timeoutMs] : [] });
    return Promise.resolve();
  },
  close: () => Promise.resolve(),
};
const means = (lookup: (name: string) => Promise<string> = () => Promise.resolve('127.0.0.1')): ProbeMeans => ({
  driver,
  names: new Names(lookup, () => 0),
  echoes: { count: 3, gapMs: 1 },
});

/** Asks with a timeout that fires after `abortMs`. */
function ask(question: Probe['question'], { timeoutMs = 2000, lookup = means() } = {}): Promise<ProbeAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  return askProbe(testProbe({ name: 'p', target: 'shown', timeoutMs, question }), lookup, signal);
}

async function portOf(server: Server | HttpServer): Promise<number> {
  closing.push(() => new Promise((done) => server.close(done)));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await portOf(server);
  await closing.pop()!();
  return port;
}

const DURATION = { durationMs: expect.any(Number) };

it('pings with the echoes of the rounds and the timeout of the probe, at the address of a name', async () => {
  expect(await ask({ type: 'icmp', host: 'gw.example' }, { timeoutMs: 700 })).toEqual({
    reason: null,
    detail: '',
    durationMs: 700,
    lossRatio: 2 / 3,
  });
});

it('says nothing of a target whose name does not resolve', async () => {
  const lookup = means(() => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })));
  expect(await ask({ type: 'icmp', host: 'gw.example' }, { lookup })).toEqual({
    reason: 'lookup',
    detail: 'probe p: look up address of "gw.example": ENOTFOUND; the name must resolve on this machine',
  });
  const hanging = means(() => new Promise(() => undefined));
  expect(await ask({ type: 'tcp', host: 'gw.example', port: 1 }, { lookup: hanging, timeoutMs: 20 })).toEqual({
    reason: 'lookup',
    detail: 'probe p: its name was not resolved in time',
  });
});

describe('tcp', () => {
  it('takes a connection for an answer', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).resume());
    const port = await portOf(server);
    expect(await ask({ type: 'tcp', host: '127.0.0.1', port })).toEqual({ reason: null, detail: '', ...DURATION });
  });

  it('is refused where nobody listens', async () => {
    const port = await closedPort();
    expect(await ask({ type: 'tcp', host: '127.0.0.1', port })).toEqual({
      reason: 'refused',
      detail: expect.stringContaining(`connect to 127.0.0.1 port ${port}: ECONNREFUSED`),
    });
  });
});

describe('http', () => {
  const serve = (status: number, silent = false) => {
    const server = createHttpServer((_req, res) => {
      if (!silent) {
        res.writeHead(status, { location: 'http://127.0.0.1:1/login' }).end('body');
      }
    });
    closing.push(() => server.closeAllConnections());
    return portOf(server);
  };
  const question = (port: number, status: number | null = null): Probe['question'] => ({
    type: 'http',
    host: 'web.example',
    url: `http://web.example:${port}/?key=s3cret`,
    status,
  });

  it.each<[number, number | null, ProbeAnswer]>([
    [200, null, { reason: null, detail: '', httpStatus: 200, ...DURATION }],
    [204, 204, { reason: null, detail: '', httpStatus: 204, ...DURATION }],
    [401, 401, { reason: null, detail: '', httpStatus: 401, ...DURATION }],
    [
      200,
      204,
      { reason: 'status', detail: 'GET shown: status 200; status 204 would be right', httpStatus: 200, ...DURATION },
    ],
    [
      302,
      null,
      {
        reason: 'status',
        detail: 'GET shown: status 302; a status from 200 to 299 would be right',
        httpStatus: 302,
        ...DURATION,
      },
    ],
    [
      503,
      null,
      {
        reason: 'status',
        detail: 'GET shown: status 503; a status from 200 to 299 would be right',
        httpStatus: 503,
        ...DURATION,
      },
    ],
  ])('with status %d where %p is wanted', async (status, wanted, expected) => {
    expect(await ask(question(await serve(status), wanted))).toEqual(expected);
  });

  it('times out when no answer comes', async () => {
    expect(await ask(question(await serve(200, true)), { timeoutMs: 50 })).toEqual({
      reason: 'timeout',
      detail: 'probe p (shown): no answer within 50 ms',
    });
  });

  it('is refused where nobody listens, cut off, or answered with something else', async () => {
    expect(await ask(question(await closedPort()))).toMatchObject({ reason: 'refused' });
    const hangsUp = createServer((socket) => socket.destroy());
    expect(await ask(question(await portOf(hangsUp)))).toMatchObject({ reason: 'refused' });
    const talks = createServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end('SSH-2.0-x\r\n')
    );
    const answer = await ask(question(await portOf(talks)));
    expect(answer).toMatchObject({ reason: 'malformed' });
    expect(answer.detail).not.toContain('s3cret');
  });
});

describe('dns', () => {
  /** A name server that answers every query with a response code and one address when that is 0 (RFC 1035 section 4.1). */
  async function nameServer(answer: { rcode: number; address?: boolean; garbage?: boolean } | null): Promise<number> {
    const socket: Socket = createSocket('udp4');
    closing.push(() => new Promise<void>((done) => socket.close(done)));
    socket.on('message', (query, from) => {
      if (!answer) {
        return;
      }
      const end = query.indexOf(0, 12) + 5;
      const head = Buffer.from(query.subarray(0, end));
      head.writeUInt16BE(0x8180 | answer.rcode, 2);
      head.writeUInt16BE(answer.address ? 1 : 0, 6);
      head.writeUInt16BE(0, 10);
      const record = Buffer.from('c00c00010001000000000004c0000201', 'hex');
      socket.send(answer.address ? Buffer.concat([head, record]) : head, from.port, from.address);
    });
    await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound));
    return socket.address().port;
  }
  const question = (port: number): Probe['question'] => ({
    type: 'dns',
    host: '127.0.0.1',
    port,
    query: 'example.com',
  });

  it.each<[string, Parameters<typeof nameServer>[0], ProbeAnswer]>([
    ['an address', { rcode: 0, address: true }, { reason: null, detail: '', ...DURATION }],
    ['a name without an address', { rcode: 0 }, { reason: null, detail: '', ...DURATION }],
    [
      'SERVFAIL',
      { rcode: 2 },
      {
        reason: 'status',
        detail: expect.stringMatching(
          /^ask name server 127\.0\.0\.1 port \d+ for "example\.com": it answered SERVFAIL; an address would be right$/
        ),
        ...DURATION,
      },
    ],
    ['NXDOMAIN', { rcode: 3 }, { reason: 'status', detail: expect.stringContaining('NOTFOUND'), ...DURATION }],
    ['REFUSED', { rcode: 5 }, { reason: 'status', detail: expect.stringContaining('REFUSED'), ...DURATION }],
    ['nothing', null, { reason: 'timeout', detail: expect.any(String) }],
  ])('answered with %s', async (_what, answer, expected) => {
    const timeoutMs = answer === null ? 300 : 2000;
    expect(await ask(question(await nameServer(answer)), { timeoutMs })).toEqual(expected);
  });

  it('is refused where no name server is', async () => {
    expect(await ask(question(await closedPort()))).toEqual({
      reason: 'refused',
      detail: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
