import { EditRefused } from '../../inventory/edits';
import { edited, editor } from './edit-request';

const caller = { name: 'alice', role: 'editor' as const };

it.each([
  [undefined, undefined],
  ['*', undefined],
  ['"a"', ['a']],
  ['W/"a"', ['a']],
  ['"a", W/"b" ,"c"', ['a', 'b', 'c']],
  ['"a", *', undefined],
  // What is no tag at all matches no version.
  ['a', ['']],
  ['', ['']],
])('reads If-Match %j', (header, versions) => {
  expect(editor({ caller, req: { headers: { 'if-match': header } } as never }).versions).toEqual(versions);
});

it('makes refusals problems, and nothing else', async () => {
  await expect(edited(Promise.reject(new EditRefused('in_use', 'Site HQ has 2 devices')))).rejects.toMatchObject({
    code: 'in_use',
    detail: 'Site HQ has 2 devices',
  });
  await expect(edited(Promise.reject(new TypeError('x')))).rejects.toThrow(TypeError);
  expect(await edited(Promise.resolve(5))).toBe(5);
});
