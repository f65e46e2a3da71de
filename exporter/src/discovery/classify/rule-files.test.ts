import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClassifier, type InterfaceTexts } from './classify';
import { readProviders } from './providers';
import { readRules } from './rules';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'rules-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const file = (text: string, name = 'x.yml') => {
  const at = path.join(directory, name);
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
const TYPES = 'isp, trunk, server_link, branch_link, management, access, loopback, voice, camera, other';

it.each([
  [
    'an unknown type',
    'rules:\n  - { id: a, type: uplink, confidence: 1, any: [x] }',
    `x.yml:2:14: rules[0].type: found "uplink"; it must be one of ${TYPES}`,
  ],
  [
    'two rules with one id',
    'rules:\n  - { id: a, type: isp, confidence: 1, any: [x] }\n  - { id: a, type: isp, confidence: 1, any: [y] }',
    'x.yml:3:7: rules[1].id: found "a"; another rule has this id; each needs its own',
  ],
  [
    'the id of a shipped rule',
    'rules:\n  - { id: isp-word, type: isp, confidence: 1, any: [x] }',
    'x.yml:2:7: rules[0].id: found "isp-word"; a shipped rule has this id; choose another, such as own-isp-word',
  ],
  [
    'a rule that could never match',
    'rules:\n  - { id: a, type: isp, confidence: 1 }',
    'x.yml:2:5: rules[0]: found a map; a rule needs any, keywords, matches or if_types',
  ],
  [
    'a broken expression',
    'rules:\n  - { id: a, type: isp, confidence: 1, matches: "(" }',
    'x.yml:2:40: rules[0].matches: found "("; it must be a regular expression of JavaScript (flags iu)',
  ],
  [
    'an unknown key',
    'rules:\n  - { id: a, type: isp, confidence: 1, anny: [x] }',
    'x.yml:2:40: unknown key "rules[0].anny"; did you mean "any"?',
  ],
  [
    'a speed in words',
    'rules:\n  - { id: a, type: isp, confidence: 1, any: [x], min_speed: 10G }',
    'x.yml:2:50: rules[0].min_speed: found "10G"; it must be a number',
  ],
  [
    'a confidence in percent',
    'rules:\n  - { id: a, type: isp, confidence: 90, any: [x] }',
    'x.yml:2:25: rules[0].confidence: found 90; it must be between 0 and 1',
  ],
  [
    'an unknown text',
    'rules:\n  - { id: a, type: isp, confidence: 1, any: [x], in: [title] }',
    'x.yml:2:55: rules[0].in[0]: found "title"; it must be one of alias, descr, name, neighbour',
  ],
  [
    'a list that providers make',
    'lists: { provider: [x] }',
    'x.yml:1:10: lists.provider: found a list; the catalogue of providers makes this list; name another, or add a provider',
  ],
  [
    'a list in a list',
    'lists:\n  near: ["{town}"]',
    'x.yml:2:10: lists.near[0]: found "{town}"; it must begin with a word and hold no {list}',
  ],
  [
    'a list in a look-alike',
    'not: [uplink, "no {uplink}"]',
    'x.yml:1:15: not[1]: found "no {uplink}"; it must begin with a word and hold no {list}',
  ],
  [
    'a look-alike that begins with a number',
    'not: ["# uplink"]',
    'x.yml:1:7: not[0]: found "# uplink"; it must begin with a word and hold no {list}',
  ],
  [
    'a phrase without a word',
    'rules:\n  - { id: a, type: isp, confidence: 1, any: ["***"] }',
    'x.yml:2:46: rules[0].any[0]: found "***"; it must hold a letter or a digit',
  ],
  ['no YAML', 'rules: [', 'x.yml:1:9: not valid YAML: Flow sequence in block collection must be sufficiently indented'],
])('rules with %s are refused', (_what, text, message) => {
  expect(refusal(readRules, text)).toContain(message);
});

it.each([
  ['in a rule', 'rules:\n  - { id: a, type: isp, confidence: 1, any: ["{providr} wan"] }', 'x.yml:2:40: rules[0].any'],
  ['among the critical words', 'critical: { trunk: ["{providr}"] }', 'x.yml:1:13: critical.trunk'],
])('a list that nobody made is refused %s', (_where, text, place) => {
  expect(refusal(readRules, text)).toContain(
    `${place}: found a list; there is no list {providr}; known lists are provider, weak_provider, uplink, inside, `
  );
});

it('tells every problem of a file at once, in the order of its lines', () => {
  const text =
    'rules:\n  - { id: A, type: isp, confidence: 1, any: [x] }\n  - { id: b, type: uplink, confidence: 2, any: [x] }';
  expect(
    refusal(readRules, text)
      .split('\n')
      .map((line) => line.split(': found')[0])
  ).toEqual(['x.yml:2:7: rules[0].id', 'x.yml:3:14: rules[1].type', 'x.yml:3:28: rules[1].confidence']);
});

