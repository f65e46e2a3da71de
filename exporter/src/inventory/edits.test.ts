import { changesOf, refuseOtherVersion, versionOf } from './edits';

const WORDS = { name: 'a', port: 161, auth: null as string | null, tags: ['x'] };

it.each([
  [{}, undefined],
  [{ name: 'a', tags: ['x'], auth: null }, undefined],
  [{ name: undefined }, undefined],
  [
    { name: 'b', port: 161 },
    { before: { name: 'a' }, after: { name: 'b' } },
  ],
  [{ auth: 'branch' }, { before: { auth: null }, after: { auth: 'branch' } }],
  [{ tags: [] }, { before: { tags: ['x'] }, after: { tags: [] } }],
])('%j changes', (wanted, changes) => {
  expect(changesOf(WORDS, wanted as Partial<typeof WORDS>)).toEqual(changes);
});

it('tells versions by what they say, not by the order in which they say it', () => {
  const { name, ...rest } = WORDS;
  expect(versionOf({ ...rest, name })).toBe(versionOf(WORDS));
  expect(versionOf({ ...WORDS, tags: ['y'] })).not.toBe(versionOf(WORDS));
  expect(versionOf(WORDS)).toMatch(/^[\w-]{22}$/);
});

it.each([
  [undefined, false],
  [[versionOf(WORDS)], false],
  [['other', versionOf(WORDS)], false],
  [['other'], true],
  [[], true],
])('lets the versions %j change or not', (versions, refused) => {
  const check = () => refuseOtherVersion('Device a', WORDS, versions);
  if (refused) {
    expect(check).toThrow('Device a is not the version of If-Match any more; read it again.');
  } else {
    expect(check).not.toThrow();
  }
});
