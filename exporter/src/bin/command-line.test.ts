import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    inventory: { url: 'http://127.0.0.1:1', token: null, tokenFile: null, refreshMs: 15_000 },
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
  ['nothing: all devices are its own', '', [], { index: 0, count: 1 }],
  ['the file', 'exporter: { shard: { index: 1, count: 4 } }\n', [], { index: 1, count: 4 }],
  ['flags', '', ['--shard.index', '2', '--shard.count', '3'], { index: 2, count: 3 }],
  [
    'a flag over the file',
    'exporter: { shard: { index: 1, count: 4 } }\n',
    ['--shard.index', '3'],
    { index: 3, count: 4 },
  ],
])('takes the shard from %s', (_from, text, flags, shard) => {
  writeFileSync(file, `${readFileSync(file, 'utf8')}${text}`);
  const run = call('--config.file', file, ...flags);
  expect(run.kind === 'run' && run.read().exporter.shard).toEqual(shard);
});

it('offers shards to the exporter alone', () => {
  expect(call('--help')).toEqual({ kind: 'text', text: expect.stringContaining('--shard.count N') });
  const discovery: Program = { name: 'isp-discovery', purpose: 'Walks.', web: 'discovery' };
  expect(invocation(discovery, ['--help'], {})).toEqual({ kind: 'text', text: expect.not.stringContaining('shard') });
  const run = invocation(discovery, ['--config.file', file, '--shard.index', '0'], {});
  expect(() => run.kind === 'run' && run.read()).toThrow('are for isp-exporter; isp-discovery walks every device');
});

it.each([
  [['--nonsense'], /Unknown option '--nonsense'/],
  [['--web.listen-address', 'nowhere:x'], /--web\.listen-address nowhere:x: it must be host:port/],
  [['--shard.index', '1'], /--shard\.index 1: of 1 exporters it must be a whole number from 0 to 0/],
  [
    ['--shard.index', '4', '--shard.count', '4'],
    /--shard\.index 4: of 4 exporters it must be a whole number from 0 to 3/,
  ],
  [['--shard.index', '-1', '--shard.count', '4'], /--shard\.index/],
  [['--shard.index', '0', '--shard.count', '0'], /--shard\.count 0: it must be a whole number from 1 to 256/],
  [['--shard.index', '0', '--shard.count', '257'], /--shard\.count 257: it must be a whole number from 1 to 256/],
  [['--shard.index', 'x', '--shard.count', '2'], /--shard\.index x: of 2 exporters/],
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
