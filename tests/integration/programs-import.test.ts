import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build, Ground } from './programs/program';
import { freePorts } from './provisioning/programs';

const ISPMON = path.resolve(__dirname, '../../exporter/dist/bin/ispmon.js');
const TOKENS = { editor: 'a-token-of-the-editor', viewer: 'a-token-of-the-viewer' };

let ground: Ground;
let url: string;
let config: string;
beforeAll(async () => {
  await build();
  ground = new Ground();
  const [port] = await freePorts(1);
  const tokens = Object.entries(TOKENS).map(([role, token]) => `{ name: ${role}, role: ${role}, token: ${token} }`);
  config = ground.file(
    'isp-monitor.yml',
    `data_dir: data\nauths: { branch: { version: 2, community: "not-public" } }
discovery: { listen: 127.0.0.1:${port}, tokens: [${tokens.join(', ')}] }\n`
  );
  for (const [role, token] of Object.entries(TOKENS)) {
    chmodSync(ground.file(`${role}.token`, `${token}\n`), 0o600);
  }
  url = await ground.start('discovery', ['--config.file', config]).serving();
}, 120_000);
afterAll(() => ground?.remove());

const words = (args: readonly string[], role: keyof typeof TOKENS) => [
  ISPMON,
  'devices',
  ...args,
  '--config.file',
  config,
  '--token-file',
  ground.path(`${role}.token`),
];
const devices = (
  args: readonly string[],
  { role = 'editor', input = '' }: { role?: keyof typeof TOKENS; input?: string } = {}
) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, words(args, role), {
    encoding: 'utf8',
    input,
    env: { PATH: process.env['PATH'] },
  });
  return { status, stdout, stderr };
};
const summary = (file: string, what: string, counts: readonly [number, number, number, number, string]) =>
  `${file}: ${what}\n${['created', 'updated', 'unchanged', 'wrong', 'new sites'].map((name, i) => `  ${name.padEnd(9)}  ${counts[i]}\n`).join('')}`;

test('a table goes in, comes out and goes in again', () => {
  const file = ground.file('devices.csv', '\ufeffname;ip;branch\r\ngori-1;10.0.0.1;გორი\r\n"=cmd";10.0.0.2;\r\n');
  expect(devices(['import', file, '--dry-run'])).toEqual({
    status: 0,
    stderr: '',
    stdout: summary(file, '2 rows, dry run, nothing was written', [2, 0, 0, 0, '1  გორი']),
  });
  expect(devices(['import', file])).toMatchObject({
    status: 0,
    stdout: summary(file, '2 rows, done', [2, 0, 0, 0, '1  გორი']),
  });

  const table = `id,name,ip,port,device_type,role,branch,region,latitude,longitude,vendor,model,auth,ping,enabled,tier,tags,notes
cmd,'=cmd,10.0.0.2,161,,,,,,,,,,true,true,standard,,
gori-1,gori-1,10.0.0.1,161,,,გორი,,,,,,,true,true,standard,,
`;
  expect(devices(['export'], { role: 'viewer' })).toEqual({ status: 0, stderr: '', stdout: table });
  expect(devices(['import', '-'], { input: table })).toMatchObject({
    status: 0,
    stdout: summary('-', '2 rows, done', [0, 0, 2, 0, '0']),
  });

  const out = ground.path('out.json');
  expect(devices(['export', '--format', 'json', '--filter', 'site=გორი', '--output', out])).toEqual({
    status: 0,
    stderr: '',
    stdout: '',
  });
  expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({
    devices: [{ id: 'gori-1', ip: '10.0.0.1', branch: 'გორი' }],
  });
  expect(existsSync(`${out}.part`)).toBe(false);
  expect(devices(['import', out])).toMatchObject({ status: 0, stdout: summary(out, '1 row, done', [0, 0, 1, 0, '0']) });
});

test('wrong rows are told by file, line and column, with exit code 2', () => {
  const file = ground.file('bad.csv', 'name,ip\na,999.1.1.1\nb,10.0.9.9\n');
  const wrong = `${file}:2:2: ip: found "999.1.1.1"; it must be an IPv4 or IPv6 address or a DNS name, with an optional :port (10.0.0.5, [2001:db8::1]:161)\n`;
  expect(devices(['import', file])).toEqual({
    status: 2,
    stderr: wrong,
    stdout: summary(file, '2 rows, nothing was written, because rows are wrong (--mode good-rows takes the others)', [
      0,
      0,
      0,
      1,
      '0',
    ]),
  });
  expect(devices(['import', file, '--mode', 'good-rows'])).toEqual({
    status: 2,
    stderr: wrong,
    stdout: summary(file, '2 rows, done', [1, 0, 0, 1, '0']),
  });
  const netbox = ground.file('netbox.json', '{"results": [\n{"name": "n1", "primary_ip4": null}]}');
  expect(devices(['import', netbox, '--format', 'netbox'])).toMatchObject({
    status: 2,
    stderr: `${netbox}:2: results[0].primary_ip4.address: the device has no primary address in NetBox; give it one, or leave it out\n`,
  });
});

test.each([
  [
    'no table',
    'name\na\n',
    [],
    (file: string) => `${file}:1: the first line must name the columns, and "ip" is missing; found "name"\n`,
  ],
  [
    'an unknown credential',
    'name,ip\na,10.0.7.7\n',
    ['--auth', 'nix'],
    (file: string) =>
      `${file}: POST ${url}/api/v1/devices/import: The configuration has no such credential: There is no entry nix under auths: in the configuration; known are branch, auto.\n`,
  ],
] as const)('%s is refused with exit code 2', (_, text, flags, stderr) => {
  const file = ground.file('refused.csv', text);
  expect(devices(['import', file, ...flags])).toEqual({ status: 2, stdout: '', stderr: stderr(file) });
});

test('what only an editor may do, and a sidecar that is away, end with exit code 1', () => {
  expect(devices(['import', '-'], { role: 'viewer', input: 'name,ip\na,10.0.6.6\n' })).toEqual({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^POST \S+\/api\/v1\/devices\/import: The token may not do this: .+ needs the role editor; viewer is viewer\.\n$/
    ),
  });
  const away = devices(['export', '--url', 'http://127.0.0.1:9', '--output', ground.path('never.csv')]);
  expect(away).toMatchObject({ status: 1, stdout: '' });
  expect(away.stderr).toContain('is the sidecar running there?');
});

const SCRIPT = '/usr/bin/script';
(existsSync(SCRIPT) ? test : test.skip)('a terminal shows how far it is, and only a terminal', () => {
  const rows = Array.from({ length: 3000 }, (_, i) => `n${i},10.7.${i >> 8}.${i & 255}`);
  const file = ground.file('many.csv', `name,ip\n${rows.join('\n')}\n`);
  const command = [process.execPath, ...words(['import', file], 'editor')].map((word) => `'${word}'`).join(' ');
  const { stdout, status } = spawnSync(SCRIPT, ['-qec', command, '/dev/null'], { encoding: 'utf8' });
  expect(status).toBe(0);
  for (const stage of ['sending       ', 'reading rows  ', 'writing rows  ']) {
    expect(stdout).toContain(stage);
  }
  expect(stdout).toContain('100 % of 3000');
  expect(devices(['import', file])).toEqual({
    status: 0,
    stderr: '',
    stdout: expect.stringContaining('unchanged  3000'),
  });
});
