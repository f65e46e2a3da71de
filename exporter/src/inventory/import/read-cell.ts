import ipaddr from 'ipaddr.js';
import { parseHostPort } from '../../config/address';
import { ADDRESS_RULE } from '../../config/schema';
import { DEVICE_TIERS, type DeviceTier } from '../../model/device';

/** What a cell says, or the rule that it breaks. */
export type Read<T> = { value: T } | { rule: string };

const LONGEST_NOTES = 4000;
const MOST_TAGS = 32;
const LONGEST_TAG = 64;

const CONTROL = /[\p{Cc}\p{Surrogate}]/u;
/** Lines and tabs are welcome in notes. */
const CONTROL_IN_NOTES = /(?![\n\r\t])[\p{Cc}\p{Surrogate}]/u;

export const readLine =
  (longest: number) =>
  (text: string): Read<string> =>
    CONTROL.test(text)
      ? { rule: 'it must be one line without control characters' }
      : text.length > longest
        ? { rule: `it must have ${longest} characters at most` }
        : { value: text };

export function readNotes(text: string): Read<string> {
  return CONTROL_IN_NOTES.test(text)
    ? { rule: 'it must hold no control characters but ends of lines and tabs' }
    : text.length > LONGEST_NOTES
      ? { rule: `it must have ${LONGEST_NOTES} characters at most` }
      : { value: text };
}

export interface AddressCell {
  host: string;
  /** Undefined when the cell has none. */
  port: number | undefined;
}

export function readAddress(text: string): Read<AddressCell> {
  // A port that nobody may have tells whether there is one.
  const at = parseHostPort(text, 65_535);
  if (!at) {
    return { rule: ADDRESS_RULE };
  }
  const port = at.host === text || text === `[${at.host}]` ? undefined : at.port;
  return { value: { host: canonicalHost(at.host), port } };
}

/** IPv6 as RFC 5952 writes it; anything else as it stands. */
const canonicalHost = (host: string): string =>
  ipaddr.IPv6.isValid(host) && !host.includes('%') ? ipaddr.IPv6.parse(host).toRFC5952String() : host;

/** The same for addresses that reach the same agent, however they are written. */
export const addressKey = (host: string, port: number): string =>
  `${canonicalHost(host).toLowerCase().replace(/\.$/, '')} ${port}`;

export function readPort(text: string): Read<number> {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  return port >= 1 && port <= 65_535 ? { value: port } : { rule: 'it must be a UDP port from 1 to 65535' };
}

export function readDegrees(text: string, most: 90 | 180, decimalComma: boolean): Read<number> {
  const plain = decimalComma ? text.replace(',', '.') : text;
  const degrees = /^[+-]?\d{1,3}(\.\d+)?$/.test(plain) ? Number(plain) : NaN;
  return Math.abs(degrees) <= most
    ? { value: degrees }
    : { rule: `it must be degrees from -${most} to ${most}, such as 41.7151` };
}

const WORDS = new Map<string, boolean>([
  ...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', '0'].map((word) => [word, false] as const),
]);

export function readFlag(text: string): Read<boolean> {
  const value = WORDS.get(text.toLowerCase());
  return value === undefined ? { rule: 'it must be true or false' } : { value };
}

export function readTier(text: string): Read<DeviceTier> {
  const value = DEVICE_TIERS.find((tier) => tier === text.toLowerCase());
  return value === undefined ? { rule: `it must be one of ${DEVICE_TIERS.join(', ')}` } : { value };
}

/** `a; b | c`; a backslash keeps a separator inside a tag. */
export function readTags(text: string): Read<string[]> {
  const parts = text.match(/(?:\\.|[^;|])+/gsu) ?? [];
  const tags = [...new Set(parts.map((tag) => tag.replace(/\\([\\;|])/g, '$1').trim()).filter((tag) => tag !== ''))];
  return tags.length > MOST_TAGS || tags.some((tag) => tag.length > LONGEST_TAG || CONTROL.test(tag))
    ? { rule: `it must be ${MOST_TAGS} tags of ${LONGEST_TAG} characters at most, with ; between them` }
    : { value: tags };
}
