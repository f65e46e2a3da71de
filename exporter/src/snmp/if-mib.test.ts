import { interfaceSpeed } from './if-mib';
import { baseName, isNameOf, resolveNames } from './interface-name';
import { compareOids, indexBelow, oidBytes } from './oid';

const SATURATED = 4294967295;

describe('speed in bit/s', () => {
  test.each([
    ['ifHighSpeed counts', 1000, 1_000_000_000, 1e9],
    ['ifSpeed is at its end', 10_000, SATURATED, 10e9],
    ['400G', 400_000, SATURATED, 400e9],
    ['ifHighSpeed 0: below half a Mbit/s ifSpeed knows', 0, 64_000, 64_000],
    ['no ifHighSpeed', undefined, 100_000_000, 1e8],
    ['both 0: not known', 0, 0, undefined],
    ['ifHighSpeed 0, ifSpeed at its end: not known', 0, SATURATED, undefined],
    ['bit/s in ifHighSpeed', 1_000_000_000, 1_000_000_000, 1e9],
    ['kbit/s in ifHighSpeed', 1_000_000, 1_000_000_000, 1e9],
    ['negative as unsigned (FortiGate)', 4_294_967_196, 0, undefined],
    ['a bundle of 1.6 Tbit/s', 1_600_000, SATURATED, 1.6e12],
    ['nothing', undefined, undefined, undefined],
  ])('%s', (_name, high, speed, expected) => {
    expect(interfaceSpeed(high, speed)).toBe(expected);
  });
});

describe('names of interfaces', () => {
  const row = (ifIndex: number, ifName: string, ifDescr: string) => ({ ifIndex, ifName, ifDescr });

  test.each([
    ['ifName first', row(1, 'Gi0/1', 'GigabitEthernet0/1'), 'Gi0/1'],
    ['ifDescr where ifName is empty', row(1, '', 'GigabitEthernet0/1'), 'GigabitEthernet0/1'],
    ['the index where both are', row(17, '', ''), '17'],
  ])('%s', (_name, one, expected) => {
    expect(baseName(one)).toBe(expected);
  });

  test('every row of a shared name is suffixed and weak', () => {
    expect([...resolveNames([row(1, 'port', 'a'), row(2, 'port', 'b'), row(3, 'wan', 'c'), row(4, '', '')])]).toEqual([
      [1, { name: 'port#1', weak: true }],
      [2, { name: 'port#2', weak: true }],
      [3, { name: 'wan', weak: false }],
      [4, { name: '4', weak: true }],
    ]);
  });

  test.each([
    ['wan', row(3, 'wan', ''), true],
    ['wan', row(3, 'lan', ''), false],
    ['port#2', row(2, 'port', ''), true],
    ['port#2', row(5, 'port', ''), false],
    ['4', row(4, '', ''), true],
    ['descr', row(4, '', 'descr'), true],
  ])('known as %s, seen as %p: %s', (known, seen, expected) => {
    expect(isNameOf(known, seen)).toBe(expected);
  });
});

describe('OIDs', () => {
  test.each([
    ['1.3.6.1.4.1.9', '1.3.6.1.4.1.11', -1],
    ['1.3.6', '1.3.6.1', -1],
    ['1.3.6.1', '1.3.6.1', 0],
    ['1.3.6.2', '1.3.6.1.9', 1],
    ['1.3.4294967295', '1.3.5', 1],
  ])('%s against %s', (a, b, sign) => {
    expect(Math.sign(compareOids(a, b))).toBe(sign);
  });

  test.each([
    ['1.3.6.1.2.1.2.2.1.1', '1.3.6.1.2.1.2.2.1.1.7', '7'],
    ['1.3.6.1.2.1.2.2.1.1', '1.3.6.1.2.1.2.2.1.10.7', null],
    ['1.3.6.1.2.1.2.2.1.1', '1.3.6.1.2.1.2.2.1.1', null],
    ['1.3.6.1.2.1.2.2.1.1', '1.3.6.1.2.1.2.2.1.1.0.7.2', '0.7.2'],
  ])('index below %s in %s', (column, oid, index) => {
    expect(indexBelow(column, oid)).toBe(index);
  });

  test.each([
    ['1.3.6.1', 3],
    ['1.3.6.1.2.1.2.2.1.10.127', 10],
    ['1.3.6.1.2.1.2.2.1.10.128', 11],
    ['1.3.6.1.2.1.2.2.1.10.2147483648', 14],
  ])('%s takes %d bytes', (oid, bytes) => {
    expect(oidBytes(oid)).toBe(bytes);
  });
});
