import { arrayBehindKey, elementLines, placeAt } from './json-places';

it.each([
  ['[]', []],
  ['[ ]', []],
  ['[1]', [1]],
  ['[\n 1,\n "a,b\\"[",\n [2,\n 3], {"x": [4]}\n]\n', [2, 3, 4, 5]],
  ['[{"a":\n1},{"b":\n2},\n{}]', [1, 2, 4]],
])('elementLines(%j)', (text, lines) => {
  expect(elementLines(text, 0)).toEqual(lines);
  expect(lines).toHaveLength((JSON.parse(text) as unknown[]).length);
});

it('finds an array behind a key of the outermost object only', () => {
  const text = '{"count": 1, "x": {"results": [0]}, "y": "results",\n "results" : [\n{"a": 1}]}';
  const at = arrayBehindKey(text, 'results');
  expect(text.slice(at)).toBe('[\n{"a": 1}]}');
  expect(elementLines(text, at)).toEqual([3]);
  expect(arrayBehindKey('{"results": {}}', 'results')).toBe(-1);
  expect(arrayBehindKey('[]', 'results')).toBe(-1);
});

it('tells line and column of an offset', () => expect(placeAt('ab\ncd', 4)).toEqual({ line: 2, column: 2 }));
