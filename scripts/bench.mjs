// npm run bench: every benchmark against its peer, ratios only. `npm run bench -- poll ping` runs those.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt } from './setup/build.mjs';
import { ensurePackages, requireNode, ROOT } from './setup/packages.mjs';
import { ensureSystemParts, searchPath } from './setup/system-parts.mjs';
import { fail, UserError } from './setup/terminal.mjs';

const FOLDER = path.join(ROOT, 'tests/bench');

function run(name) {
  return new Promise((resolve, reject) => {
    const script = path.join(FOLDER, name, 'bench.ts');
    const env = { ...process.env, PATH: searchPath().join(path.delimiter) };
    const child = spawn(process.execPath, ['--import', 'tsx', script], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code));
  });
}

async function main(wanted) {
  requireNode();
  await ensurePackages();
  const known = readdirSync(FOLDER).filter((name) => existsSync(path.join(FOLDER, name, 'bench.ts')));
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw Object.assign(new UserError(`There is no benchmark ${unknown.join(', ')}; there are ${known.join(', ')}.`), {
      exitCode: 2,
    });
  }
  await ensureSystemParts('bench');
  await ensureBuilt();
  const missed = [];
  for (const name of wanted.length > 0 ? wanted : known) {
    console.log(`\n── ${name}`);
    if ((await run(name)) !== 0) {
      missed.push(name);
    }
  }
  console.log(missed.length > 0 ? `\nGoals missed: ${missed.join(', ')}` : '\nEvery goal met.');
  process.exitCode = missed.length > 0 ? 1 : 0;
}

main(process.argv.slice(2)).catch(fail);
