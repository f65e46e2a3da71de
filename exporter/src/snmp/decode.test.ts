import { isException, varbindOf } from './decode';

const octets = (hex: string) => Buffer.from(hex, 'hex');

test.each([
  ['a float', '9f78044121999a', 0x9f78, 10.100000381469727],
  ['a double', '9f79084024333333333333', 0x9f79, 10.1],
  ['not a number is one too', '9f78047fc00000', 0x9f78, Number.NaN],
  ['another content', '9f7a04000000ff', 0x44, octets('9f7a04000000ff')],
  ['a float that is cut short', '9f780441', 0x44, octets('9f780441')],
  ['a float that says another length', '9f78034121999a', 0x44, octets('9f78034121999a')],
  ['nothing', '', 0x44, octets('')],
])('Opaque: %s', (_name, hex, type, value) => {
  expect(varbindOf({ oid: '1.3.1', type: 0x44, value: octets(hex) })).toEqual({ oid: '1.3.1', type, value });
});

test('the octets of an OCTET STRING are never read as a float', () => {
  const value = octets('9f78044121999a');
  expect(varbindOf({ oid: '1.3.1', type: 4, value })).toEqual({ oid: '1.3.1', type: 4, value });
});

test.each([
  [0x80, true],
  [0x81, true],
  [0x82, true],
  [0x05, false],
  [0x46, false],
])('type %i is an exception: %s', (type, exception) => {
  const raw = { oid: '1.3.1', type, value: null };
  expect(isException(raw)).toBe(exception);
  expect(varbindOf(raw)).toBeUndefined();
});

test.each([
  ['an OID', 6, '1.3.6.1', '1.3.6.1'],
  ['an OID without content, as net-snmp reads it', 6, '0.NaN', undefined],
  ['an address', 0x40, '10.0.0.1', '10.0.0.1'],
  ['a BIT STRING, which SNMP does not have', 3, '0101', undefined],
  ['an INTEGER', 2, -5, -5],
  ['an INTEGER above 32 bits', 2, 2 ** 32, undefined],
  ['a Counter64', 0x46, octets('0100000000'), 2 ** 32],
  ['a Counter64 without content', 0x46, octets(''), undefined],
  ['a Counter64 above 64 bits', 0x46, octets('01ffffffffffffffff'), undefined],
])('%s', (_name, type, value, expected) => {
  expect(varbindOf({ oid: '1.3.1', type, value })?.value).toEqual(expected);
});
