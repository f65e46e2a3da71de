import { countHosts, hostsOf, isWithin, MOST_ADDRESSES, parseIpNetwork, sizeOf, type IpNetwork } from './ip-network';

const network = (text: string): IpNetwork => {
  const found = parseIpNetwork(text);
  if (!found) {
    throw new Error(`${text} is no network`);
  }
  return found;
};

describe('a network as people write it', () => {
  it.each([
    ['10.1.0.0/24', '10.1.0.0/24'],
    ['10.1.0.77/24', '10.1.0.0/24'],
    ['10.1.0.77', '10.1.0.77/32'],
    ['10.1.0.77/31', '10.1.0.76/31'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['172.16.5.4/12', '172.16.0.0/12'],
    ['2001:DB8:0:0::7/112', '2001:db8::/112'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['fd00::ffff:1/120', 'fd00::ffff:0/120'],
  ])('%s is %s', (text, expected) => {
    expect(parseIpNetwork(text)?.text).toBe(expected);
  });

  it.each([
    '',
    '/24',
    '10.1.0.0/',
    '10.1.0.0/33',
    '10.1.0.0/-1',
    '10.1.0.0/24/24',
    '10.1.0.0/255.255.255.0',
    '10.1/16',
    '010.1.0.0/24',
    '999.1.1.1/24',
    '10.1.0.0 /24',
    '10.1.0.0-10.1.0.9',
    '2001:db8::/129',
    '::ffff:10.1.0.0/120',
    'fe80::1%eth0/64',
    'router-1',
    "10.1.0.0/24'; drop table devices; --",
  ])('refuses %j', (text) => {
    expect(parseIpNetwork(text)).toBeUndefined();
  });
});

describe('the addresses that hosts may have', () => {
  it.each([
    ['10.1.0.0/30', ['10.1.0.1', '10.1.0.2']],
    ['10.1.0.4/31', ['10.1.0.4', '10.1.0.5']],
    ['10.1.0.4/32', ['10.1.0.4']],
    ['2001:db8::/126', ['2001:db8::', '2001:db8::1', '2001:db8::2', '2001:db8::3']],
    ['2001:db8::ffff/128', ['2001:db8::ffff']],
  ])('of %s', (text, expected) => {
    expect([...hostsOf(network(text))]).toEqual(expected);
    expect(countHosts(network(text))).toBe(expected.length);
  });

  it.each([
    ['10.1.0.0/24', 254, '10.1.0.1', '10.1.0.254'],
    ['10.1.2.0/23', 510, '10.1.2.1', '10.1.3.254'],
    ['10.1.0.0/16', 65_534, '10.1.0.1', '10.1.255.254'],
    ['2001:db8:0:1::/112', 65_536, '2001:db8:0:1::', '2001:db8:0:1::ffff'],
  ])('of %s: %d, from %s to %s', (text, count, first, last) => {
    const all = [...hostsOf(network(text))];
    expect([all.length, all[0], all.at(-1), new Set(all).size]).toEqual([count, first, last, count]);
    expect(countHosts(network(text))).toBe(count);
  });

  it.each(['10.0.0.0/15', '0.0.0.0/0', '2001:db8::/111', '::/0'])('are too many in %s', (text) => {
    expect(sizeOf(network(text))).toBeGreaterThan(MOST_ADDRESSES);
    expect(() => hostsOf(network(text)).next()).toThrow(`network ${text} has more than 65536 addresses`);
  });
});

it.each([
  ['10.1.0.0/24', '10.0.0.0/8', true],
  ['10.1.0.0/24', '10.1.0.0/24', true],
  ['10.1.0.0/24', '10.1.0.0/25', false],
  ['10.1.0.0/24', '10.2.0.0/16', false],
  ['11.0.0.0/24', '10.0.0.0/8', false],
  ['10.1.130.0/24', '10.1.128.0/17', true],
  ['10.1.127.0/24', '10.1.128.0/17', false],
  ['8.8.8.8', '0.0.0.0/0', true],
  ['2001:db8::5', '2001:db8::/64', true],
  ['2001:db8::5', '::/0', true],
  ['10.1.0.0/24', '::/0', false],
  ['a01::/120', '10.1.0.0/16', false],
])('%s within %s: %s', (inner, outer, expected) => {
  expect(isWithin(network(inner), network(outer))).toBe(expected);
});
