import { cleanText, physAddress } from './text';

describe('text of an OCTET STRING', () => {
  test.each([
    ['ASCII', Buffer.from('ether1-WAN'), 'ether1-WAN'],
    ['UTF-8', Buffer.from('Отдел связи — ქუთაისი'), 'Отдел связи — ქუთაისი'],
    ['Latin-1, when the bytes are no UTF-8', Buffer.from([0x47, 0xe9, 0x61, 0x6e, 0x74]), 'Géant'],
    ['trailing NULs', Buffer.from('Gi0/1\0\0'), 'Gi0/1'],
    ['control characters within', Buffer.from('line one\r\nline two\u0007'), 'line one line two'],
    ['a byte order mark', Buffer.from('\ufeffeth0'), 'eth0'],
    ['surrounding blanks', Buffer.from('  wan: STCable (eth1) '), 'wan: STCable (eth1)'],
    ['nothing but NULs', Buffer.from('\0\0'), ''],
    ['no bytes', Buffer.alloc(0), ''],
    ['a text already', 'eth0\0', 'eth0'],
    ['a number', 7, ''],
    ['nothing', undefined, ''],
  ])('%s', (_name, value, expected) => {
    expect(cleanText(value)).toBe(expected);
  });

  test.each([
    [Buffer.from('64d154aabb01', 'hex'), '64:d1:54:aa:bb:01'],
    [Buffer.alloc(0), ''],
    [undefined, ''],
  ])('physical address %p', (value, expected) => {
    expect(physAddress(value)).toBe(expected);
  });
});
