import type { ProbeAnswer } from '../model/probe';
import type { EchoOutcome, PingDriver } from '../ping/driver';
import { askIcmp } from './icmp';

const PLAN = { count: 2, gapMs: 100, timeoutMs: 500 };

function driver(round: PingDriver['round']): PingDriver {
  return { name: 'socket', description: '', slotMs: 1, round, close: () => Promise.resolve() };
}
const deciding = (outcome: EchoOutcome) =>
  driver((_addresses, _plan, onDecided) => {
    onDecided(0, outcome);
    return Promise.resolve();
  });

it.each<[string, PingDriver, ProbeAnswer]>([
  [
    'is the mean of what was answered',
    deciding({ sent: 4, rttsMs: [1, 2, 6] }),
    { reason: null, detail: '', durationMs: 3, lossRatio: 0.25 },
  ],
  [
    'has no time without a reply',
    deciding({ sent: 2, rttsMs: [] }),
    {
      reason: 'timeout',
      detail: 'ping 192.0.2.1: none of 2 echoes was answered within 500 ms',
      lossRatio: 1,
    },
  ],
  [
    'names the missing way',
    deciding({ sent: 2, rttsMs: [], error: 'no route' }),
    { reason: 'unreachable', detail: 'ping 192.0.2.1: no route', lossRatio: 1 },
  ],
  [
    'says nothing of the target when nothing could be sent',
    deciding({ sent: 0, rttsMs: [], error: 'a firewall' }),
    { reason: 'local', detail: 'ping 192.0.2.1: a firewall' },
  ],
  [
    'says nothing of the target when the driver fails',
    driver(() => Promise.reject(new Error('the sockets were closed'))),
    { reason: 'local', detail: 'ping 192.0.2.1: the sockets were closed' },
  ],
  [
    'says nothing of the target when the driver forgets it',
    driver(() => Promise.resolve()),
    { reason: 'local', detail: 'ping 192.0.2.1: the round ended without an outcome' },
  ],
])('%s', async (_what, way, expected) => {
  expect(await askIcmp('192.0.2.1', PLAN, way)).toEqual(expected);
});
