import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiClient, ApiError } from './api-client';

interface Seen {
  method?: string | undefined;
  url?: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

let server: Server;
let url: string;
let seen: Seen;
let answer: { status: number; type: string; body: string };

beforeAll(async () => {
  server = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += chunk.toString()));
    req.on('end', () => {
      seen = { method: req.method, url: req.url, headers: req.headers, body };
      res.writeHead(answer.status, { 'content-type': answer.type });
      res.end(answer.body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((done) => server.close(done)));
beforeEach(() => (answer = { status: 200, type: 'application/json', body: '{"ok":true}' }));

const refused = async (client: ApiClient, ...call: Parameters<ApiClient['request']>): Promise<ApiError> => {
  const err: unknown = await client.request(...call).then(
    () => undefined,
    (reason: unknown) => reason
  );
  expect(err).toBeInstanceOf(ApiError);
  return err as ApiError;
};

describe('request', () => {
  it('sends method, query, token and JSON, and gives back the parsed answer', async () => {
    const client = new ApiClient({ url: `${url}/`, token: 'abc' });
    const query = { site: ['A b', 'C'], limit: 5, gone: undefined };
    await expect(client.request('POST', '/api/v1/x', { query, body: { force: true } })).resolves.toEqual({ ok: true });
    expect(seen).toMatchObject({
      method: 'POST',
      url: '/api/v1/x?site=A+b&site=C&limit=5',
      headers: { authorization: 'Bearer abc', 'content-type': 'application/json' },
      body: '{"force":true}',
    });
  });

  it('sends a text as it is and without a token where there is none', async () => {
    answer = { status: 200, type: 'text/csv; charset=utf-8', body: 'name,ip\n' };
    const client = new ApiClient({ url, token: null });
    const csv = await client.request('POST', '/i', { body: 'a;b', headers: { 'content-type': 'text/csv' } });
    expect(csv).toBe('name,ip\n');
    expect(seen.body).toBe('a;b');
    expect(seen.headers['content-type']).toBe('text/csv');
    expect(seen.headers.authorization).toBeUndefined();
  });

  it('gives undefined for an empty answer', async () => {
    answer = { status: 204, type: 'application/json', body: '' };
    await expect(new ApiClient({ url, token: null }).request('DELETE', '/x')).resolves.toBeUndefined();
  });

  it('tells what a problem says, in one line', async () => {
    answer = {
      status: 409,
      type: 'application/problem+json',
      body: JSON.stringify({
        title: 'Taken',
        detail: 'Two things\nare in the way',
        errors: ['first', { detail: 'b: found c', pointer: '#/b' }, { line: 3, column: 'ip', detail: 'no address' }],
      }),
    };
    const err = await refused(new ApiClient({ url, token: null }), 'PUT', '/x');
    expect(err.message).toBe(
      `PUT ${url}/x: Taken: Two things are in the way (first; b: found c; line 3, column ip: no address)`
    );
    expect(err).toMatchObject({ status: 409, exitCode: 1, problem: { title: 'Taken' } });
  });

  it('says nothing twice and cuts long lists of findings', async () => {
    const errors = ['known', ...Array.from({ length: 7 }, (_, i) => `e${i}`)];
    answer = {
      status: 400,
      type: 'application/problem+json',
      body: JSON.stringify({ title: 'T', detail: 'known', errors }),
    };
    const err = await refused(new ApiClient({ url, token: null }), 'GET', '/x');
    expect(err.message).toBe(`GET ${url}/x: T: known (e0; e1; e2; e3; e4; and 2 more)`);
  });

  it.each([
    [500, 'text/html', '<h1>x</h1>', 'the answer was 500 Internal Server Error'],
    [502, 'application/json', '{broken', 'the answer was 502 Bad Gateway'],
    [401, 'application/problem+json', '{"title":"Who?"}', 'Who?; give a token with --token-file or in ISPMON_TOKEN'],
    [200, 'application/json', '{broken', 'the answer is no JSON although it says so'],
  ])('tells a %i of %s', async (status, type, body, told) => {
    answer = { status, type, body };
    expect((await refused(new ApiClient({ url, token: null }), 'GET', '/x')).message).toBe(`GET ${url}/x: ${told}`);
  });

  it('tells when nobody answers', async () => {
    const err = await refused(new ApiClient({ url: 'http://127.0.0.1:1', token: 'secret-token' }), 'GET', '/x');
    expect(err.message).toMatch(/^GET http:\/\/127\.0\.0\.1:1\/x: .+; is the sidecar running there\?$/);
    expect(err.status).toBeUndefined();
    expect(err.message).not.toContain('secret-token');
  });

  it('does not wait for ever', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const silentUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const err = await refused(new ApiClient({ url: silentUrl, token: null, timeoutMs: 50 }), 'GET', '/x');
    silent.closeAllConnections();
    silent.close();
    expect(err.message).toContain('due to timeout');
  });
});
