import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../setup/packages.mjs';

/** Flags of a program that are the same everywhere: one a line, `#` begins a comment. */
export function readFlags(part) {
  const file = path.join(ROOT, 'provisioning', part, `${part}.flags`);
  if (!existsSync(file)) {
    return [];
  }
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
