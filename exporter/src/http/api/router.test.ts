import { request as httpRequest, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import express, { type ErrorRequestHandler } from 'express';
import { Registry } from 'prom-client';
import { z } from 'zod';
import type { Caller } from '../../model/caller';
import { ApiMetrics } from './api-metrics';
import { numericId, repeatable, text, whole } from './input';
import { ApiProblem, sendProblem } from './problem';
import { route, type ApiRoute } from './route';
import { apiRouter } from './router';

const answer = (status: 200 | 201 | 204 = 200) => ({ status, description: '' });
const plain = { role: 'viewer', tag: 'api', summary: '' } as const;
const ROUTES: readonly ApiRoute[] = [
  route({
    ...plain,
    method: 'get',
    path: '/things',
    operationId: 'list',
    query: z.strictObject({ limit: whole(1, 10).default(5), tag: repeatable(text).optional() }),
    answer: answer(),
    handle: ({ query }) => Promise.resolve(query),
  }),
  route({
    ...plain,
    method: 'get',
    path: '/things/{id}',
    operationId: 'get',
    params: z.strictObject({ id: numericId }),
    answer: answer(),
    handle: ({ params }) => Promise.resolve(params),
  }),
  route({
    ...plain,
    method: 'get',
    path: '/things/export',
    operationId: 'export',
    answer: { ...answer(), type: 'text/csv' },
    handle({ res }) {
      res.type('text/csv').send('a\n');
      return Promise.resolve(undefined);
    },
  }),
  route({
    ...plain,
    role: 'editor',
    method: 'post',
    path: '/things',
    operationId: 'create',
    query: z.strictObject({ dry: text.optional() }),
    body: z.strictObject({ name: z.string(), tags: z.array(z.string().max(3)).optional() }),
    answer: answer(201),
    handle: ({ body, caller }) => Promise.resolve({ body, by: caller.name }),
  }),
  route({
    ...plain,
    role: 'admin',
    exporters: true,
    method: 'delete',
    path: '/things/{id}',
    operationId: 'remove',
    answer: answer(204),
    handle: () => Promise.resolve(undefined),
  }),
  route({
    ...plain,
    method: 'post',
    path: '/texts',
    operationId: 'upload',
    text: { types: ['text/csv'], maxBytes: 100 },
    answer: answer(),
    handle: ({ body }) => Promise.resolve({ body }),
  }),
  route({
    ...plain,
    method: 'get',
    path: '/conflict',
    operationId: 'conflict',
    answer: answer(),
    handle: () => Promise.reject(new ApiProblem('taken', 'It is taken.', [], { members: { by: 'x' } })),
  }),
];

let server: Server;
let caller: Caller;
const registry = new Registry();
const metrics = new ApiMetrics(registry);
beforeAll(async () => {
  const app = express();
  app.use(metrics.observe, (_req, res, next) => {
    res.locals['caller'] = caller;
    next();
  });
  app.use('/api', apiRouter(ROUTES));
  const failed: ErrorRequestHandler = (err, _req, res, _next) =>
    err instanceof ApiProblem ? sendProblem(res, err) : void res.status(500).send(String(err));
  app.use(failed);
  await new Promise<void>((resolve) => (server = app.listen(0, '127.0.0.1', () => resolve())));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => void (caller = { name: 'alice', role: 'admin' }));

interface Told {
  status: number;
  allow?: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

function ask(
  method: string,
  path: string,
  body?: string | Buffer,
  headers: Record<string, string> = {}
): Promise<Told> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const req = httpRequest({ host: '127.0.0.1', port, path: `/api${path}`, method, headers, agent: false }, (res) => {
      let sent = '';
      res.on('data', (part) => (sent += part));
      res.on('end', () =>
        resolve({
          status: res.statusCode as number,
          ...(res.headers.allow === undefined ? {} : { allow: res.headers.allow }),
          body: /json/.test(res.headers['content-type'] ?? '') ? JSON.parse(sent) : sent,
        })
      );
    });
    req.on('error', reject).end(body);
  });
}
const JSON_TYPE = { 'content-type': 'application/json' };
const post = (body: string | Buffer, headers: Record<string, string> = JSON_TYPE) =>
  ask('POST', '/things', body, headers);
const csv = (body: string | Buffer, type = 'text/csv', more = {}) =>
  ask('POST', '/texts', body, { 'content-type': type, ...more });

