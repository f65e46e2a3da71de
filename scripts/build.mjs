// npm run build: everything that ships, from scratch.
import { ensureBuilt } from './setup/build.mjs';
import { ensurePackages, requireNode } from './setup/packages.mjs';
import { fail } from './setup/terminal.mjs';

try {
  requireNode();
  await ensurePackages();
  await ensureBuilt({ force: true });
} catch (err) {
  fail(err);
}
