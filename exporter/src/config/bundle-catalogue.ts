import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseBundle, type Bundle } from './bundle';

/** Beside the programs, in the sources as in a build. */
const DIRECTORY = path.join(__dirname, '../../bundles');

const read = new Map<string, Bundle>();

/** Names of the bundles that ship. */
export const shippedBundleNames = (): string[] =>
  readdirSync(DIRECTORY)
    .filter((file) => file.endsWith('.json'))
    .map((file) => path.parse(file).name)
    .sort();

/** A bundle that ships; undefined when none is called so. */
export function shippedBundle(name: string): Bundle | undefined {
  if (!shippedBundleNames().includes(name)) {
    return undefined;
  }
  const bundle = read.get(name) ?? parseBundle(JSON.parse(readFileSync(path.join(DIRECTORY, `${name}.json`), 'utf8')));
  read.set(name, bundle);
  return bundle;
}
