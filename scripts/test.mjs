// npm test: everything that must hold, from a fresh clone on. `npm test -- exporter integration` runs only these parts.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBuilt } from './setup/build.mjs';
import { ensurePackages, requireNode, ROOT } from './setup/packages.mjs';
import { searchPath, ensureSystemParts } from './setup/system-parts.mjs';
import { fail, seconds, UserError } from './setup/terminal.mjs';

const bin = (name) => path.join(ROOT, 'node_modules', name);
const node = (script, ...args) => [process.execPath, bin(script), ...args];

/** The parts in the order of how soon they fail. Those with `jest` count their tests. */
const PARTS = [
  { name: 'lint', command: node('eslint/bin/eslint.js', '.') },
  { name: 'format', command: node('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.') },
  { name: 'types-exporter', command: node('typescript/bin/tsc', '--noEmit', '-p', 'exporter') },
  { name: 'types-tests', command: node('typescript/bin/tsc', '--noEmit', '-p', '.') },
  { name: 'types-plugin', command: node('typescript/bin/tsc', '--noEmit', '-p', 'grafana-plugin') },
  { name: 'exporter', jest: 'exporter/jest.config.js' },
  { name: 'grafana-plugin', jest: 'grafana-plugin/jest.config.js', cwd: 'grafana-plugin' },
  { name: 'integration', jest: 'tests/jest.config.cjs' },
  { name: 'grafana-host', jest: 'tests/grafana-host/jest.config.cjs' },
  { name: 'e2e', jest: 'tests/e2e/jest.config.cjs' },
];

/** Resolves with the exit code, and with what was said where that was `kept`. */
function run(command, cwd, kept = false) {
  return new Promise((resolve, reject) => {
    // Debian keeps daemons such as snmpd where only root's PATH looks.
    const env = { ...process.env, PATH: searchPath().join(path.delimiter), FORCE_COLOR: process.env.CI ? '0' : '1' };
    const child = spawn(command[0], command.slice(1), {
      cwd: path.join(ROOT, cwd ?? '.'),
      env,
      stdio: ['ignore', ...(kept ? ['pipe', 'pipe'] : ['inherit', 'inherit'])],
    });
    const said = [];
    for (const stream of kept ? [child.stdout, child.stderr] : []) {
      stream.on('data', (chunk) => said.push(chunk));
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, said: Buffer.concat(said) }));
  });
}

/** Checks that only read files need one core each: they run two at a time, and are told of in their order. */
function startChecks(parts) {
  const waiting = [];
  const started = new Map();
  for (const part of parts.filter(({ jest }) => !jest)) {
    started.set(
      part,
      new Promise((resolve, reject) => {
        waiting.push(async () => {
          const start = Date.now();
          await run(part.command, part.cwd, true).then((end) => resolve({ ...end, took: Date.now() - start }), reject);
        });
      })
    );
  }
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await next();
    }
  };
  void Promise.all([work(), work()]);
  return started;
}

async function main(wanted) {
  const unknown = wanted.filter((name) => !PARTS.some((part) => part.name === name));
  if (unknown.length > 0) {
    throw Object.assign(
      new UserError(`There is no part ${unknown.join(', ')}; the parts are ${PARTS.map((p) => p.name).join(', ')}.`),
      { exitCode: 2 }
    );
  }
  requireNode();
  await ensurePackages();
  await ensureSystemParts('test');
  await ensureBuilt();
  const reports = mkdtempSync(path.join(tmpdir(), 'test-report-'));
  const count = { passed: 0, failed: 0, skipped: 0 };
  const failed = [];
  const parts = PARTS.filter((p) => wanted.length === 0 || wanted.includes(p.name));
  const checks = startChecks(parts);
  for (const part of parts) {
    console.log(`\n── ${part.name}`);
    let { code, said, took } = (await checks.get(part)) ?? {};
    if (part.jest) {
      const start = Date.now();
      const report = path.join(reports, `${part.name}.json`);
      const options = ['--maxWorkers=2', '--silent=false', '--json', `--outputFile=${report}`];
      ({ code } = await run(node('jest/bin/jest.js', '-c', path.join(ROOT, part.jest), ...options), part.cwd));
      took = Date.now() - start;
      const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
      count.passed += numPassedTests;
      count.failed += numFailedTests;
      count.skipped += numPendingTests;
    } else {
      process.stdout.write(said);
    }
    if (code !== 0) {
      failed.push(part.name);
    }
    console.log(`${code === 0 ? '✔' : '✖'} ${part.name} (${seconds(took)})`);
  }
  rmSync(reports, { recursive: true });
  if (failed.length > 0) {
    console.log(`\nFailed: ${failed.join(', ')}`);
  }
  console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

main(process.argv.slice(2)).catch(fail);
