import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError } from '../config/problem';
import { checkModules } from './check-modules';
import { UsageError } from './command-line';

const directory = mkdtempSync(path.join(tmpdir(), 'check-modules-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = (name: string, text: string) => {
  const full = path.join(directory, name);
  writeFileSync(full, text);
  return full;
};

const MODULE = (walk: string) =>
  `modules:\n  acme:\n    walk: [${walk}]\n    metrics:\n      - { name: snmp_a, oid: 1.3.1, type: gauge, help: A - X a 1.3.1 }\n`;
const PROFILES = 'profiles: { acme: { extends: base, match: [{ vendor: acme }], modules: { slow: [acme] } } }';

let printed: string[];
beforeEach(() => {
  printed = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
});

it('ends with 0 where nothing is wrong', () => {
  const [modules, profiles] = [file('m.yml', MODULE('1.3.1')), file('p.yml', PROFILES)];
  expect(checkModules([modules], [profiles])).toBe(0);
  expect(printed).toEqual(['2 files, 0 errors']);
});

it('gives hints and ends with 0', () => {
  expect(checkModules([file('m.yml', MODULE('1.3.1, 1.4'))], [])).toBe(0);
  expect(printed).toEqual([
    `hint: ${directory}/m.yml:3: module acme: no metric and no lookup uses the walk of 1.4`,
    'hint: no profile asks for acme; name a file of profiles that does',
    '1 files, 0 errors',
  ]);
});

it('tells errors and ends with 2', () => {
  expect(checkModules([file('m.yml', MODULE('1.3.2'))], [])).toBe(2);
  expect(printed[0]).toBe(
    `error: ${directory}/m.yml:5: module acme: metric snmp_a: nothing asks for 1.3.1; add it to walk, or an instance of it to get`
  );
  expect(printed.at(-1)).toBe('1 files, 1 errors');
});

it('refuses what does not load, and the words without files', () => {
  expect(() => checkModules([file('m.yml', 'modules: { a: 7 }')], [])).toThrow(ConfigError);
  expect(() => checkModules([], ['/nowhere/p.yml'])).toThrow('/nowhere/p.yml: cannot be read (ENOENT)');
  expect(() => checkModules([], [])).toThrow(UsageError);
});
