import { EACCES, ENETUNREACH, EPERM } from './kernel-layout';
import { refusal, waysOut } from './send-error';

it.each<[string, number, boolean, string]>([
  [
    'no route',
    ENETUNREACH,
    true,
    'send echo to 10.0.0.5: ENETUNREACH (network is unreachable); this machine needs a route to it',
  ],
  [
    'a firewall',
    EPERM,
    false,
    "send echo to 10.0.0.5: EPERM (operation not permitted); this machine's firewall must let ICMP echo out",
  ],
  [
    'a broadcast address',
    EACCES,
    false,
    'send echo to 10.0.0.5: EACCES (permission denied); it must be no broadcast address, and no route may prohibit it',
  ],
  ['an error without a cure', 5, false, 'send echo to 10.0.0.5: EIO (i/o error)'],
  ['an unknown number', 9999, false, 'send echo to 10.0.0.5: errno 9999'],
])('%s', (_name, errno, lost, text) => {
  expect(refusal('10.0.0.5', errno)).toBe(text);
  expect(waysOut.has(errno)).toBe(lost);
});
