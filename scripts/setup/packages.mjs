import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';
import { step, UserError } from './terminal.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const STAMP = path.join(ROOT, 'node_modules', '.lock-hash');

export function requireNode() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) {
    throw new UserError(`Node ${process.versions.node} is too old: Node 20 or newer is needed.`);
  }
}

/** `npm ci` where node_modules is missing or belongs to another lock file. */
export async function ensurePackages() {
  const hash = createHash('sha256')
    .update(readFileSync(path.join(ROOT, 'package-lock.json')))
    .digest('hex');
  const current = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : undefined;
  if (current === hash) {
    return;
  }
  const installed = existsSync(path.join(ROOT, 'node_modules', '.package-lock.json'));
  if (current === undefined && installed) {
    // Somebody ran `npm ci` or `npm install` by hand: theirs is as good as ours.
    writeFileSync(STAMP, hash);
    return;
  }
  await step('npm packages', () => run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: ROOT, name: 'npm ci' }));
  writeFileSync(STAMP, hash);
}
