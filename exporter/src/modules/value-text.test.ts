import { OPAQUE_DOUBLE, OPAQUE_FLOAT } from '../snmp/decode';
import { counter64 } from '../snmp/number';
import type { Varbind } from '../snmp/session';
import { dateAndTime, ntpTime } from './date-and-time';
import { hintedText } from './display-hint';
import { COUNTERS, DATES, HINTS, INDEXES, NTP_TIMES, OCTETS, UTF8 } from './facts.fixture';
import { indexText } from './index-text';
import type { TextType, ValueType } from './snmp-module';
import { repairedText } from './utf8-repair';
import { decimal, valueInteger, valueNumber, valueText } from './value-text';

const octets = (hex: string) => Buffer.from(hex, 'hex');
const varbind = (type: number, value: Varbind['value']): Varbind => ({ oid: '1.3.1', type, value });

test.each(UTF8)('octets %s as UTF-8', (hex, text) => {
  expect(repairedText(octets(hex))).toBe(text);
});

test.each([
  ['e28261', '\ufffda'],
  ['f5808080', '\ufffd'],
  ['61ff62fe63', 'a\ufffdb\ufffdc'],
  ['efbbbf61', '\ufeffa'],
  ['f09f98', '\ufffd'],
])('octets %s as UTF-8, cut short or out of range', (hex, text) => {
  expect(repairedText(octets(hex))).toBe(text);
});

test.each(INDEXES)('index $row as $type', ({ type, row, text, used, fixedSize = 0, implied = false, enumValues }) => {
  const shape = { type: type as TextType, fixedSize, implied, enumValues: new Map(enumValues) };
  expect(indexText(shape, row, 0)).toEqual({ text, used });
  const rest = [9, 9, 9, ...row];
  expect(indexText(shape, rest, 3)).toEqual({ text, used });
});

test('a length that no OID can hold takes what is there', () => {
  const shape = { type: 'DisplayString', fixedSize: 0, implied: false, enumValues: new Map() } as const;
  expect(indexText(shape, [4294967295, 97, 98], 0)).toEqual({ text: 'ab', used: [4294967295, 97, 98] });
});

test.each(HINTS)('hint %s on octets %s', (hint, hex, text) => {
  expect(hintedText(hint, octets(hex))).toBe(text);
});

test.each([
  ['a part that is never reached may be broken', '1d.2q', '07', '7'],
  ['a broken part that is reached', '1d.2q', '0708', undefined],
  ['a count is needed', 'd', '07', undefined],
  ['the whole of eight octets', '8d', 'ffffffffffffffff', '18446744073709551615'],
  ['text that is no UTF-8', '1x:4a', '01ff61', '01:\ufffda'],
  ['a group that repeats no time', '*1x:/1d', '0007', '/7'],
  ['an empty hint', '', '07', undefined],
])('hint: %s', (_name, hint, hex, text) => {
  expect(hintedText(hint, octets(hex))).toBe(text);
});

test.each(DATES)('DateAndTime %s', (hex, unix) => {
  expect(dateAndTime(octets(hex))).toBe(unix);
});

test.each([
  ['07e40b14010203002b6400', undefined],
  ['07e40b140102030b2b0100', 1605834124 - 3600],
  ['0001010100000000', -62135596800],
])('DateAndTime %s: zones and years', (hex, unix) => {
  expect(dateAndTime(octets(hex))).toBe(unix);
});

test.each(NTP_TIMES)('NTP time %s', (hex, unix) => {
  expect(ntpTime(octets(hex))).toBe(unix);
});

test.each(COUNTERS)('Counter64 %s', (raw, value) => {
  expect(counter64(octets(raw.toString(16).padStart(16, '0')))).toBe(value);
});

test.each(OCTETS)('octets of type "%s": %s', (type, hex, text) => {
  expect(valueText(varbind(4, octets(hex)), type as ValueType)).toBe(text);
});

test.each<[string, Varbind, ValueType, string, string]>([
  ['an integer', varbind(2, -1), 'gauge', '', '-1'],
  ['an integer whatever the type says', varbind(2, 7), 'PhysAddress48', '', '7'],
  ['a large counter', varbind(0x46, 2 ** 53 - 1), '', '', '9007199254740991'],
  ['a float in its own precision', varbind(OPAQUE_FLOAT, Math.fround(10.1)), '', '', '10.1'],
  ['a float that needs nine digits', varbind(OPAQUE_FLOAT, Math.fround(16777217.5)), '', '', '16777218'],
  ['a double', varbind(OPAQUE_DOUBLE, Math.fround(10.1)), '', '', '10.100000381469727'],
  ['an OID', varbind(6, '1.3.6.1.4.1.9'), '', '', '1.3.6.1.4.1.9'],
  ['an address', varbind(0x40, '192.0.2.1'), 'InetAddressIPv4', '', '192.0.2.1'],
  ['octets with a hint', varbind(4, octets('0a0b')), 'OctetString', '1d.', '10.11'],
  ['octets without type, with a hint', varbind(4, octets('0a0b')), '', '1d.', '10.11'],
  ['a hint counts for OctetString alone', varbind(4, octets('4142')), 'DisplayString', '1d.', 'AB'],
  ['a hint that is broken', varbind(4, octets('4142')), 'OctetString', 'q', '0x4142'],
  ['a type that has no text of its own', varbind(4, octets('4142')), 'DateAndTime', '', '0x4142'],
])('text of %s', (_name, value, type, hint, text) => {
  expect(valueText(value, type, hint)).toBe(text);
});

test.each([
  [1e21, '1000000000000000000000'],
  [-1.5e-7, '-0.00000015'],
  [1.25e25, '12500000000000000000000000'],
  [12345.678, '12345.678'],
  [-0, '-0'],
  [Number.NaN, 'NaN'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
])('%p without exponent', (value, text) => {
  expect(decimal(value)).toBe(text);
});

test.each([
  [varbind(2, -5), -5, -5],
  [varbind(OPAQUE_DOUBLE, 1.5), 1.5, 0],
  [varbind(4, octets('3132')), 0, 0],
  [varbind(0x40, '192.0.2.1'), 0, 0],
])('%p as number and as arc', (value, number, arc) => {
  expect([valueNumber(value), valueInteger(value)]).toEqual([number, arc]);
});
