import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { parseBundle } from '../../exporter/src/config/bundle';
import { demoBundles } from './demo-bundles';

/** Writes the bundles that ship: `npx tsx tests/simulator/make-bundles.ts`. The same input makes the same files. */
async function main(): Promise<void> {
  for (const bundle of demoBundles()) {
    parseBundle(bundle);
    const file = path.resolve(__dirname, '../../exporter/bundles', `${bundle.name}.json`);
    const style = await resolveConfig(file);
    writeFileSync(file, await format(JSON.stringify(bundle), { ...style, parser: 'json' }));
  }
}

void main();
