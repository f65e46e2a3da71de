import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError } from '../config/problem';
import { UsageError } from './command-line';
import { apiClient } from './sidecar-connection';

describe('apiClient', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'api-client-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const file = (text: string): string => {
    const name = path.join(dir, 'token');
    writeFileSync(name, text);
    return name;
  };

  it('takes the token of the file, else of the environment', () => {
    const tokens = [
      apiClient({ 'token-file': file('\nfirst\nsecond\n') }, { ISPMON_TOKEN: 'env' }),
      apiClient({}, { ISPMON_TOKEN: 'env' }),
      apiClient({}, {}),
    ];
    expect(tokens).toMatchObject([
      { options: { token: 'first' } },
      { options: { token: 'env' } },
      { options: { token: null } },
    ]);
  });

  it.each([
    ['0.0.0.0:9871', 'http://127.0.0.1:9871'],
    ['[::]:9871', 'http://[::1]:9871'],
    ['10.0.0.5:9871', 'http://10.0.0.5:9871'],
  ])('asks a sidecar that listens on %s at %s', (listen, address) => {
    const config = path.join(dir, 'isp-monitor.yml');
    // Secrets of the service are not there, and not asked for.
    writeFileSync(config, `auths: { a: { community: "${'${NOT_SET}'}" } }\ndiscovery: { listen: "${listen}" }\n`);
    expect(apiClient({ 'config.file': config }, {})).toMatchObject({ url: address });
    expect(apiClient({ 'config.file': config, url: 'http://other:1' }, {})).toMatchObject({ url: 'http://other:1' });
  });

  it('takes the usual place where the configuration says nothing', () => {
    const config = path.join(dir, 'isp-monitor.yml');
    writeFileSync(config, 'devices: []\n');
    expect(apiClient({ 'config.file': config }, {})).toMatchObject({ url: 'http://127.0.0.1:9761' });
    writeFileSync(config, 'discovery: { listen: 9871 }\n');
    expect(() => apiClient({ 'config.file': config }, {})).toThrow(ConfigError);
  });

  it.each([
    [
      'a file that is away',
      () => ({ 'token-file': '/nonexistent/token' }),
      '--token-file /nonexistent/token cannot be read (ENOENT)',
    ],
    [
      'an empty file',
      () => ({ 'token-file': file('\n') }),
      `--token-file ${dir}/token is empty; it must hold the token`,
    ],
    [
      'no address',
      () => ({ url: 'localhost:9761' }),
      'localhost:9761 is no address of the sidecar; it must be like http://127.0.0.1:9761',
    ],
    [
      'two words',
      () => ({ 'token-file': file('a b') }),
      'the token is not right: it must be one word of ASCII characters',
    ],
  ])('refuses %s', (_what, flags, message) => {
    expect(() => apiClient(flags(), {})).toThrow(new UsageError(message));
  });
});
