import type { Family } from './families';
import { VALUE_WIDTH } from './number-slot';

/** Label values by label name; absent is not the same as empty and is refused. */
export type Labels = Readonly<Record<string, string>>;

/** Digits of a Unix time in ms until the year 2286. */
export const TIMESTAMP_WIDTH = 13;

export const IDENTITY_LABELS = ['device_id', 'device_ip', 'device_name'] as const;

const isIdentity = (name: string) => (IDENTITY_LABELS as readonly string[]).includes(name);

/** Counters of the SNMP poll carry its time; what this process counts or knows now carries none. */
export function isTimestamped(family: Family): boolean {
  return family.type === 'counter' && family.part !== 'ping';
}

/** What follows the labels on a line: a blank value slot, a blank timestamp slot where the family has one, newline. */
export function lineTail(timestamped: boolean): string {
  return ` ${' '.repeat(VALUE_WIDTH)}${timestamped ? ` ${' '.repeat(TIMESTAMP_WIDTH)}` : ''}\n`;
}

/** Distance from the end of a line to the end of its value slot. */
export function valueEnd(timestamped: boolean): number {
  return timestamped ? TIMESTAMP_WIDTH + 2 : 1;
}

/** True for a time in ms that fits the timestamp slot. */
export function isTimestamp(ms: number): boolean {
  return ms >= 0 && ms < 10 ** TIMESTAMP_WIDTH;
}

/** `# HELP` and `# TYPE` of a family (text format 0.0.4). */
export function header(family: Pick<Family, 'name' | 'help' | 'type'>): string {
  const help = family.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `# HELP ${family.name} ${help}\n# TYPE ${family.name} ${family.type}\n`;
}

/**
 * The labels of a line in braces: identity first, then the family's own, in their order. Throws when one is missing
 * or does not belong to the family, naming it.
 */
export function renderLabels(family: Family, labels: Labels): string {
  let text = '';
  const own = family.open ? Object.keys(labels).filter((name) => !isIdentity(name)) : family.labels;
  const names: readonly string[] = family.noDevice ? own : [...IDENTITY_LABELS, ...own];
  for (const name of names) {
    const value = labels[name];
    if (value === undefined) {
      throw new Error(`series of ${family.name} for device ${labels['device_id'] ?? '?'}: label ${name} is missing`);
    }
    text += `${text === '' ? '{' : ','}${name}="${escapeLabelValue(value)}"`;
  }
  if (Object.keys(labels).length !== names.length) {
    const foreign = Object.keys(labels).filter((name) => !names.includes(name));
    throw new Error(
      `series of ${family.name} for device ${labels['device_id'] ?? '?'}: it has no label ${foreign.join(', ')}; its labels are ${names.join(', ')}`
    );
  }
  return `${text}}`;
}

/** Backslash, quote and line feed as the text format wants them; lone surrogates become U+FFFD, so that it stays UTF-8. */
export function escapeLabelValue(value: string): string {
  const escaped = /[\\"\n]/.test(value)
    ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    : value;
  return /[\ud800-\udfff]/.test(escaped) ? Buffer.from(escaped).toString() : escaped;
}
