import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { filesMatching } from './file-pattern';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'patterns-'));
  mkdirSync(path.join(folder, 'directory.yml'));
  for (const name of ['b.yml', 'a.yml', 'a1.yml', 'a+b.yml', '.hidden.yml', 'a.yml.bak']) {
    writeFileSync(path.join(folder, name), '');
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['a.yml', ['a.yml']],
  ['*.yml', ['a+b.yml', 'a.yml', 'a1.yml', 'b.yml']],
  ['a?.yml', ['a1.yml']],
  ['a+*.yml', ['a+b.yml']],
  ['c.yml', []],
  ['nowhere/*.yml', []],
  ['nowhere/a.yml', []],
])('%s', (pattern, names) => {
  const expected = names.map((name) => path.join(folder, name));
  expect(filesMatching(pattern, folder)).toEqual(expected);
  expect(filesMatching(path.join(folder, pattern), '/')).toEqual(expected);
});
