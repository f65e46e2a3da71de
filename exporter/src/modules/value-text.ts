import { OPAQUE_FLOAT } from '../snmp/decode';
import type { Varbind } from '../snmp/session';
import { hintedText } from './display-hint';
import { indexText, octetsText } from './index-text';
import { TEXT_TYPES, type EnumValues, type TextType, type ValueType } from './snmp-module';
import { repairedText } from './utf8-repair';

const NO_ENUM: EnumValues = new Map();
const textTypes: ReadonlySet<string> = new Set(TEXT_TYPES);

/** How octets of a value of this type are shown: types that say nothing about that are OctetString. */
export function textTypeOf(type: ValueType): TextType {
  return textTypes.has(type) ? (type as TextType) : 'OctetString';
}

/** The value as text of a label. */
export function valueText({ type: tag, value }: Varbind, type: ValueType, displayHint = ''): string {
  if (typeof value === 'number') {
    return tag === OPAQUE_FLOAT ? decimal(shortestSingle(value)) : decimal(value);
  }
  if (typeof value === 'string') {
    return value;
  }
  const hinted =
    displayHint !== '' && (type === '' || type === 'OctetString') ? hintedText(displayHint, value) : undefined;
  return hinted ?? octetText(textTypeOf(type), value);
}

/** All of a string; of an address the octets that it has, missing ones as 0. */
function octetText(type: TextType, octets: Buffer): string {
  return type === 'OctetString' || type === 'DisplayString'
    ? octetsText(type, octets)
    : indexText({ type, fixedSize: 0, implied: false, enumValues: NO_ENUM }, [...octets], 0).text;
}

/** DisplayString without anything else: what filters and dates look at. */
export function plainText(varbind: Varbind): string {
  return Buffer.isBuffer(varbind.value) ? repairedText(varbind.value) : valueText(varbind, 'DisplayString');
}

/** The fewest digits that name the same single-precision number. */
function shortestSingle(value: number): number {
  for (let digits = 1; digits < 9; digits += 1) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) {
      return shorter;
    }
  }
  return value;
}

/** Shortest decimal, never with an exponent. */
export function decimal(value: number): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  }
  const text = Object.is(value, -0) ? '-0' : String(value);
  const [, sign, whole, fraction = '', exponent] = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === undefined) {
    return text;
  }
  const digits = `${whole}${fraction}`;
  const point = whole!.length + Number(exponent);
  return point <= 0
    ? `${sign}0.${'0'.repeat(-point)}${digits}`
    : `${sign}${digits.padEnd(point, '0').slice(0, point)}${point < digits.length ? `.${digits.slice(point)}` : ''}`;
}

/**
 * The value as number. What is no number is 0 as in snmp_exporter: a module says which columns are numbers, and files
 * that people have rely on the samples that it gives.
 */
export function valueNumber({ value }: Varbind): number {
  return typeof value === 'number' ? value : 0;
}

/** The value as an arc of an index. */
export function valueInteger({ type, value }: Varbind): number {
  return typeof value === 'number' && type < OPAQUE_FLOAT ? value : 0;
}
