import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

export const ROOT = path.join(__dirname, '../../..');
export const inRepository = (name: string) => path.join(ROOT, name);
export const text = (name: string) => readFileSync(inRepository(name), 'utf8');
export const yaml = (name: string) => parse(text(name), { merge: true });

/** The flags of a program that every way of starting it shares; comments and blank lines left out. */
export const flags = (part: string) =>
  text(`provisioning/${part}/${part}.flags`)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

const PROGRAMS = [
  'victoria-metrics',
  'vmagent',
  'vmalert',
  'prometheus',
  'promtool',
  'prometheus-alertmanager',
  'amtool',
];
const missing = PROGRAMS.filter(
  (name) => !(process.env.PATH ?? '').split(':').some((folder) => existsSync(path.join(folder, name)))
);

/** Tests that run the real programs; skipped, naming what is missing, where they are not installed. */
export const describeWithPrograms = missing.length === 0 ? describe : describe.skip;
if (missing.length > 0) {
  process.emitWarning(`Not installed, so tests with the real programs are skipped: ${missing.join(', ')}`);
}

export interface Rule {
  alert?: string;
  record?: string;
  expr: string;
  for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}
export interface RuleGroup {
  name: string;
  interval: string;
  rules: Rule[];
}
