import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { createServer as createPlainServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { askHttp } from './http';

const DAY_MS = 86_400_000;
let dir: string;
let cert: string;
let server: Server;
let url: URL;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'probe-tls-'));
  const at = (name: string) => path.join(dir, name);
  const openssl = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=web.example';
  execFileSync(
    'openssl',
    [
      ...openssl.split(' '),
      '-addext',
      'subjectAltName=DNS:web.example',
      '-keyout',
      at('key.pem'),
      '-out',
      at('cert.pem'),
    ],
    { stdio: 'ignore' }
  );
  cert = readFileSync(at('cert.pem'), 'utf8');
  server = createServer({ key: readFileSync(at('key.pem')), cert }, (_req, res) => res.end('ok'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = new URL(`https://web.example:${(server.address() as AddressInfo).port}/`);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  rmSync(dir, { recursive: true });
});

const ask = (to: URL, ca?: string) =>
  askHttp(
    { url: to, shown: 'shown', status: null, address: '127.0.0.1', ...(ca !== undefined && { ca }) },
    AbortSignal.timeout(5000)
  );
const inThirtyDays = (ms: number | undefined) => Math.abs(ms! - Date.now() - 30 * DAY_MS) < DAY_MS;

it('answers with the expiry of the certificate', async () => {
  const answer = await ask(url, cert);
  expect(answer).toMatchObject({ reason: null, httpStatus: 200 });
  expect(inThirtyDays(answer.certExpiryMs)).toBe(true);
});

it('fails when the certificate is signed by nobody trusted, and tells its expiry', async () => {
  const answer = await ask(url);
  expect(answer).toMatchObject({
    reason: 'tls',
    detail: 'GET shown: the certificate is not valid: DEPTH_ZERO_SELF_SIGNED_CERT',
  });
  expect(answer.httpStatus).toBeUndefined();
  expect(inThirtyDays(answer.certExpiryMs)).toBe(true);
});

it('fails when the certificate is for another name', async () => {
  const other = new URL(url);
  other.hostname = 'other.example';
  expect(await ask(other, cert)).toMatchObject({
    reason: 'tls',
    detail: 'GET shown: the certificate is not valid: ERR_TLS_CERT_ALTNAME_INVALID',
  });
});

it('fails when no TLS is spoken there', async () => {
  const plain = createPlainServer((socket) =>
    socket
      .on('error', () => undefined)
      .resume()
      .end('hello\r\n')
  );
  await new Promise<void>((listening) => plain.listen(0, '127.0.0.1', listening));
  const answer = await ask(new URL(`https://web.example:${(plain.address() as AddressInfo).port}/`));
  expect(answer).toMatchObject({ reason: 'tls' });
  await new Promise((closed) => plain.close(closed));
});
