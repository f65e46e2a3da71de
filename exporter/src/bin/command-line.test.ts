import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { invocation, UsageError, type Program } from './command-line';

const PROGRAM: Program = { name: 'isp-exporter', purpose: 'Polls.', web: 'exporter' };
let file: string;
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(tmpdir(), 'command-line-')), 'isp-monitor.yml');
  writeFileSync(file, 'devices: [{ name: a, address: 10.0.0.1 }]\n');
});
afterEach(() => rmSync(path.dirname(file), { recursive: true }));

const call = (...argv: string[]) => invocation(PROGRAM, argv, {});

it('prints its version and its options', () => {
  expect(call('--version')).toEqual({ kind: 'text', text: expect.stringMatching(/^isp-exporter \d+\.\d+\.\d+$/) });
  expect(call('--help')).toEqual({ kind: 'text', text: expect.stringContaining('--config.file FILE') });
});

it('lets flags win over the file', () => {
  const flags = [
    '--web.listen-address',
    '127.0.0.1:1234',
    '--data.dir',
    '/tmp/x',
    '--inventory.url',
    'http://127.0.0.1:1/',
    '--metrics.url',
    'http://127.0.0.1:2/',
  ];
  const run = call('--config.file', file, ...flags);
  expect(run.kind === 'run' && run.read()).toMatchObject({
    exporter: { listen: { host: '127.0.0.1', port: 1234 }, allowUnauthenticated: false },
    dataDir: '/tmp/x',
    inventory: { url: 'http://127.0.0.1:1', token: null, refreshMs: 15_000 },
    metrics: { url: 'http://127.0.0.1:2', token: null, timeoutMs: 10_000 },
  });
});

it('checks the configuration at once when asked to', () => {
  expect(call('--config.file', file, '--check-config')).toMatchObject({
    kind: 'check',
    config: { devices: [{ name: 'a' }] },
  });
  writeFileSync(file, 'devicess: []\n');
  expect(() => call('--config.file', file, '--check-config')).toThrow(
    'unknown key "devicess"; did you mean "devices"?'
  );
});

it.each([
  [['--nonsense'], /Unknown option '--nonsense'/],
  [['--web.listen-address', 'nowhere:x'], /--web\.listen-address nowhere:x: it must be host:port/],
  [['--inventory.url', 'ftp://x'], /--inventory\.url ftp:\/\/x: it must be an http/],
  [['--metrics.url', 'x'], /--metrics\.url x: it must be an http/],
])('refuses %j', (argv, message) => {
  const read = () => {
    const run = call('--config.file', file, ...argv);
    return run.kind === 'run' && run.read();
  };
  expect(read).toThrow(UsageError);
  expect(read).toThrow(message);
});
