import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ISPMON = path.resolve(__dirname, '../../exporter/dist/bin/ispmon.js');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'ispmon-classify-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (name: string, text: string) => {
  const file = path.join(directory, name);
  writeFileSync(file, text);
  return file;
};
const run = (...args: string[]) => {
  const child = spawnSync(process.execPath, [ISPMON, 'classify', ...args], {
    encoding: 'utf8',
    cwd: directory,
    env: { PATH: process.env['PATH'] },
  });
  return { status: child.status, stdout: child.stdout, stderr: child.stderr };
};

it('shows the parts of an alias after the convention, and the rules that fit', () => {
  expect(run('--explain', 'Transit: Cogent {CID-1} [10G] (note)')).toEqual({
    status: 0,
    stderr: '',
    stdout: `isp, provider cogent, critical
rule keyword-transit, from the alias, confidence 0.98

Read as
  alias  transit cogent cid 1 10+g note

Convention
  keyword  transit
  name     Cogent
  circuit  CID-1
  speed    10G
  note     note

Rules that fit, in the order in which they are asked
  *  keyword-transit            isp  0.98  alias  keyword transit:
     provider-with-uplink-word  isp  0.95  alias  "cogent" with "transit"
     isp-routing                isp  0.90  alias  "transit"
     provider-alone             isp  0.60  alias  "cogent"

Why: it is the first rule that fits the alias.
`,
  });
});

it.each([
  [
    ['Batumi', '--name', 'wan1'],
    'isp, provider unknown, critical',
    'Why: the alias only hints (town-alone, 0.5); the name is sure.',
  ],
  [
    ['--explain', 'do it', '--descr', 'Silknet Internet'],
    'isp, provider silknet, critical',
    'Why: it is the first rule that fits the descr; the alias told nothing.',
  ],
  [['Magti_Internet', '--type', 'softwareLoopback'], 'loopback', 'Why: its IANAifType decides whatever it is called.'],
  [['x', '--type', '131'], 'branch_link', 'Why: no text told anything, so its IANAifType does.'],
  [['uplink', '--speed', '10G', '--device', 'switch'], 'trunk', '"uplink" at this speed on such a device'],
  [['port 7', '--neighbour', 'esxi-03 vmnic2'], 'server_link', 'the alias told nothing.'],
  [['Sliknet intenet'], 'isp, provider silknet, critical', '  alias  silknet internet\n'],
  [['Silk Road hotel'], 'other', 'Why: the words shown as … only look like something, and no rule fits the rest.'],
  [['do not touch'], 'other', 'Why: no rule fits it; one of your own may (discovery.rules).'],
  [['--type', '6'], 'other', 'Why: it has no text, and no rule knows its IANAifType.'],
  [['<pppoe-x>', '--name', '<pppoe-x>'], 'access', 'matches ^<.*>$'],
])('%j', (args, verdict, reason) => {
  const { status, stdout, stderr } = run(...args);
  expect([status, stderr, stdout.split('\n')[0]]).toEqual([0, '', verdict]);
  expect(stdout).toContain(reason);
});

it('goes by the rules and providers of the configuration, which needs no secret for it', () => {
  write('rules.yml', 'rules: [{ id: own-ring, type: trunk, confidence: 0.7, any: ["ring #"] }]');
  write('providers.yml', 'providers: [{ name: vnet, display_name: V, aliases: [village net] }]');
  write(
    'isp-monitor.yml',
    'auths: { a: { version: 2, community: "${NOT_SET}" } }\ndiscovery: { rules: rules.yml, providers: providers.yml }'
  );
  const ring = run('Magti ring 2');
  expect(ring.stdout).toContain('*  own-ring (yours)  trunk  0.70  alias  "ring 2"');
  expect(ring.stdout).toContain('Your rules are asked before the shipped ones.');
  expect(run('VillageNet').stdout).toContain('isp, provider vnet, critical');
  // Without the file in its place they are not known.
  const elsewhere = write('other.yml', 'discovery: {}');
  expect(run('Magti ring 2', '--config.file', elsewhere).stdout).toContain('isp, provider magti, critical');
});

it.each([
  [[], 'classify needs the text of an alias: ispmon classify --explain "Magti_Internet"'],
  [['--explain', ' '], 'classify needs the text of an alias: ispmon classify --explain "Magti_Internet"'],
  [
    ['x', '--type', 'ethernet'],
    '--type ethernet: it must be the number of an IANAifType, or one of other, ethernetCsmacd,',
  ],
  [['x', '--speed', 'fast'], '--speed fast: it must be bit/s, such as 1000000000 or 1G'],
  [['x', '--config.file', 'nowhere.yml'], 'nowhere.yml: cannot be read (ENOENT)'],
])('refuses %j with exit code 2', (args, message) => {
  const { status, stdout, stderr } = run(...args);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

it.each([
  ['discovery: { rules: nowhere.yml }', 'isp-monitor.yml:1: discovery.rules: there is no file '],
  ['discovery: { rules: 7 }', 'isp-monitor.yml:1: discovery.rules: found 7; it must be a string'],
  ['discovery: { rules: "${NOT_SET}" }', 'isp-monitor.yml:1: environment variable NOT_SET is not set'],
  ['discovery: {', 'isp-monitor.yml:1: not valid YAML: '],
  [
    'discovery: { rules: bad.yml }',
    'bad.yml:2:5: rules[0]: found a map; a rule needs any, keywords, matches or if_types',
  ],
])('refuses a configuration of %s', (config, message) => {
  write('bad.yml', 'rules:\n  - { id: a, type: isp, confidence: 1 }');
  write('isp-monitor.yml', config);
  const { status, stderr } = run('x');
  expect([status, stderr.replaceAll(`${directory}/`, '')]).toEqual([2, expect.stringContaining(message)]);
});
