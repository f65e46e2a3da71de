import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
export const OUT = path.join(here, 'out');

/** Everything that decides what the bundle holds: our sources, this recipe and the versions of all packages. */
function fingerprint() {
  const hash = createHash('sha256');
  const sources = readdirSync(path.join(here, 'src')).sort();
  const files = [...sources.map((name) => path.join(here, 'src', name)), fileURLToPath(import.meta.url)];
  for (const file of [...files, path.join(root, 'package-lock.json')]) {
    hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/**
 * Builds the host page's bundle into out/, unless the one there was built from the same inputs.
 * @returns {Promise<boolean>} whether it was built
 */
export async function buildHost() {
  const stamp = path.join(OUT, 'inputs.sha256');
  const inputs = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) {
    return false;
  }
  await mkdir(OUT, { recursive: true });
  const runtime = path.join(root, 'node_modules/@grafana/runtime/dist/esm/components');
  await build({
    entryPoints: [path.join(here, 'src/main.tsx')],
    outfile: path.join(OUT, 'host.js'),
    bundle: true,
    format: 'iife',
    jsx: 'automatic',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'error',
    mainFields: ['browser', 'module', 'main'],
    define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
    loader: { '.svg': 'dataurl', '.png': 'dataurl', '.ttf': 'dataurl', '.woff': 'dataurl', '.woff2': 'dataurl' },
    alias: {
      // Grafana sets this through a module that the published package does not export.
      'host-runtime/PluginPage': path.join(runtime, 'PluginPage.mjs'),
    },
  });
  writeFileSync(stamp, inputs);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log((await buildHost()) ? 'host page built' : 'host page is current');
}
