import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import path from 'node:path';
import { run } from './run.mjs';
import { ROOT } from './packages.mjs';
import { step } from './terminal.mjs';

/** What is built, from what: rebuilt only when the content of an input changed. */
const TARGETS = [
  {
    name: 'Exporter and sidecar',
    stamp: 'exporter/dist/.inputs',
    inputs: [
      'exporter/src',
      'exporter/tsconfig.json',
      'exporter/tsconfig.build.json',
      'tsconfig.base.json',
      'package-lock.json',
    ],
    work: buildExporter,
  },
  {
    name: 'Grafana plugin',
    stamp: 'grafana-plugin/dist/.inputs',
    inputs: [
      'grafana-plugin/src',
      'grafana-plugin/.config',
      'grafana-plugin/package.json',
      'grafana-plugin/tsconfig.json',
      'package-lock.json',
    ],
    work: () =>
      run('npm', ['run', 'build', '-w', 'grafana-plugin'], { cwd: ROOT, name: 'the build of the Grafana plugin' }),
  },
];

async function buildExporter() {
  const dist = path.join(ROOT, 'exporter/dist');
  rmSync(dist, { recursive: true, force: true });
  await run(process.execPath, [path.join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: path.join(ROOT, 'exporter'),
    name: 'the TypeScript compiler',
  });
  copyData(path.join(ROOT, 'exporter/src'), dist);
  for (const program of ['exporter', 'discovery', 'ispmon']) {
    const file = path.join(dist, 'bin', `${program}.js`);
    if (existsSync(file)) {
      chmodSync(file, 0o755);
    }
  }
}

/** SQL and YAML files live beside the code that reads them. */
function copyData(from, to) {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      copyData(path.join(from, entry.name), path.join(to, entry.name));
    } else if (/\.(sql|ya?ml)$/.test(entry.name)) {
      mkdirSync(to, { recursive: true });
      cpSync(path.join(from, entry.name), path.join(to, entry.name));
    }
  }
}

function hashOf(inputs) {
  const hash = createHash('sha256');
  const add = (file) => {
    if (!existsSync(file)) {
      return;
    }
    if (statSync(file).isDirectory()) {
      readdirSync(file)
        .sort()
        .forEach((name) => add(path.join(file, name)));
    } else if (!/\.test\.tsx?$/.test(file)) {
      hash.update(path.relative(ROOT, file)).update('\0').update(readFileSync(file)).update('\0');
    }
  };
  inputs.forEach((input) => add(path.join(ROOT, input)));
  return hash.digest('hex');
}

/** Builds what is out of date. */
export async function ensureBuilt({ force = false } = {}) {
  for (const target of TARGETS) {
    const stamp = path.join(ROOT, target.stamp);
    const hash = hashOf(target.inputs);
    if (!force && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) {
      continue;
    }
    await step(`Build: ${target.name}`, target.work);
    writeFileSync(stamp, hash);
  }
}
