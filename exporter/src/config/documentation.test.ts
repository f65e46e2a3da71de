import { readFileSync } from 'node:fs';
import path from 'node:path';
import { leafKeys } from './known-keys';
import { fileSchema } from './schema';

/** Rows of the table of docs/configuration.md: key and default. */
function documented(): Map<string, string> {
  const page = readFileSync(path.join(__dirname, '../../../docs/configuration.md'), 'utf8');
  return new Map(
    [...page.matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)].map((m) => [m[1] as string, (m[2] as string).trim()])
  );
}

/** Defaults that the schema cannot show, because they depend on something else. */
const TOLD_IN_WORDS = ['devices[].id', 'devices[].region', 'auths.<name>.community'];

it('documents every key, and none that does not exist', () => {
  expect([...documented().keys()].sort()).toEqual(
    leafKeys(fileSchema)
      .map((key) => key.path)
      .sort()
  );
});

it('documents the default of every key', () => {
  const page = documented();
  const told = leafKeys(fileSchema).filter((key) => !TOLD_IN_WORDS.includes(key.path));
  const expected = told.map(
    (key) => `${key.path}: ${key.default === undefined || key.default === '' ? '–' : `\`${String(key.default)}\``}`
  );
  expect(told.map((key) => `${key.path}: ${page.get(key.path)}`)).toEqual(expected);
});