it('says which file cannot be read', () => {
  expect(() => readRules('/nowhere/rules.yml')).toThrow(
    '/nowhere/rules.yml: cannot be read (ENOENT); name an existing file that this user may read'
  );
});

it.each([
  [
    'a name that is no label value',
    'providers:\n  - { name: "My Net", display_name: My Net }',
    'x.yml:2:7: providers[0].name: found "My Net"; it must be a label value of a-z, 0-9 and dashes, such as magti',
  ],
  [
    'a colour in words',
    'providers:\n  - { name: a, display_name: A, color: red }',
    'x.yml:2:33: providers[0].color: found "red"; it must be a colour such as #e2001a',
  ],
  [
    'an AS number with letters',
    'providers:\n  - { name: a, display_name: A, asn: AS1299 }',
    'x.yml:2:33: providers[0].asn: found "AS1299"; it must be a number',
  ],
  [
    'an AS number beyond 32 bits',
    'providers:\n  - { name: a, display_name: A, asn: 4294967296 }',
    'providers[0].asn: found 4294967296; it must be the number of an autonomous system, such as 1299',
  ],
  [
    'a bandwidth of nothing',
    'providers:\n  - { name: a, display_name: A, bandwidth_in: 0 }',
    'providers[0].bandwidth_in: found 0; it must be a number of bit/s above 0, such as 100000000',
  ],
  [
    'one name twice',
    'providers:\n  - { name: a, display_name: A }\n  - { name: a, display_name: B }',
    'x.yml:3:7: providers[1].name: found "a"; another provider has this name; each needs its own',
  ],
  [
    'an alias of another',
    'providers:\n  - { name: a, display_name: A, aliases: [anet, Silknet] }',
    'x.yml:2:49: providers[0].aliases[1]: found "Silknet"; this is an alias of silknet; to take it, write silknet anew without it',
  ],
])('providers with %s are refused', (_what, text, message) => {
  expect(refusal(readProviders, text)).toContain(message);
});

const with_ = (rules: string | undefined, providers?: string) => {
  const classify = createClassifier(
    readRules(rules === undefined ? undefined : file(rules)),
    readProviders(providers === undefined ? undefined : file(providers, 'p.yml'))
  );
  return (texts: Partial<InterfaceTexts>) => classify({ ifAlias: '', ifDescr: '', ifName: '', ifType: 6, ...texts });
};

describe("the user's own rules", () => {
  it('win over the shipped ones, whatever text and type those would have gone by', () => {
    const classify = with_(`rules:
      - { id: own-rack, type: server_link, confidence: 0.4, any: [tor], in: [name] }
      - { id: own-lo, type: trunk, confidence: 0.3, if_types: [24] }`);
    expect(classify({ ifAlias: 'Magti_Internet', ifName: 'tor-7' })).toEqual({
      interfaceType: 'server_link',
      ispProvider: '',
      isCritical: false,
      confidence: 0.4,
      source: 'name',
      ruleId: 'own-rack',
    });
    expect(classify({ ifName: 'lo0', ifType: 24 })).toMatchObject({ interfaceType: 'trunk', ruleId: 'own-lo' });
  });

  it('add words to the shipped lists, look-alikes, critical words and keywords', () => {
    const classify = with_(`
      lists: { uplink: [podklyuchenie], shop: [market] }
      not: [internet market]
      critical: { branch_link: [vault] }
      rules:
        - { id: own-shop, type: branch_link, confidence: 0.8, any: ['{shop} #'] }
        - { id: own-keyword, type: camera, confidence: 0.8, keywords: [video] }`);
    expect(classify({ ifAlias: 'Silk podklyuchenie' })).toMatchObject({ interfaceType: 'isp', ispProvider: 'silknet' });
    expect(classify({ ifAlias: 'internet market' }).interfaceType).toBe('other');
    expect(classify({ ifAlias: 'market 7' })).toMatchObject({ interfaceType: 'branch_link', isCritical: false });
    expect(classify({ ifAlias: 'market 7 vault' }).isCritical).toBe(true);
    expect(classify({ ifAlias: 'Video: gate {K-1}' })).toMatchObject({
      interfaceType: 'camera',
      ruleId: 'own-keyword',
    });
    // The shipped ones are still there.
    expect(classify({ ifAlias: 'WAN1' })).toMatchObject({ interfaceType: 'isp', ruleId: 'isp-number' });
  });

  it('may ask for a speed, of which the unknown is none', () => {
    const classify = with_(`rules:
      - { id: own-fast, type: trunk, confidence: 0.8, matches: '^xe-', in: [name], min_speed: 10000000000 }
      - { id: own-slow, type: access, confidence: 0.8, matches: '^xe-', in: [name], max_speed: 100000000 }`);
    const ruleAt = (speed?: number | null) => classify({ ifName: 'xe-0/0/1', speed }).ruleId;
    expect([10e9, 1e9, 1e8, null, undefined].map(ruleAt)).toEqual(['own-fast', '', 'own-slow', '', '']);
  });
});

