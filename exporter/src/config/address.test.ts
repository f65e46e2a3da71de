import { isHost, isLoopback, parseHostPort } from './address';

it.each([
  ['10.0.0.5', { host: '10.0.0.5', port: 161 }],
  ['10.0.0.5:1161', { host: '10.0.0.5', port: 1161 }],
  ['::1', { host: '::1', port: 161 }],
  ['[2001:db8::1]:1161', { host: '2001:db8::1', port: 1161 }],
  ['core-1.example.net', { host: 'core-1.example.net', port: 161 }],
  ['core_1:99', { host: 'core_1', port: 99 }],
  ['999.1.1.1', undefined],
  ['10.0.0', undefined],
  ['10.0.0.5:', undefined],
  ['10.0.0.5:0', undefined],
  ['10.0.0.5:70000', undefined],
  ['[10.0.0.5]:1', undefined],
  ['-x', undefined],
  ['a b', undefined],
  ['', undefined],
  ['$(id)', undefined],
])('parseHostPort(%j)', (text, expected) => expect(parseHostPort(text, 161)).toEqual(expected));

it.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['192.0.2.1', false],
  ['::', false],
])('isLoopback(%j)', (host, expected) => expect(isLoopback(host)).toBe(expected));

it('takes Georgian-free DNS names only', () => expect(isHost('თბილისი')).toBe(false));
