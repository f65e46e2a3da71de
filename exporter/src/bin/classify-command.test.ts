import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { classifyCommand, type ClassifyFlags } from './classify-command';

let directory: string;
let before: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'classify-command-'));
  before = process.cwd();
  process.chdir(directory);
});
afterEach(() => {
  process.chdir(before);
  rmSync(directory, { recursive: true });
});

const refusal = (flags: ClassifyFlags) => {
  try {
    return classifyCommand(flags);
  } catch (err) {
    return (err as Error).message.replaceAll(`${directory}/`, '');
  }
};

it.each<[ClassifyFlags, string, string]>([
  [
    { text: 'Batumi', name: 'wan1' },
    'isp, provider unknown, critical',
    'Why: the alias only hints (town-alone, 0.5); the name is sure.',
  ],
  [
    { text: 'do it', descr: 'Silknet Internet' },
    'isp, provider silknet, critical',
    'Why: it is the first rule that fits the descr; the alias told nothing.',
  ],
  [
    { text: 'Magti_Internet', type: 'softwareLoopback' },
    'loopback',
    'Why: its IANAifType decides whatever it is called.',
  ],
  [{ text: 'x', type: '131' }, 'branch_link', 'Why: no text told anything, so its IANAifType does.'],
  [{ text: 'uplink', speed: '10G', device: 'switch' }, 'trunk', '"uplink" at this speed on such a device'],
  [{ text: 'uplink', speed: '1e9', device: 'switch' }, '', '--speed 1e9: it must be bit/s, such as 1000000000 or 1G'],
  [{ text: 'port 7', neighbour: 'esxi-03 vmnic2' }, 'server_link', 'the alias told nothing.'],
  [{ text: 'Sliknet intenet' }, 'isp, provider silknet, critical', '  alias  silknet internet\n'],
  [
    { text: 'Silk Road hotel' },
    'other',
    'Why: the words shown as … only look like something, and no rule fits the rest.',
  ],
  [{ text: 'do not touch' }, 'other', 'Why: no rule fits it; one of your own may (discovery.rules).'],
  [{ text: '', type: '6' }, 'other', 'Why: it has no text, and no rule knows its IANAifType.'],
  [{ text: '***' }, 'other', '  alias  (no words)\n'],
  [{ text: '<pppoe-x>', name: '<pppoe-x>' }, 'access', 'matches ^<.*>$'],
])('%j', (flags, verdict, reason) => {
  const told = refusal(flags);
  expect(told).toContain(reason);
  expect(told.startsWith(verdict)).toBe(true);
});

it.each<[ClassifyFlags, string]>([
  [{ text: ' ' }, 'classify needs the text of an alias: ispmon classify --explain "Magti_Internet"'],
  [
    { text: 'x', type: 'ethernet' },
    '--type ethernet: it must be the number of an IANAifType, or one of other, ethernetCsmacd, ppp,',
  ],
  [{ text: 'x', speed: 'fast' }, '--speed fast: it must be bit/s, such as 1000000000 or 1G'],
  [{ text: 'x', config: 'nowhere.yml' }, 'nowhere.yml: cannot be read (ENOENT)'],
])('%j is refused', (flags, message) => {
  expect(refusal(flags)).toContain(message);
});

it.each([
  [
    'discovery: { rules: nowhere.yml }',
    'isp-monitor.yml:1: discovery.rules: there is no file nowhere.yml; it must name',
  ],
  ['discovery: { rules: 7 }', 'isp-monitor.yml:1: discovery.rules: found 7; it must be a string'],
  [
    'discovery: { rules: "${NOT_SET_ANYWHERE}" }',
    'isp-monitor.yml:1: environment variable NOT_SET_ANYWHERE is not set',
  ],
  ['discovery: {', 'isp-monitor.yml:1: not valid YAML: '],
  [
    'discovery: { rules: bad.yml }',
    'bad.yml:2:5: rules[0]: found a map; a rule needs any, keywords, matches or if_types',
  ],
])('a configuration of %s is refused', (config, message) => {
  writeFileSync('bad.yml', 'rules:\n  - { id: a, type: isp, confidence: 1 }');
  writeFileSync('isp-monitor.yml', config);
  expect(refusal({ text: 'x' })).toContain(message);
});

describe('docs/classification.md', () => {
  const page = readFileSync(path.join(__dirname, '../../../docs/classification.md'), 'utf8');
  /** Indented blocks, without their indentation. */
  const blocks = [...page.matchAll(/(?:^ {4}.*\n|^\n(?= {4}))+/gm)].map(([block]) =>
    block.replace(/^ {4}/gm, '').trim()
  );
  const block = (beginning: string) => blocks.find((text) => text.startsWith(beginning)) as string;

  it('shows what the command says', () => {
    const [command, , ...told] = block('npx ispmon classify').split('\n');
    const text = /--explain "(.+)"$/.exec(command as string)?.[1] as string;
    expect(classifyCommand({ text })).toBe(told.join('\n'));
  });

  it('has examples of rules and providers that do what it says', () => {
    writeFileSync('rules.yml', block('lists:'));
    writeFileSync('providers.yml', block('providers:'));
    writeFileSync('isp-monitor.yml', block('discovery:'));
    const verdict = (text: string) => classifyCommand({ text }).split('\n')[0];
    expect(verdict('magazia 12 vault')).toBe('branch_link, critical');
    expect(verdict('internet market')).toBe('other');
    expect(verdict('Village net')).toBe('isp, provider village-net, critical');
    expect(verdict('vnet internet')).toBe('isp, provider village-net, critical');
  });
});
