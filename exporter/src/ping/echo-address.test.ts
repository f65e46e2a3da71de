import { networkInterfaces } from 'node:os';
import { parseEchoAddress } from './echo-address';

it.each<[string, 4 | 6, number[], number]>([
  ['10.0.0.5', 4, [10, 0, 0, 5], 0],
  ['::1', 6, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 0],
  ['2001:db8::ff', 6, [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff], 0],
  ['::ffff:192.0.2.1', 4, [192, 0, 2, 1], 0],
  ['fe80::1%7', 6, [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 7],
])('%s', (text, family, bytes, scope) => {
  const address = parseEchoAddress(text);
  expect(address).toMatchObject({ text, family, scope });
  expect([...new Uint8Array(address.words.buffer)]).toEqual(bytes);
});

it.each([
  ['router.example', 'cannot ping "router.example": it is no IPv4 or IPv6 address'],
  ['', 'cannot ping "": it is no IPv4 or IPv6 address'],
  ['10.0.0', 'cannot ping "10.0.0": it is no IPv4 or IPv6 address'],
  [
    'fe80::1%nosuch9',
    'cannot ping "fe80::1%nosuch9": this machine has no interface "nosuch9" with a link-local address',
  ],
])('refuses "%s"', (text, message) => {
  expect(() => parseEchoAddress(text)).toThrow(message);
});

const linkLocal = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
  (addresses ?? []).filter((a) => a.family === 'IPv6' && a.scopeid).map((a) => ({ name, scope: a.scopeid }))
)[0];

(linkLocal ? it : it.skip)('finds the number of an interface by its name', () => {
  expect(parseEchoAddress(`fe80::1%${linkLocal!.name}`).scope).toBe(linkLocal!.scope);
});
