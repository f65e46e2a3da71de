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
  [[], {}, 'classify needs the text of an alias: ispmon classify --explain "Magti_Internet"'],
  [
    ['x'],
    { 'isp-monitor.yml': 'discovery: { rules: 7 }' },
    'isp-monitor.yml:1: discovery.rules: found 7; it must be a',
  ],
])('refuses %j beside %j with exit code 2', (args, files, message) => {
  for (const [name, text] of Object.entries(files)) {
    write(name, text);
  }
  const { status, stdout, stderr } = run(...args);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});
