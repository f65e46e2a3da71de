import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EchoOutcome } from './driver';
import { FpingDriver } from './fping';

const PLAN = { count: 2, gapMs: 50, timeoutMs: 200 };
let folder: string;
let drivers: FpingDriver[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fping-'));
  drivers = [];
});
afterEach(async () => {
  await Promise.all(drivers.map((driver) => driver.close()));
  rmSync(folder, { recursive: true });
});

/** A program in the place of fping: `answer` is shell that gets each address as $a. */
function program(answer: string, before = ''): string {
  const file = path.join(folder, 'fping');
  writeFileSync(
    file,
    `#!/bin/sh\nif [ "$1" = -v ]; then echo "${file}: Version 9.9"; exit 0; fi\n${before}\nwhile read a; do\n${answer}\ndone\n`
  );
  chmodSync(file, 0o755);
  return file;
}

async function open(file: string): Promise<FpingDriver> {
  const driver = await FpingDriver.open(file);
  drivers.push(driver);
  return driver;
}

async function round(driver: FpingDriver, addresses: string[]): Promise<EchoOutcome[]> {
  const outcomes: EchoOutcome[] = [];
  await driver.round(addresses, PLAN, (index, outcome) => {
    expect(outcomes[index]).toBeUndefined();
    outcomes[index] = outcome;
  });
  return outcomes;
}

it('reports each address once, also one that two devices share', async () => {
  const driver = await open(program('echo "$a : 1.5 -" >&2'));
  expect(driver.description).toBe(`fping 9.9 (${path.join(folder, 'fping')})`);
  expect(await round(driver, ['10.0.0.1', '10.0.0.2', '10.0.0.1'])).toEqual([
    { sent: 2, rttsMs: [1.5] },
    { sent: 2, rttsMs: [1.5] },
    { sent: 2, rttsMs: [1.5] },
  ]);
});

it('asks for nothing that is no address: a name or an option never gets to the program', async () => {
  const driver = await open(program(`echo "$a" >> ${folder}/asked; echo "$a : 1 1" >&2`));
  const outcomes = await round(driver, ['-R', 'branch.example', '10.0.0.1']);
  expect(outcomes.map(({ error }) => error)).toEqual([
    'cannot ping "-R": it is no IPv4 or IPv6 address',
    'cannot ping "branch.example": it is no IPv4 or IPv6 address',
    undefined,
  ]);
  expect(await round(driver, ['x'])).toHaveLength(1);
  expect(readFileSync(path.join(folder, 'asked'), 'utf8')).toBe('127.0.0.1\n10.0.0.1\n');
});

it('tells what the program said when a result is missing', async () => {
  const driver = await open(program('[ $a = 127.0.0.1 ] && echo "$a : 1" >&2 || echo "fping: out of luck" >&2'));
  expect(await round(driver, ['10.0.0.1'])).toEqual([
    {
      sent: 0,
      rttsMs: [],
      error: `ping 10.0.0.1 with ${driver.description}: no result for it; it said: fping: out of luck`,
    },
  ]);
});

it('refuses a program that gets no answer from the loopback address', async () => {
  const file = program('echo "$a : -" >&2');
  await expect(FpingDriver.open(file)).rejects.toThrow(
    `fping 9.9 (${file}) gets no answer from 127.0.0.1, as fping without privileges does (it then reports every host ` +
      `as lost); run \`setcap cap_net_raw+ep $(command -v ${file})\``
  );
});

it.each<[string, () => string, RegExp]>([
  [
    'is missing',
    () => '/nonexistent/fping',
    /^fping not found as "\/nonexistent\/fping"; run `apt-get install fping` or give its path$/,
  ],
  [
    'may not be run',
    () => {
      const file = path.join(folder, 'plain');
      writeFileSync(file, '');
      return file;
    },
    /^start fping as ".*plain": EACCES; it must be a program this user may run$/,
  ],
])('says so in one line when the program %s', async (_name, file, message) => {
  await expect(FpingDriver.open(file())).rejects.toThrow(message);
});

it('ends its processes when it is closed, and their rounds with them', async () => {
  const driver = await open(program('[ $a = 127.0.0.1 ] && echo "$a : 1" >&2 || exec sleep 600'));
  const running = round(driver, ['10.0.0.1']);
  const rejected = expect(running).rejects.toThrow('round of echoes ended early: the fping driver was closed');
  await driver.close();
  await rejected;
  await expect(round(driver, ['10.0.0.1'])).rejects.toThrow('ping 1 addresses: the fping driver is closed');
});
