// node dashboards/src/generate.mjs: writes dashboards/*.json. A test holds the files to this source.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { device } from './device.mjs';
import { fleet } from './fleet.mjs';

const target = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
// --stdout prints everything instead, for the test.
if (process.argv.includes('--stdout')) {
  console.log(JSON.stringify({ fleet, device }));
} else {
  for (const [name, dashboard] of Object.entries({ fleet, device })) {
    writeFileSync(path.join(target, `${name}.json`), `${JSON.stringify(dashboard, null, 2)}\n`);
  }
}