describe('what is found', () => {
  it.each([
    ['GET', '/things', { limit: 5 }],
    ['GET', '/things?limit=3&tag=a', { limit: 3, tag: ['a'] }],
    ['GET', '/things?tag=a&tag=b', { limit: 5, tag: ['a', 'b'] }],
    ['GET', '/things/7', { id: 7 }],
    ['GET', '/things/export', 'a\n'],
  ])('%s %s', async (method, path, body) => {
    expect(await ask(method, path)).toEqual({ status: 200, body });
  });

  it('answers HEAD as GET, without a body', async () => {
    expect(await ask('HEAD', '/things/export')).toEqual({ status: 200, body: '' });
  });

  it('answers 201 with what was made and by whom, and 204 with nothing', async () => {
    expect(await post('{"name":"a"}')).toEqual({ status: 201, body: { body: { name: 'a' }, by: 'alice' } });
    expect(await ask('DELETE', '/things/1')).toEqual({ status: 204, body: '' });
  });

  it('gives a problem its further members', async () => {
    expect((await ask('GET', '/conflict')).body).toEqual({
      type: 'urn:isp-monitor:problem:taken',
      title: 'The name or address belongs to another',
      status: 409,
      code: 'taken',
      detail: 'It is taken.',
      by: 'x',
    });
  });
});

describe('what is refused', () => {
  it.each([
    ['PUT', '/things', 405, 'GET, HEAD, POST', '/api/things takes GET, HEAD, POST, not PUT.'],
    ['OPTIONS', '/things/1', 405, 'GET, HEAD, DELETE', '/api/things/1 takes GET, HEAD, DELETE, not OPTIONS.'],
    ['GET', '/texts', 405, 'POST', '/api/texts takes POST, not GET.'],
    [
      'GET',
      '/things/1e3',
      404,
      undefined,
      'There is nothing at /api/things/1e3: id: found "1e3"; it must be a whole number from 1 to 9007199254740991.',
    ],
    [
      'GET',
      '/things?limit=11&lmit=2&tag=a%00',
      400,
      undefined,
      'The query is not right: tag: found a text with U+0000 in it; leave it out',
    ],
    [
      'GET',
      '/things?limit=11&lmit=2',
      400,
      undefined,
      'The query is not right: limit: found "11"; it must be a whole number from 1 to 10; unknown key "lmit"; did you mean "limit"?',
    ],
    ['GET', '/things/export?x=1', 400, undefined, 'The query is not right: unknown key "x"; known keys are '],
  ])('%s %s', async (method, path, status, allow, detail) => {
    const told = await ask(method, path);
    expect([told.status, told.allow, told.body.detail]).toEqual([status, allow, detail]);
  });

  it('names everything that is wrong with query and body at once', async () => {
    const told = await ask('POST', '/things?dry=1&dry=2', '{"tags":["a","abcd"],"nmae":1}', JSON_TYPE);
    expect([told.status, told.body.errors]).toEqual([
      400,
      [
        { detail: 'dry: found a list; it must be a string', field: 'dry' },
        { detail: 'name: found nothing; it must be a string', field: 'name', pointer: '#/name' },
        { detail: expect.stringMatching(/^tags\[1\]: found "abcd"; /), field: 'tags[1]', pointer: '#/tags/1' },
        { detail: 'unknown key "nmae"; did you mean "name"?', field: 'nmae', pointer: '#/nmae' },
      ],
    ]);
  });

  it('shows a hundred findings of many', async () => {
    const told = await post(JSON.stringify({ name: 'a', tags: Array(500).fill('abcd') }));
    expect([told.status, told.body.errors.length]).toEqual([400, 100]);
    expect(told.body.detail).toMatch(/; and 495 more$/);
  });

  it.each([
    ['{"name": "a",\n "tags": }', 'unexpected text at line 2, column 10'],
    ['{"name": "a"', 'it ends too early, at line 1, column 13'],
    ['{"name": "a"} x', 'unexpected text at line 1, column 15'],
    ['name', 'unexpected text at line 1, column 1'],
    ['\ufeff{"name": secret}', 'unexpected text at line 1, column 10'],
  ])('a body that is no JSON: %j', async (body, where) => {
    const told = await post(body);
    expect([told.status, told.body.detail]).toEqual([400, `The body is not valid JSON: ${where}.`]);
  });

  it.each([
    [
      'text/plain',
      415,
      'The body came with another Content-Type; it must be application/json or application/merge-patch+json.',
    ],
    ['', 415, 'The body came with no Content-Type; it must be application/json or application/merge-patch+json.'],
    ['application/json; charset=nonsense', 415, 'The body came in an unknown charset; send UTF-8.'],
  ])('a body of type %j', async (type, status, detail) => {
    const told = await post('{"name":"a"}', type === '' ? {} : { 'content-type': type });
    expect([told.status, told.body.detail]).toEqual([status, detail]);
  });

  it.each([
    ['no body', () => post(''), 400, 'No body was sent; POST /things needs one of type application/json.'],
    [
      'a body for DELETE',
      () => ask('DELETE', '/things/1', '{}', { ...JSON_TYPE, 'content-length': '2' }),
      400,
      'DELETE /things/1 takes no body; send none.',
    ],
    [
      'a large body',
      () => post(`{"name":"${'x'.repeat(1024 * 1024)}"}`),
      413,
      'The body is longer than 1048576 bytes, which is the most.',
    ],
    ['a large text', () => csv('x'.repeat(101)), 413, 'The body is longer than 100 bytes, which is the most.'],
    [
      'a bomb',
      () => csv(gzipSync(Buffer.alloc(1_000_000)), 'text/csv', { 'content-encoding': 'gzip' }),
      413,
      'The body is longer than 100 bytes, which is the most.',
    ],
    [
      'a broken archive',
      () => csv('no gzip', 'text/csv', { 'content-encoding': 'gzip' }),
      400,
      'The body broke off, or is not compressed as its header says.',
    ],
    [
      'an unknown compression',
      () => csv('x', 'text/csv', { 'content-encoding': 'lzma' }),
      415,
      'The body came compressed in an unknown way; gzip, deflate and br are known.',
    ],
    [
      'bytes that are no text',
      () => csv(Buffer.from([0x61, 0xff, 0xfe])),
      400,
      'The body is not valid utf-8; send UTF-8.',
    ],
  ])('%s', async (_what, sent, status, detail) => {
    const told = await sent();
    expect([told.status, told.body.detail]).toEqual([status, detail]);
  });

  it.each([
    ['viewer', undefined, 'POST', '/things', 403],
    ['editor', undefined, 'POST', '/things', 201],
    ['editor', undefined, 'DELETE', '/things/1', 403],
    ['viewer', true, 'DELETE', '/things/1', 204],
    ['viewer', true, 'POST', '/things', 403],
  ] as const)('%s (exporter: %s) with %s %s: %d', async (role, exporter, method, path, status) => {
    caller = { name: 'bob', role, ...(exporter ? { exporter } : {}) };
    const told = await ask(
      method,
      path,
      method === 'POST' ? '{"name":"a"}' : undefined,
      method === 'POST' ? JSON_TYPE : {}
    );
    expect([told.status, told.body.code]).toEqual([status, status === 403 ? 'forbidden' : undefined]);
  });
});

