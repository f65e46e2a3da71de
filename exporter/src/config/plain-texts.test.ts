import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument, visit } from 'yaml';
import { SourceDocument } from './document';
import { expandTexts, plainTexts, withVariables } from './plain-texts';

/** As the parser reads that knows places. */
function withPlaces(text: string): unknown {
  const doc = parseDocument(text, { merge: true });
  expect(doc.errors).toEqual([]);
  visit(doc, {
    Scalar: (_key, node) => {
      if (node.value !== null && node.source !== undefined) {
        node.value = node.source;
      }
    },
  });
  return doc.toJS({ maxAliasCount: -1 });
}

describe('texts of a YAML file, read without places', () => {
  test.each([
    ['numbers, flags and dates stay texts', 'a: 007\nb: on\nc: 1e3\nd: 2020-01-01\ne: .inf\nf: 0x1F\ng: 1_000'],
    ['null is null unless quoted', 'a: null\nb: ~\nc:\nd: "null"\ne: NULL\nf: Null\ng: nULL\nh: \'~\''],
    ['keys stay texts', '1: a\n0x10: b\ntrue: c\n"2": d'],
    ['plain text over lines', 'help: one\n  two\n\n  three\nnext: x'],
    ['folded and literal blocks', 'a: >-\n  one\n  two\n\n  three\nb: |\n  x\n   y\nc: |+\n  z\n\n'],
    ['quoted texts', 'a: "tab\\t\\u00e9 \\x41"\nb: \'it\'\'s\'\nc: "over\n  lines"'],
    ['anchors, aliases and merges', 'x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\nz: *x\nw:\n  <<: [*x, {a: 9, c: 4}]'],
    ['lists and maps in flow', 'a: [1, {b: 2}, [c, ~]]\nd: {e: , f: g}'],
    ['comments', '# one\na: b # two\n# three\n'],
    ['JSON', '{"a": {"b": [1, "2", null, true]}}'],
    ['regular expressions and OIDs', "r: '(.*?),.*'\no: 1.3.6.1.2.1.2\np: ^([0-9]+)-:x#y$"],
    ['a mark of the order of bytes, and CRLF', '\uFEFFa: b\r\nc:\r\n- d\r\n- e\r\n'],
    ['a document with its marks', '%YAML 1.2\n---\na: yes\n...\n'],
  ])('%s', (_name, text) => {
    const value = plainTexts(text);
    expect(value).toBeDefined();
    expect(value).toEqual(withPlaces(text));
  });

  test('every shipped module', () => {
    const folder = path.join(__dirname, '../../modules');
    const texts = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'));
    expect(texts.length).toBeGreaterThan(10);
    for (const text of texts) {
      expect(plainTexts(text)).toEqual(withPlaces(text));
    }
  });

  test.each([
    ['nothing', ''],
    ['a text', 'abc'],
    ['a key twice', 'a: 1\na: 2'],
    ['several documents', 'a: 1\n---\nb: 2'],
    ['an alias of nothing', 'a: *b'],
    ['a tag', 'a: !!binary aGk='],
    ['what is no YAML', 'a: [1'],
  ])('left to the parser that knows the lines: %s', (_name, text) => {
    expect(plainTexts(text)).toBeUndefined();
  });
});

describe('a document that was read without places', () => {
  const RULES = { scalarsAsText: true, expands: (keys: readonly string[]) => keys[0] === 'auths' };
  const TEXT = '\nauths:\n  a:\n    community: x-${NAME}\nother:\n  - regex: ${1}${NAME}\n';

  test('knows its lines when it is asked for them', () => {
    const document = new SourceDocument('snmp.yml', TEXT, { NAME: 'n' }, RULES);
    expect(document.value()).toEqual({ auths: { a: { community: 'x-n' } }, other: [{ regex: '${1}${NAME}' }] });
    expect(document.problem({ path: ['other', 0, 'regex'], message: 'm', other: ['auths', 'a'] })).toEqual({
      file: 'snmp.yml',
      line: 6,
      message: 'm (also at line 3)',
    });
  });

  test.each([
    [{}, 'not set'],
    [{ NAME: '' }, 'empty'],
  ])('and says where a variable stands that has no value: %j', (env, found) => {
    const document = new SourceDocument('snmp.yml', TEXT, env, RULES);
    expect(document.problems).toEqual([
      {
        file: 'snmp.yml',
        line: 4,
        message: `environment variable NAME is ${found}; set it before the start, or name a file with the value instead (…_file)`,
      },
    ]);
  });
});

test('what an alias repeats is expanded once', () => {
  const root = plainTexts('a: &x {k: "${A}"}\nb: *x')!;
  expect(expandTexts(root, { A: '${A}!' }, () => true)).toBe(true);
  expect(root).toEqual({ a: { k: '${A}!' }, b: { k: '${A}!' } });
});

test('variables of the environment', () => {
  expect(withVariables('${A}-${B}-${C}-$D', { A: '1', B: '' })).toEqual({
    text: '1-${B}-${C}-$D',
    missing: ['B', 'C'],
  });
});
