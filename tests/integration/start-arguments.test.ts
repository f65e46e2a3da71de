import { spawnSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const start = (...args: string[]) => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/start.mjs', '--no-open', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status, line: stderr.split('\n')[0] };
};

test.each([
  [
    'a bundle of real devices',
    ['--bundle', 'lab_eve'],
    `--bundle lab_eve: lab-isp-magti is no simulated device (172.31.99.11); start with a --config that says "bundle: ${ROOT}/exporter/bundles/lab_eve.json" and how to ask its devices (docs/bundles.md)`,
  ],
  ['no bundle', ['--bundle', 'demo_big'], '--bundle demo_big: it must be demo_small, demo_mid or a file'],
  [
    'a bundle and a configuration',
    ['--bundle', 'demo_small', '--config', 'x.yml'],
    '--config and --bundle exclude each other: the first is your network, the second a simulated one',
  ],
])('npm start refuses %s', (_what, args, line) => {
  expect(start(...args)).toEqual({ status: 2, line: expect.stringContaining(line) as unknown });
});
