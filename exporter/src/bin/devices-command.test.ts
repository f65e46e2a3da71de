import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ApiError } from './api-client';
import { UsageError } from './command-line';
import { DEVICES_USAGE, devicesCommand } from './devices-command';

const directory = mkdtempSync(path.join(tmpdir(), 'devices-command-'));
afterAll(() => rmSync(directory, { recursive: true }));
const table = path.join(directory, 'table.csv');
writeFileSync(table, 'name,ip\na,192.0.2.1\n');

let server: Server | undefined;
afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});
const sidecar = async (answer: RequestListener): Promise<string[]> => {
  server = createServer((req, res) => {
    req.resume().on('end', () => answer(req, res));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return ['--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
};

it.each([
  [[], 'devices needs a command'],
  [['list'], 'devices has no command list'],
  [['import'], 'devices import needs one file, or - for standard input; found none'],
  [['import', 'a', 'b'], 'devices import needs one file, or - for standard input; found a b'],
  [['import', 'a', '--bom'], '--bom is not for import'],
  [['import', 'a', '--format', 'xlsx'], '--format xlsx: it must be csv, json, netbox'],
  [['import', 'a', '--mode', 'some'], '--mode some: it must be all-or-nothing, good-rows'],
  [['export', '--dry-run'], '--dry-run is not for export'],
  [['export', '--filter', 'HQ'], '--filter HQ: it must be like site=HQ'],
  [['export', 'x'], 'devices export takes no names, found x'],
])('refuses the words %j', async (args, message) => {
  const err = await devicesCommand(args, {}).catch((e: unknown) => e);
  expect(err).toBeInstanceOf(UsageError);
  expect((err as Error).message).toBe(`${message}\n\n${DEVICES_USAGE}`);
});

it('refuses a file that it cannot read', async () => {
  await expect(devicesCommand(['import', '/nowhere.csv'], {})).rejects.toThrow(
    new UsageError('/nowhere.csv cannot be read (ENOENT); name a file, or - for standard input')
  );
});

it('asks where the configuration says that the sidecar listens', async () => {
  const url = await sidecar((req, res) => res.end(`${req.method} ${req.url}`));
  const port = url[1]!.split(':').at(-1);
  const config = path.join(directory, 'isp-monitor.yml');
  writeFileSync(config, `discovery: { listen: "0.0.0.0:${port}" }\n`);
  const output = path.join(directory, 'out.csv');
  const args = [
    'export',
    '--config.file',
    config,
    '--output',
    output,
    '--bom',
    '--filter',
    'site=a=b',
    '--filter',
    'q=x',
  ];
  expect(await devicesCommand(args, {})).toBe(0);
  expect(readFileSync(output, 'utf8')).toBe('GET /api/v1/devices/export?site=a%3Db&q=x&bom=true');
});

it('keeps nothing of an export that breaks off, and none where it cannot write', async () => {
  const url = await sidecar((_req, res) => {
    res.write('id,name\n');
    setImmediate(() => res.destroy());
  });
  const output = path.join(directory, 'broken.csv');
  await expect(devicesCommand(['export', ...url, '--output', output], {})).rejects.toThrow(
    new ApiError('GET /api/v1/devices/export: the answer broke off; nothing was kept')
  );
  expect([existsSync(output), existsSync(`${output}.part`)]).toEqual([false, false]);
  await expect(devicesCommand(['export', ...url, '--output', '/nowhere/all.csv'], {})).rejects.toMatchObject({
    message: "writing /nowhere/all.csv: ENOENT: no such file or directory, open '/nowhere/all.csv.part'",
    exitCode: 1,
  });
});

it.each<[string, RequestListener, string]>([
  [
    'breaks off',
    (_req, res) => {
      res.write('{"progress":{"phase":"reading","done":1,"total":2}}\n');
      setImmediate(() => res.destroy());
    },
    'POST /api/v1/devices/import: the answer broke off; --dry-run tells what is still to be written',
  ],
  [
    'ends too early',
    (_req, res) => res.end('{"progress":{"phase":"reading","done":1,"total":2}}\n'),
    'POST /api/v1/devices/import: the answer ended too early; the log of the sidecar says why',
  ],
])('says so when the answer to an import %s', async (_, answer, message) => {
  const url = await sidecar(answer);
  await expect(devicesCommand(['import', table, ...url], {})).rejects.toThrow(new ApiError(message));
});
