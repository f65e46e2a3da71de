import { jsonErrorPosition } from './json-position';

// ^ stands before the place.
it.each([
  '^',
  ' ^',
  '^name',
  '{"a": ^secret}',
  '{"a": 1 ^"b": 2}',
  '{"a": 1,^}',
  '{"a"^}',
  '{^a: 1}',
  '{"a": 1^]',
  '[1, 2^',
  '[1,^]',
  '[1^}',
  '["a", ^\'b\']',
  '{"a": ^"unterminated',
  '{"a": ^"\n"}',
  '{"a": ^"\\x"}',
  '{"a": 1} ^x',
  '[1] ^[2]',
  '"a" ^:',
  '[^:]',
  '{"a": {"b": [1, {"c": ^}]}}',
  '^}',
  '[0^1]',
  '[1^.]',
  '[^+1]',
  '[^NaN]',
])('%j', (marked) => {
  const text = marked.replace('^', '');
  expect(() => JSON.parse(text)).toThrow();
  expect(jsonErrorPosition(text)).toBe(marked.indexOf('^'));
});

it('finds nothing wrong with JSON', () => {
  for (const text of [
    '{}',
    '[]',
    ' {"a": [1, -0.5e3, true, false, null, "x\\u0041\\n"], "b": {"c": {}}} ',
    '"x"',
    '0',
  ]) {
    JSON.parse(text);
    expect([text, jsonErrorPosition(text)]).toEqual([text, text.length]);
  }
});

it('is quick with what is long and deep', () => {
  const long = `["${'x'.repeat(1_000_000)}`;
  expect(jsonErrorPosition(long)).toBe(1);
  expect(jsonErrorPosition('['.repeat(500_000))).toBe(500_000);
});
