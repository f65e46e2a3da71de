import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from './load';
import { redactedConfig } from './redact';

const SECRET = 'canary-token-0123456';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(path.join(tmpdir(), 'tokens-'))));
afterEach(() => rmSync(dir, { recursive: true }));

function load(text: string, env: NodeJS.ProcessEnv = {}) {
  const file = path.join(dir, 'isp-monitor.yml');
  writeFileSync(file, text);
  return loadConfig(file, env);
}
const entries = (...tokens: string[]) => `discovery:\n  tokens:\n${tokens.map((one) => `    - ${one}\n`).join('')}`;
function refusal(text: string): string[] {
  try {
    load(text);
  } catch (err) {
    return (err as Error).message.replaceAll(`${dir}/`, '').split('\n');
  }
  throw new Error('the file was accepted');
}

it('reads who may call, and leaves the files to the sidecar', () => {
  const text = entries(
    `{ name: alice, role: admin, token_file: secrets/alice }`,
    `{ name: noc, role: editor, token: "\${NOC}" }`,
    `{ name: exporter, role: viewer, token: ${SECRET}-3 }`
  );
  expect(load(text, { NOC: `${SECRET}-2` }).discovery.tokens).toEqual([
    { name: 'alice', role: 'admin', token: null, file: path.join(dir, 'secrets/alice') },
    { name: 'noc', role: 'editor', token: `${SECRET}-2`, file: null },
    { name: 'exporter', role: 'viewer', token: `${SECRET}-3`, file: null },
  ]);
});

it.each([
  ['tokens: [abc]', ['2: discovery.tokens[0]: found a value that is not shown; it must be an object']],
  [
    '{ name: a, role: admin, token: short }',
    [
      '3: discovery.tokens[0].token: found a value that is not shown; it must have 16 characters at least, of A-Z a-z 0-9 - . _ ~ + /',
    ],
  ],
  [
    `{ name: a, role: root, token: ${SECRET} }`,
    ['3: discovery.tokens[0].role: found "root"; it must be one of viewer, editor, admin'],
  ],
  [
    `{ name: "a b", role: admin, token: ${SECRET} }`,
    ['3: discovery.tokens[0].name: found "a b"; it must be of letters, digits, "_", "." and "-", 64 at most'],
  ],
  ['{ name: a, role: admin }', ['3: discovery.tokens[0]: found neither token nor token_file; give one of them']],
  [
    `{ name: a, role: admin, token: ${SECRET}, token_file: x }`,
    ['3: discovery.tokens[0]: found both token and token_file; give one of them'],
  ],
  [
    `{ name: anonymous, role: viewer, token: ${SECRET} }`,
    ['3: discovery.tokens[0].name: found "anonymous"; it is kept for callers without a token'],
  ],
  [
    `{ name: exporter, role: editor, token: ${SECRET} }`,
    ['3: discovery.tokens[0].name: found "exporter"; it is kept for exporters, whose role is viewer'],
  ],
  [
    `{ name: a, role: admin, token_file: x }\n    - { name: a, role: viewer, token_file: y }`,
    [
      '4: discovery.tokens[1].name: the name a is taken by another token; to change a token give both in one token_file, a line each (also at line 3)',
    ],
  ],
  [
    `{ name: a, role: admin, token: ${SECRET} }\n    - { name: b, role: viewer, token: ${SECRET} }`,
    [
      '4: discovery.tokens[1].token: the same token stands elsewhere too, so that nobody can tell who calls; each needs its own (also at line 3)',
    ],
  ],
])('refuses %j', (entry, problems) => {
  const text = entry.startsWith('tokens:') ? `discovery:\n  ${entry}\n` : entries(entry);
  const told = refusal(text);
  expect(told).toEqual(problems.map((problem) => `isp-monitor.yml:${problem}`));
  expect(told.join()).not.toMatch(/canary|short/);
});

it('refuses the token of exporters as the token of somebody else', () => {
  const inventory = `inventory: { url: "http://127.0.0.1:1", token: ${SECRET} }\n`;
  const told = refusal(`${inventory}${entries(`{ name: a, role: admin, token: ${SECRET} }`)}`);
  expect(told).toEqual([
    'isp-monitor.yml:4: discovery.tokens[0].token: the same token stands elsewhere too, so that nobody can tell who calls; each needs its own (also at line 1)',
  ]);
});

it('sends the first token of the exporters’ file, which the sidecar reads whole', () => {
  writeFileSync(path.join(dir, 'token'), '\nnew-token\nold-token\n');
  const { inventory } = load('inventory: { url: "http://127.0.0.1:1", token_file: token }\n');
  expect(inventory).toMatchObject({ token: 'new-token', tokenFile: path.join(dir, 'token') });
  expect(load('inventory: { url: "http://127.0.0.1:1", token: abc }\n').inventory).toMatchObject({
    token: 'abc',
    tokenFile: null,
  });
});

it('refuses a blank file of the exporters, which would leave the sidecar open', () => {
  writeFileSync(path.join(dir, 'token'), ' \n\n');
  expect(refusal('inventory: { url: "http://127.0.0.1:1", token_file: token }\n')).toEqual([
    'isp-monitor.yml:1: inventory.token_file: the file is blank; it must hold a token a line',
  ]);
});

it('needs none', () => {
  expect(load('').discovery.tokens).toEqual([]);
});

it('shows names and roles, and no token', () => {
  const shown = redactedConfig(load(entries(`{ name: alice, role: admin, token: ${SECRET} }`)));
  expect(shown).toContain('name: alice\n      role: admin');
  expect(shown).not.toContain('canary');
});
