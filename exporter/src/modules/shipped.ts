import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SnmpYmlFile } from './load';

/** `exporter/modules`: as far from `src/modules` as from the built `dist/modules`. */
export const SHIPPED_FOLDER = path.join(__dirname, '../../modules');

export const SHIPPED_PROFILES = path.join(SHIPPED_FOLDER, 'profiles.yml');

let files: readonly SnmpYmlFile[] | undefined;

/** The snmp.yml files that come with the program, in the order of their names; read once, the same objects each time. */
export function shippedModuleFiles(): readonly SnmpYmlFile[] {
  files ??= readdirSync(SHIPPED_FOLDER)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => path.join(SHIPPED_FOLDER, name))
    .filter((file) => file !== SHIPPED_PROFILES)
    .sort()
    .map((name) => ({ name, text: readFileSync(name, 'utf8') }));
  return files;
}
