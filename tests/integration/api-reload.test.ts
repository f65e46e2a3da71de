import './native-pglite';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { DiscoveryService } from '../../exporter/src/bin/discovery-service';
import type { Config } from '../../exporter/src/config/config';
import { loadConfig } from '../../exporter/src/config/load';

const [ROOT, NOC, NEWER] = ['canary-root-0123456789', 'canary-noc-0123456789', 'canary-newer-0123456789'];
const tokens = (noc: string) => `discovery:
  tokens:
    - { name: root, role: admin, token_file: root }
    - { name: noc, role: editor, token: ${noc} }
`;
const devices = (...names: string[]) =>
  `devices: [${names.map((name, i) => `{ name: ${name}, address: 192.0.2.${i + 1} }`).join(', ')}]\n`;

let dir: string;
let service: DiscoveryService;
let said = '';
const write = (text: string, name = 'isp-monitor.yml') => writeFileSync(path.join(dir, name), text);
const read = (): Config => {
  const config = loadConfig(path.join(dir, 'isp-monitor.yml'), {});
  return { ...config, discovery: { ...config.discovery, listen: { host: '127.0.0.1', port: 0 } } };
};

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'reload-'));
  write(ROOT, 'root');
  write(`${devices('first')}${tokens(NOC)}`);
  const log = pino({ level: 'debug' }, { write: (line: string) => void (said += line) });
  service = await DiscoveryService.start(read(), read, log);
}, 60_000);
afterAll(async () => {
  await service?.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function ask(token: string | undefined, at: string, method = 'GET') {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${service.url}${at}`, { method, headers: { connection: 'close', ...headers } });
  return { status: response.status, allow: response.headers.get('allow'), text: await response.text() };
}
const reload = () => ask(ROOT, '/-/reload', 'POST');
const names = async (token: string) => {
  const { status, text } = await ask(token, '/api/v1/devices');
  return status === 200 ? (JSON.parse(text) as { items: { name: string }[] }).items.map(({ name }) => name) : status;
};
const metric = async (name: string) => {
  const line = (await ask(undefined, '/metrics')).text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.split(' ')[1]);
};
const successful = () => metric('isp_discovery_config_last_reload_successful');

test('the start is the first load', async () => {
  expect(await successful()).toBe(1);
  expect(await metric('isp_discovery_config_last_reload_success_timestamp_seconds')).toBeGreaterThan(1e9);
  expect([await names(ROOT), await names(NOC)]).toEqual([['first'], ['first']]);
  expect((await ask(undefined, '/')).text).toContain('A bearer token is needed');
});

test.each([
  ['GET', ROOT, 405, 'POST', '"code":"method_not_allowed"'],
  ['POST', undefined, 401, null, '"code":"unauthorized"'],
  ['POST', NOC, 403, null, '"needed_role":"admin"'],
])('%s with %s is %d', async (method, token, status, allow, part) => {
  const answer = await ask(token, '/-/reload', method);
  expect([answer.status, answer.allow]).toEqual([status, allow]);
  expect(answer.text).toContain(part);
});

test.each([
  [
    'a file that is no YAML',
    () => write('devices: [}'),
    /^The configuration in use stays as it was: .*isp-monitor.yml:1: not valid YAML/,
  ],
  ['an unknown key', () => write(`devicez: []\n${tokens(NOC)}`), /unknown key "devicez"; did you mean "devices"\?/],
  [
    'a token that is too short',
    () => write(`${devices('second')}${tokens(NOC)}    - { name: x, role: viewer, token: short }\n`),
    /it must have 16 characters at least/,
  ],
  [
    'a token file that is gone',
    () => write(`${devices('second')}${tokens(NOC)}    - { name: x, role: viewer, token_file: gone }\n`),
    /gone: the token file of x cannot be read \(ENOENT\)/,
  ],
])('%s changes nothing', async (_what, spoil, why) => {
  const before = await metric('isp_discovery_config_last_reload_success_timestamp_seconds');
  spoil();
  const { status, text } = await reload();
  expect([status, text]).toEqual([500, expect.stringMatching(why)]);
  expect(await successful()).toBe(0);
  expect(await metric('isp_discovery_config_last_reload_success_timestamp_seconds')).toBe(before);
  expect([await names(ROOT), await names(NOC)]).toEqual([['first'], ['first']]);
});

test('a right file brings its devices and tokens, and takes away what is not in it', async () => {
  write(`${devices('first', 'second')}${tokens(NEWER)}`);
  expect(await reload()).toMatchObject({ status: 200, text: 'Reloaded\n' });
  expect(await successful()).toBe(1);
  expect([await names(ROOT), await names(NEWER), await names(NOC)]).toEqual([
    ['first', 'second'],
    ['first', 'second'],
    401,
  ]);
});

test('several at once are one, and all are told its end', async () => {
  const answers = await Promise.all([reload(), reload(), reload()]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
});

test('requests were told at the level debug, and no token at any', () => {
  expect(said).toMatch(/"method":"POST","path":"\/-\/reload","status":403,"ms":\d+,"caller":"noc"/);
  expect(said).not.toContain('canary');
});
