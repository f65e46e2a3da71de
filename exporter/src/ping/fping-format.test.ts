import { fpingArguments, parseFpingLine } from './fping-format';

const PLAN = { count: 3, gapMs: 200, timeoutMs: 1000 };

it.each<[string, string, string, number, number[]]>([
  ['all answered', '127.0.0.1       : 0.740 0.029 0.028', '127.0.0.1', 3, [0.74, 0.029, 0.028]],
  ['one lost', '10.0.0.5 : 1.24 - 12', '10.0.0.5', 3, [1.24, 12]],
  ['all lost', '240.0.0.1       : - - -', '240.0.0.1', 3, []],
  ['IPv6', '2001:db8::1 : 0.161 0.022 0.026', '2001:db8::1', 3, [0.161, 0.022, 0.026]],
  ['one echo', '::1 : 0.5', '::1', 1, [0.5]],
  ['an answer after the timeout is a lost one', '10.0.0.5 : 1 1000.5 3', '10.0.0.5', 3, [1, 3]],
])('%s', (_name, line, address, sent, rttsMs) => {
  expect(parseFpingLine(line, PLAN)).toEqual({ address, outcome: { sent, rttsMs } });
});

it.each([
  '',
  'ICMP Host Unreachable from 10.0.0.1 for ICMP Echo sent to 10.0.0.5',
  '10.0.0.5: error while sending ping: Network is unreachable',
  "fping: can't create socket (must run as root?) : Operation not permitted",
  '10.0.0.5 : duplicate for [0], 64 bytes, 0.05 ms',
])('takes no result from "%s"', (line) => {
  expect(parseFpingLine(line, PLAN)).toBeUndefined();
});

it.each<[string, number, typeof PLAN, string]>([
  ['spreads many targets over the gap', 1000, PLAN, '-q -C 3 -p 200 -t 1000 -i 0.200 -f -'],
  ['sends few a millisecond apart', 3, PLAN, '-q -C 3 -p 200 -t 1000 -i 1.000 -f -'],
  ['keeps the least period', 1, { ...PLAN, gapMs: 1 }, '-q -C 3 -p 10 -t 1000 -i 1.000 -f -'],
])('%s', (_name, targets, plan, expected) => {
  expect(fpingArguments(targets, plan).join(' ')).toBe(expected);
});
