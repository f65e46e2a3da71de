import { readdirSync } from 'node:fs';
import path from 'node:path';

/** `exporter/modules`: as far from `src/modules` as from the built `dist/modules`. */
export const SHIPPED_FOLDER = path.join(__dirname, '../../modules');

export const SHIPPED_PROFILES = path.join(SHIPPED_FOLDER, 'profiles.yml');

/** The snmp.yml files that come with the program, in the order of their names. */
export function shippedModuleFiles(): string[] {
  return readdirSync(SHIPPED_FOLDER)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => path.join(SHIPPED_FOLDER, name))
    .filter((file) => file !== SHIPPED_PROFILES)
    .sort();
}
