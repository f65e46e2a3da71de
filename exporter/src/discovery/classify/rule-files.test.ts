import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClassifier } from './classify';
import { readProviders } from './providers';
import { readRules } from './rules';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'rules-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const file = (text: string) => {
  const at = path.join(directory, 'x.yml');
  writeFileSync(at, text);
  return at;
};
const refusal = (read: (at: string) => unknown, text: string) => {
  try {
    read(file(text));
  } catch (err) {
    return (err as Error).message.replaceAll(`${directory}/`, '');
  }
  throw new Error('the file was accepted');
};

it.each([
  [
    'an unknown type',
    'rules:\n  - { id: a, type: uplink, confidence: 1, any: [x] }',
    'x.yml:2: rules[0].type: found "uplink"; it must be one of isp, trunk, ',
  ],
  [
    'an unknown list',
    'rules:\n  - { id: a, type: isp, confidence: 1, any: ["{providr} wan"] }',
    'there is no list {providr}; known lists are provider, weak_provider',
  ],
  [
    'two rules with one id',
    'rules:\n  - { id: a, type: isp, confidence: 1, any: [x] }\n  - { id: a, type: isp, confidence: 1, any: [y] }',
    'x.yml:3: rules[1].id: found "a"; another rule has this id; each needs its own',
  ],
  [
    'a rule that could never match',
    'rules:\n  - { id: a, type: isp, confidence: 1 }',
    'a rule needs any, matches or if_types',
  ],
  [
    'a broken expression',
    'rules:\n  - { id: a, type: isp, confidence: 1, matches: "(" }',
    'it must be a regular expression of JavaScript (flags iu)',
  ],
  [
    'an unknown key',
    'rules:\n  - { id: a, type: isp, confidence: 1, anny: [x] }',
    'unknown key "rules[0].anny"; did you mean "rules[0].any"?',
  ],
])('rules with %s are refused', (_what, text, message) => {
  expect(refusal(readRules, text)).toContain(message.replace('"rules[0].any"', '"any"'));
});

it.each([
  [
    'a name that is no label value',
    'providers:\n  - { name: "My Net", display_name: My Net }',
    'x.yml:2: providers[0].name: found "My Net"; it must be a label value of a-z, 0-9 and dashes, such as magti',
  ],
  [
    'a colour in words',
    'providers:\n  - { name: a, display_name: A, color: red }',
    'it must be a colour such as #e2001a',
  ],
])('providers with %s are refused', (_what, text, message) => {
  expect(refusal(readProviders, text)).toContain(message);
});

it('uses the rules and providers that it is given', () => {
  const rules = readRules(
    file(
      'lists: { uplink: [wan] }\nrules:\n  - { id: own, type: isp, confidence: 0.4, any: ["to {provider}"] }\ncritical: {}'
    )
  );
  const classify = createClassifier(rules, [
    { name: 'vnet', displayName: 'V', color: '', aliases: ['village net', 'vn'], weakAliases: [] },
  ]);
  const verdict = (ifAlias: string) => classify({ ifAlias, ifDescr: '', ifName: '', ifType: 6 });
  expect(verdict('to VillageNet')).toEqual({
    interfaceType: 'isp',
    ispProvider: 'vnet',
    isCritical: true,
    confidence: 0.4,
    source: 'alias',
    ruleId: 'own',
  });
  // Two letters are too short to tell it alone, wherever the catalogue lists them.
  expect(verdict('to VN').interfaceType).toBe('other');
});

it('ships providers with a name each, and no alias that two of them claim', () => {
  const all = readProviders();
  expect(new Set(all.map((p) => p.name)).size).toBe(all.length);
  const aliases = all.flatMap((p) => [...p.aliases, ...p.weakAliases]);
  expect(aliases.filter((alias, i) => aliases.indexOf(alias) !== i)).toEqual([]);
  expect(all.map((p) => p.name)).toEqual(
    expect.arrayContaining(['magti', 'silknet', 'veon', 'geocell', 'caucasus', 'globaltel', 'cogent', 'arelion'])
  );
});

it.each([
  [{ ifAlias: 'core uplink' }, true],
  [{ ifAlias: 'trunk to sw2' }, false],
  [{ ifAlias: 'backbone' }, true],
  [{ ifAlias: 'srv-prod-01' }, true],
  [{ ifAlias: 'server 12' }, false],
  [{ ifAlias: 'Magti' }, true],
  [{ ifAlias: 'primary camera' }, false],
])('%j is critical: %s', (texts, critical) => {
  expect(createClassifier()({ ifDescr: '', ifName: '', ifType: 6, ...texts }).isCritical).toBe(critical);
});
