import type { Config } from '../config/config';
import { accessRules, apiTokens, reloadedRules } from './access-rules';

const log = { info: () => undefined, error: () => undefined } as never;
const TOKEN = { name: 'alice', role: 'admin' as const, token: 'alice-0123456789abc', file: null };
const config = (
  tokens: Config['discovery']['tokens'],
  inventory: Config['inventory'] = null,
  allowUnauthenticated = false
) => ({ file: 'isp-monitor.yml', discovery: { tokens, allowUnauthenticated }, inventory }) as unknown as Config;
const follows = (token: string | null, tokenFile: string | null) => ({ url: '', token, tokenFile, refreshMs: 1 });

it.each([
  ['127.0.0.1', 'admin'],
  ['::1', 'admin'],
  ['localhost', 'admin'],
  ['0.0.0.0', 'viewer'],
  ['::', 'viewer'],
  ['192.0.2.1', 'viewer'],
])('on %s whoever comes without a token is %s, where there are none', (host, role) => {
  expect(accessRules(config([]), host, log)).toMatchObject({ anonymous: role, tokens: { isEmpty: true } });
});

it.each([
  [null, []],
  [follows(null, null), []],
  [follows('x', null), [{ name: 'exporter', role: 'viewer', token: 'x', file: null }]],
  [follows('x', '/run/token'), [{ name: 'exporter', role: 'viewer', token: null, file: '/run/token' }]],
])('takes what exporters send: %j', (inventory, exporters) => {
  expect(apiTokens(config([TOKEN], inventory))).toEqual([TOKEN, ...exporters]);
});

it.each([
  ['0.0.0.0', config([TOKEN]), undefined],
  ['0.0.0.0', config([], follows('x', null)), undefined],
  ['0.0.0.0', config([], null, true), undefined],
  ['127.0.0.1', config([]), undefined],
  [
    '0.0.0.0',
    config([]),
    'isp-monitor.yml: discovery.tokens: found none, while the sidecar listens on 0.0.0.0: anybody who reaches it could read everything; keep a token',
  ],
])('a reload on %s does not open what the start would not', (host, fresh, problem) => {
  const load = () => reloadedRules(fresh, host, log);
  if (problem === undefined) {
    expect(load).not.toThrow();
  } else {
    expect(load).toThrow(problem);
  }
});
