import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { instantQuery } from './instant-query';

let server: Server;
let url: string;
let answer: (req: IncomingMessage, res: ServerResponse, body: string) => void;
beforeEach(async () => {
  server = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk) => (body += chunk)).on('end', () => answer(req, res, body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

const ask = (about: { token?: string; timeoutMs?: number } = {}) =>
  instantQuery({ url, token: null, timeoutMs: 2000, ...about }, 'up', 1_763_700_000_123, new AbortController().signal);
const vector = (result: unknown) => JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });

it('asks at that moment, with the token, and gives labels and values', async () => {
  let seen: unknown;
  answer = (req, res, body) => {
    seen = [req.method, req.url, req.headers.authorization, Object.fromEntries(new URLSearchParams(body))];
    res.end(vector([{ metric: { a: 'b' }, value: [1, '2.5'] }]));
  };
  expect(await ask({ token: 't0ken' })).toEqual([{ labels: { a: 'b' }, value: 2.5 }]);
  expect(seen).toEqual([
    'POST',
    '/base/api/v1/query',
    'Bearer t0ken',
    { query: 'up', time: '1763700000.123', nocache: '1' },
  ]);
});

it.each<[string, typeof answer, string]>([
  [
    'no JSON',
    (_req, res) => res.end('<html>'),
    'the answer is no instant vector; metrics.url must be a VictoriaMetrics or a Prometheus',
  ],
  [
    'another result',
    (_req, res) => res.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [] } })),
    'the answer is no instant vector; metrics.url must be a VictoriaMetrics or a Prometheus',
  ],
  [
    'samples that are none',
    (_req, res) => res.end(vector([{ metric: { a: 1 }, value: ['x'] }])),
    'the answer is no instant vector; metrics.url must be a VictoriaMetrics or a Prometheus',
  ],
  ['a refusal', (_req, res) => res.writeHead(401).end(), 'the answer was 401 Unauthorized; check metrics.token'],
  ['a failure', (_req, res) => res.writeHead(503).end(), 'the answer was 503 Service Unavailable'],
  ['a cut connection', (req) => req.socket.destroy(), 'other side closed'],
  ['silence', () => undefined, 'The operation was aborted due to timeout'],
])('says what was asked of whom when it gets %s', async (what, reply, message) => {
  answer = reply;
  const failed = ask({ token: 't0ken', timeoutMs: what === 'silence' ? 50 : 2000 });
  await expect(failed).rejects.toThrow(`asking ${url}/api/v1/query: ${message}`);
  await expect(failed).rejects.not.toThrow('t0ken');
});