describe('texts', () => {
  it.each([
    ['UTF-8', Buffer.from('ა,b'), 'text/csv'],
    ['UTF-8 with a mark', Buffer.from('\ufeffა,b'), 'text/csv'],
    ['UTF-16 with a mark', Buffer.from('\ufeffა,b', 'utf16le'), 'text/csv'],
    ['UTF-16 with a mark, big end first', Buffer.from('\ufeffა,b', 'utf16le').swap16(), 'text/csv; charset=utf-8'],
    ['UTF-16 by the header', Buffer.from('ა,b', 'utf16le'), 'text/csv; charset=utf-16le'],
  ])('%s', async (_what, bytes, type) => {
    expect((await csv(bytes, type)).body).toEqual({ body: 'ა,b' });
  });

  it('compressed', async () => {
    expect((await csv(gzipSync('a,b'), 'text/csv', { 'content-encoding': 'gzip' })).body).toEqual({ body: 'a,b' });
  });
});

it('survives a sender that goes away in the middle of its body', async () => {
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        'POST /api/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"na'
      );
      setImmediate(() => socket.destroy());
    });
    socket.once('close', () => resolve());
  });
  expect((await ask('GET', '/things/7')).status).toBe(200);
});

it('counts by template, and never by path', async () => {
  await ask('GET', '/things/123456');
  await ask('GET', '/nowhere/123456');
  await ask('PURGE', '/things');
  const said = await registry.metrics();
  expect(said).toMatch(/isp_discovery_api_requests_total\{method="GET",route="\/api\/things\/\{id\}",code="200"\} \d/);
  expect(said).toMatch(/isp_discovery_api_requests_total\{method="GET",route="other",code="404"\} 1/);
  expect(said).toMatch(/isp_discovery_api_requests_total\{method="other",route="\/api\/things",code="405"\} 1/);
  expect(said).toMatch(
    /isp_discovery_api_request_duration_seconds_count\{method="GET",route="\/api\/things\/\{id\}"\} \d/
  );
  expect(said).toContain('isp_discovery_api_failed_logins_total{reason="wrong"} 0');
  expect(said).not.toContain('123456');
});
