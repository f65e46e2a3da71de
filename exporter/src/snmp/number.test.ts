import { counter64, counterFromOctets, counterOf, integerOf } from './number';

describe('Counter64', () => {
  test.each([
    ['00', 0],
    ['ff', 255],
    ['00ffffffff', 2 ** 32 - 1],
    ['0100000000', 2 ** 32],
    ['1fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['20000000000000', 0],
    ['20000000000001', 1],
    ['00ffffffffffffffff', Number.MAX_SAFE_INTEGER],
    ['008000000000000005', 5],
  ])('%s is %d: exact below 2^53, wrapped there', (hex, expected) => {
    const bytes = Buffer.from(hex, 'hex');
    expect(counter64(bytes)).toBe(expected);
    expect(BigInt(counter64(bytes))).toBe(BigInt(`0x${hex}`) % 2n ** 53n);
  });
});

describe('a counter under a wrong type', () => {
  test.each([
    ['Counter64', { type: 0x46, value: 12 }, 12],
    ['Counter32', { type: 0x41, value: 12 }, 12],
    ['Gauge32', { type: 0x42, value: 12 }, 12],
    ['negative INTEGER: the same 32 bits without sign', { type: 2, value: -1 }, 4294967295],
    ['decimal text', { type: 4, value: Buffer.from('18446744073709551615') }, Number.MAX_SAFE_INTEGER],
    ['eight octets', { type: 4, value: Buffer.from('0000000000000102', 'hex') }, 258],
    ['other text', { type: 4, value: Buffer.from('n/a') }, undefined],
    ['an OID', { type: 6, value: '0.0' }, undefined],
    ['not a number', { type: 0x41, value: Number.NaN }, undefined],
  ])('%s', (_name, varbind, expected) => {
    expect(counterOf(varbind)).toBe(expected);
  });

  test('nothing stays nothing', () => {
    expect(counterOf(undefined)).toBeUndefined();
    expect(integerOf(undefined)).toBeUndefined();
    expect(integerOf({ value: Buffer.from('1') })).toBeUndefined();
    expect(counterFromOctets(Buffer.alloc(3))).toBeUndefined();
  });
});
