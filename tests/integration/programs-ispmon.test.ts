import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execFile } from 'node:child_process';

const ISPMON = path.resolve(__dirname, '../../exporter/dist/bin/ispmon.js');
const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [ISPMON, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
};

it('refuses wrong words with exit code 2', () => {
  expect(run('bogus')).toMatchObject({ status: 2, stderr: expect.stringContaining('there is no command bogus') });
  expect(run()).toMatchObject({ status: 2, stderr: expect.stringContaining('a command is missing') });
  expect(run('--nonsense')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("Unknown option '--nonsense'"),
  });
});

it('checks a configuration', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'ispmon-'));
  const file = path.join(dir, 'isp-monitor.yml');
  writeFileSync(file, 'devices: [{ name: a, address: 10.0.0.1 }]\n');
  expect(run('--check-config', '--config.file', file)).toMatchObject({
    status: 0,
    stdout: `${file}: 1 devices, no problem found\n`,
  });
  writeFileSync(file, 'devices: [{ name: a, address: 999.1.1.1 }]\n');
  expect(run('--check-config', '--config.file', file)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(`${file}:1: devices[0].address`),
  });
  rmSync(dir, { recursive: true });
});

it('checks modules, against those that are shipped', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'ispmon-'));
  const file = path.join(dir, 'acme.yml');
  const module = (name: string) =>
    `modules: { ${name}: { walk: [1.3.1], metrics: [{ name: snmp_a, oid: 1.3.1, type: gauge, help: A 1.3.1 }] } }`;
  writeFileSync(file, module('acme'));
  expect(run('modules', 'check', file)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('1 files, 0 errors'),
  });
  writeFileSync(file, module('bgp4'));
  expect(run('modules', 'check', file)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(
      /module "bgp4" stands in \S+\/exporter\/modules\/bgp4\.yml:3 too; rename or remove one/
    ),
  });
  rmSync(dir, { recursive: true });
});

it('lists what is not up and ends with 1, and says who does not answer', async () => {
  const body = {
    devices: [
      { name: 'good', state: 'up', since: 0, hint: null, snmp: { reason: 'ok' } },
      { name: 'bad', state: 'down', since: 1_700_000_000, hint: 'no echo', snmp: { reason: 'timeout' } },
    ],
  };
  const server = http.createServer((_, res) => res.end(JSON.stringify(body)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asked = () =>
    new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) =>
      execFile(process.execPath, [ISPMON, 'status', '--exporter', url], (err, stdout, stderr) =>
        resolve({ code: err?.code ?? 0, stdout, stderr })
      )
    );
  expect(await asked()).toEqual({
    code: 1,
    stdout: 'bad  down  since 2023-11-14T22:13:20.000Z  timeout  no echo\n1 of 2 devices up or disabled\n',
    stderr: '',
  });
  await new Promise((resolve) => server.close(resolve));
  expect(await asked()).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^asking the exporter on http:\S+: connect ECONNREFUSED/),
  });
});
