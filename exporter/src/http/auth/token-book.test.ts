import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ApiToken } from '../../config/api-tokens';
import { ConfigError } from '../../config/problem';
import { TokenBook } from './token-book';

const [ALICE, NEW, BOB] = ['alice-token-0123456', 'alice-token-6543210', 'bob-token-012345678'];
let dir: string;
let now: number;
let logged: string[];
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'tokens-'));
  now = 0;
  logged = [];
});
afterEach(() => rmSync(dir, { recursive: true }));

const file = (text: string, name = 'alice') => {
  const at = path.join(dir, name);
  writeFileSync(at, text);
  return at;
};
const inFile = (text: string, more: Partial<ApiToken> = {}): ApiToken => {
  const name = more.name ?? 'alice';
  return { role: 'editor', token: null, ...more, name, file: file(text, name) };
};
const bob: ApiToken = { name: 'bob', role: 'viewer', token: BOB, file: null };
const log = {
  info: (text: string) => void logged.push(`info ${text.replaceAll(`${dir}/`, '')}`),
  error: (text: string) => void logged.push(`error ${text.replaceAll(`${dir}/`, '')}`),
};
const open = (...tokens: ApiToken[]) => TokenBook.open(tokens, log as never, () => now);
const refusal = (...tokens: ApiToken[]) => {
  try {
    open(...tokens);
  } catch (err) {
    expect(err).toBeInstanceOf(ConfigError);
    return (err as Error).message.replaceAll(`${dir}/`, '');
  }
  return 'taken';
};

it('tells who sent a token', () => {
  const book = open(inFile(`${ALICE}\n`), bob);
  expect([ALICE, BOB, NEW, '', `${ALICE} `, ALICE.slice(1)].map((token) => book.callerOf(token))).toEqual([
    { name: 'alice', role: 'editor' },
    { name: 'bob', role: 'viewer' },
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect([book.isEmpty, TokenBook.none.isEmpty]).toEqual([false, true]);
});

it('knows exporters by the name of their token, whose tokens may be short', () => {
  const book = open(inFile('short\n', { name: 'exporter', role: 'viewer' }));
  expect(book.callerOf('short')).toEqual({ name: 'exporter', role: 'viewer', exporter: true });
});

it('takes every line of a file', () => {
  const book = open(inFile(`\r\n${ALICE}\r\n\n  ${NEW}\n`));
  expect([ALICE, NEW].map((token) => book.callerOf(token)?.name)).toEqual(['alice', 'alice']);
});

it.each([
  ['', 'alice: the token file of alice is empty; it must hold a token a line'],
  [
    `${ALICE}\nshort\n`,
    'alice: the token file of alice line 2 holds no token; it must have 16 characters at least, of A-Z a-z 0-9 - . _ ~ + /',
  ],
])('refuses a file that holds %j', (text, message) => {
  expect(refusal(inFile(text))).toBe(message);
});

it('refuses files that are not there, and tokens that two have, all at once and without showing them', () => {
  const told = refusal({ ...inFile(''), file: path.join(dir, 'none') }, bob, inFile(BOB, { name: 'carol' })).split(
    '\n'
  );
  expect(told).toEqual([
    'none: the token file of alice cannot be read (ENOENT); it must hold a token a line',
    'discovery.tokens: the token of bob stands elsewhere too, so that nobody can tell who calls; each needs its own',
    'carol: the token of carol stands elsewhere too, so that nobody can tell who calls; each needs its own',
  ]);
});

it('follows its files, at most once a second', () => {
  const book = open(inFile(ALICE), bob);
  file(`${NEW}\n${ALICE}\n`);
  now = 999;
  expect(book.callerOf(NEW)).toBeUndefined();
  now = 1000;
  expect([ALICE, NEW].map((token) => book.callerOf(token)?.name)).toEqual(['alice', 'alice']);
  file(NEW);
  now = 2000;
  expect([ALICE, NEW].map((token) => book.callerOf(token)?.name)).toEqual([undefined, 'alice']);
  expect(logged).toEqual([
    'info alice: tokens of alice read again, 2 valid',
    'info alice: tokens of alice read again, 1 valid',
  ]);
});

it.each([
  ['', 'is empty; it must hold a token a line'],
  ['half\n', 'line 1 holds no token; it must have 16 characters at least, of A-Z a-z 0-9 - . _ ~ + /'],
  [`${BOB}\n`, 'holds a token that stands elsewhere too'],
])('goes on with what was valid when a file becomes %j, and says so once', (text, why) => {
  const book = open(inFile(ALICE), bob);
  file(text);
  for (now = 1000; now < 5000; now += 1000) {
    expect([ALICE, BOB].map((token) => book.callerOf(token)?.name)).toEqual(['alice', 'bob']);
  }
  expect(logged).toEqual([`error alice: ${why}; the tokens of alice that were valid stay so`]);
});

it('goes on when a file is gone, and takes the one that comes', () => {
  const book = open(inFile(ALICE));
  rmSync(path.join(dir, 'alice'));
  now = 1000;
  expect(book.callerOf(ALICE)?.name).toBe('alice');
  file(NEW);
  now = 2000;
  expect([ALICE, NEW].map((token) => book.callerOf(token)?.name)).toEqual([undefined, 'alice']);
});