describe("the user's own providers", () => {
  it('stand beside the shipped ones, and in the place of one of the same name', () => {
    const classify = with_(
      undefined,
      `providers:
        - { name: vnet, display_name: V, aliases: [village net], asn: 65001 }
        - { name: silknet, display_name: Silk, aliases: [wirenet] }`
    );
    expect(classify({ ifAlias: 'VillageNet' })).toMatchObject({ interfaceType: 'isp', ispProvider: 'vnet' });
    expect(classify({ ifAlias: 'BGP AS65001' })).toMatchObject({ interfaceType: 'isp', ispProvider: 'vnet' });
    expect(classify({ ifAlias: 'wirenet internet' }).ispProvider).toBe('silknet');
    expect(classify({ ifAlias: 'silknet internet' }).ispProvider).toBe('unknown');
    expect(classify({ ifAlias: 'magti internet' }).ispProvider).toBe('magti');
  });

  it('may hold signs of rules, which mean nothing there, and aliases without a letter, which name nobody', () => {
    const classify = with_(
      undefined,
      `providers: [{ name: vnet, display_name: V, aliases: ['+++', '# one', '{uplink} net'], weak_aliases: ['-'] }]`
    );
    expect(classify({ ifAlias: '+++ - internet' }).ispProvider).toBe('unknown');
    expect(classify({ ifAlias: '7 one internet' }).ispProvider).toBe('vnet');
    expect(classify({ ifAlias: 'internet net' }).ispProvider).toBe('unknown');
    expect(classify({ ifAlias: 'Uplink Net internet' }).ispProvider).toBe('vnet');
  });

  it('tell nothing alone when their alias is shorter than four letters', () => {
    const classify = with_(undefined, 'providers: [{ name: vnet, display_name: V, aliases: [vn] }]');
    expect(classify({ ifAlias: 'VN' }).interfaceType).toBe('other');
    expect(classify({ ifAlias: 'VN internet' }).ispProvider).toBe('vnet');
    expect(classify({ ifAlias: 'vnc internet' }).ispProvider).toBe('unknown');
  });

  it('say whom to call and what was contracted', () => {
    const own = file(
      'providers: [{ name: a, display_name: A, contact_group: noc, bandwidth_in: 1e9, bandwidth_out: 2e8, asn: 65000 }]'
    );
    expect(readProviders(own)[0]).toEqual({
      name: 'a',
      displayName: 'A',
      color: '',
      aliases: [],
      weakAliases: [],
      asn: 65000,
      contactGroup: 'noc',
      bandwidthIn: 1e9,
      bandwidthOut: 2e8,
    });
  });
});

it('ships providers with a name and a colour each, and no AS number that two of them have', () => {
  const all = readProviders();
  const twice = (list: readonly unknown[]) => list.filter((one, i) => list.indexOf(one) !== i);
  expect(twice(all.map((p) => p.name))).toEqual([]);
  expect(twice(all.map((p) => p.color))).toEqual([]);
  expect(twice(all.flatMap((p) => p.asn ?? []))).toEqual([]);
  expect(twice(all.flatMap((p) => [...p.aliases, ...p.weakAliases]))).toEqual([]);
  expect(all.map((p) => p.name)).toEqual(
    expect.arrayContaining(['magti', 'silknet', 'veon', 'geocell', 'caucasus', 'globaltel', 'cogent', 'arelion'])
  );
});

it.each([
  [{ ifAlias: 'core uplink' }, true],
  [{ ifAlias: 'trunk to sw2' }, false],
  [{ ifAlias: 'backbone' }, true],
  [{ ifAlias: 'primary trunk to sw2' }, true],
  [{ ifAlias: 'aggregation switch 2' }, true],
  [{ ifAlias: 'main lag' }, true],
  [{ ifAlias: 'srv-prod-01' }, true],
  [{ ifAlias: 'production server' }, true],
  [{ ifAlias: 'server 12' }, false],
  [{ ifAlias: 'core server' }, false],
  [{ ifAlias: 'Magti' }, true],
  [{ ifAlias: 'primary camera' }, false],
  [{ ifAlias: 'main office' }, false],
  [{ ifName: 'Po3', neighbour: 'core-sw1' }, false],
])('%j is critical: %s', (texts, critical) => {
  expect(createClassifier()({ ifDescr: '', ifName: '', ifAlias: '', ifType: 6, ...texts }).isCritical).toBe(critical);
});
