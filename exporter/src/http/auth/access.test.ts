import { request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import type { ApiToken } from '../../config/api-tokens';
import { type ApiProblem, sendProblem } from '../api/problem';
import { Access, callerOf, demandRole } from './access';
import { TokenBook } from './token-book';

const ALICE = 'alice-token-0123456';
const BOB = 'bob-token-0123456789';
const TOKENS: ApiToken[] = [
  { name: 'alice', role: 'admin', token: ALICE, file: null },
  { name: 'bob', role: 'viewer', token: BOB, file: null },
];
const log = { info: () => undefined, error: () => undefined } as never;

let server: Server;
let failures: string[];
const serve = (access: Access) => {
  const app = express();
  app.use(access.admit);
  app.post('/reload', (req, res) => {
    demandRole(req, callerOf(res), 'admin');
    res.send('done');
  });
  app.all('/*any', (_req, res) => void res.json(callerOf(res)));
  const failed: ErrorRequestHandler = (err, _req, res, _next) => sendProblem(res, err as ApiProblem);
  app.use(failed);
  return new Promise<void>((resolve) => (server = app.listen(0, '127.0.0.1', () => resolve())));
};
const withTokens = () =>
  serve(new Access({ tokens: TokenBook.open(TOKENS, log), anonymous: 'admin' }, (reason) => failures.push(reason)));
beforeEach(() => void (failures = []));
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** Node's own fetch sets Host itself. */
function ask(headers: Record<string, string> = {}, method = 'GET', path = '/x') {
  const { port } = server.address() as AddressInfo;
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Record<string, unknown> }>(
    (resolve, reject) => {
      const req = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (res) => {
        let text = '';
        res.on('data', (part) => (text += part));
        res.on('end', () =>
          resolve({
            status: res.statusCode as number,
            headers: res.headers,
            body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text },
          })
        );
      });
      req.on('error', reject).end();
    }
  );
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('with tokens', () => {
  it.each([
    ['Bearer', ALICE, { name: 'alice', role: 'admin' }],
    ['bearer', BOB, { name: 'bob', role: 'viewer' }],
  ])('%s %s is let in', async (scheme, token, caller) => {
    await withTokens();
    const { status, body } = await ask({ authorization: `${scheme} ${token}` });
    expect([status, body]).toEqual([200, caller]);
    expect(failures).toEqual([]);
  });

  it.each([
    [undefined, 'no bearer token was sent', 'missing'],
    ['Basic abc', 'no bearer token was sent', 'missing'],
    ['Bearer', 'no bearer token was sent', 'missing'],
    [`Bearer ${ALICE} x`, 'no bearer token was sent', 'missing'],
    ['Bearer wrong-secret', 'the bearer token is none of the configured ones', 'wrong'],
  ])('%s is not', async (authorization, why, reason) => {
    await withTokens();
    const { status, headers, body } = await ask(authorization === undefined ? {} : { authorization });
    expect([status, headers['www-authenticate'], body['detail']]).toEqual([
      401,
      'Bearer realm="isp-discovery"',
      `/x: ${why}; send "Authorization: Bearer …".`,
    ]);
    expect(JSON.stringify(body)).not.toContain('wrong-secret');
    expect(failures).toEqual([reason]);
  });

  it('names the role that is needed', async () => {
    await withTokens();
    const { status, body } = await ask(bearer(BOB), 'POST', '/reload');
    expect([status, body['code'], body['needed_role'], body['detail']]).toEqual([
      403,
      'forbidden',
      'admin',
      'POST /reload needs the role admin; bob is viewer.',
    ]);
    expect((await ask(bearer(ALICE), 'POST', '/reload')).body).toEqual({ text: 'done' });
  });

  it('needs no word on where a request comes from', async () => {
    await withTokens();
    const elsewhere = { host: 'inventory.example', origin: 'https://grafana.example', 'sec-fetch-site': 'cross-site' };
    expect((await ask({ ...bearer(ALICE), ...elsewhere }, 'POST')).status).toBe(200);
  });

  it('looks at no token after 20 wrong ones within a minute, except at those that it knows from there', async () => {
    await withTokens();
    expect((await ask(bearer(BOB))).status).toBe(200);
    const statuses = [];
    for (let i = 0; i < 22; i++) {
      statuses.push((await ask(bearer(`wrong-${i}`))).status);
    }
    expect(statuses).toEqual([...Array<number>(20).fill(401), 429, 429]);
    const blocked = await ask(bearer(ALICE));
    expect([blocked.status, blocked.body['code']]).toEqual([429, 'too_many_failures']);
    expect(Number(blocked.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(blocked.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect((await ask(bearer(BOB))).status).toBe(200);
    expect(failures.filter((reason) => reason === 'blocked')).toHaveLength(3);
  });

  it('counts no request without a token as a guess', async () => {
    await withTokens();
    for (let i = 0; i < 25; i++) {
      await ask();
    }
    expect((await ask(bearer(ALICE))).status).toBe(200);
  });

  it('takes the rules that a reload brings', async () => {
    const access = new Access({ tokens: TokenBook.open(TOKENS, log), anonymous: 'viewer' });
    await serve(access);
    expect(access.description).toContain('A bearer token is needed');
    access.rules = { tokens: TokenBook.open(TOKENS.slice(1), log), anonymous: 'viewer' };
    expect((await ask(bearer(ALICE))).status).toBe(401);
    expect((await ask(bearer(BOB))).status).toBe(200);
  });
});

describe('without tokens', () => {
  const changes = (headers: Record<string, string>) => ask({ host: '127.0.0.1:9761', ...headers }, 'PATCH');

  it('everybody is what the rules say', async () => {
    const access = Access.ofAnybody('admin');
    await serve(access);
    expect((await ask()).body).toEqual({ name: 'anonymous', role: 'admin' });
    expect(access.description).toContain('whoever reaches this address is admin');
  });

  it.each([
    [{}],
    [{ 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:9761' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ host: 'localhost:9761', origin: 'http://localhost:9761' }],
    [{ host: 'LOCALHOST' }],
    [{ host: '[::1]:9761' }],
    [{ host: '127.8.9.10' }],
  ])('changes with %j are taken', async (headers) => {
    await serve(Access.ofAnybody('admin'));
    expect((await changes(headers as Record<string, string>)).status).toBe(200);
  });

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 'another site asks (Sec-Fetch-Site: cross-site)'],
    [{ 'sec-fetch-site': 'same-site' }, 'another site asks (Sec-Fetch-Site: same-site)'],
    [{ origin: 'http://evil.example' }, 'a page of another origin asks'],
    [{ origin: 'http://127.0.0.1:3000' }, 'a page of another origin asks'],
    [{ origin: 'null' }, 'a page of another origin asks'],
    [{ host: 'rebound.example:9761' }, 'Host names another machine'],
    [{ host: 'rebound.example', origin: 'http://rebound.example' }, 'Host names another machine'],
    [{ host: '127.0.0.1.rebound.example' }, 'Host names another machine'],
    [{ host: '10.0.0.1' }, 'Host names another machine'],
  ])('changes with %j are refused', async (headers, why) => {
    await serve(Access.ofAnybody('admin'));
    const { status, body } = await changes(headers as unknown as Record<string, string>);
    expect([status, body['code']]).toEqual([403, 'cross_site']);
    expect(body['detail']).toContain(why);
  });

  it('reading is open to every page that may read answers, and a viewer changes nothing anyway', async () => {
    await serve(Access.ofAnybody('viewer'));
    expect((await ask({ 'sec-fetch-site': 'cross-site' })).status).toBe(200);
    const { status, body } = await ask({ host: 'discovery:9761' }, 'POST', '/reload');
    expect([status, body['code']]).toEqual([403, 'forbidden']);
  });
});
