import type { DeviceStatus } from '../metrics/device-status';
import { SNMP_REASONS } from '../model/snmp-reason';
import { statusHint } from './status-hint';

const ping = (answering: boolean | null, error: string | null = null) => ({
  last_round: 1,
  last_reply: 1,
  answering,
  error,
});
const snmp = (reason: NonNullable<DeviceStatus['snmp']>['reason']) => ({
  last_poll: 1,
  last_answer: 1,
  reason,
  detail: '',
});

it.each<[DeviceStatus['state'], DeviceStatus['ping'], DeviceStatus['snmp'], RegExp | null]>([
  ['up', ping(true), snmp('ok'), null],
  ['up', ping(true), null, null],
  ['unknown', ping(null), snmp(null), null],
  ['unknown', ping(false), null, null],
  ['disabled', null, null, /^disabled in the inventory/],
  ['up', ping(true), snmp('timeout'), /^ping answers, SNMP silent: check the ACL, the community/],
  ['down', ping(false), snmp('timeout'), /^neither ping nor SNMP answers/],
  ['down', ping(false), null, /^no answer to pings/],
  ['unknown', null, snmp('timeout'), /^SNMP silent/],
  ['up', ping(false), snmp('ok'), /^SNMP answers, ping is silent/],
  ['up', ping(true), snmp('auth'), /credential/],
  ['up', ping(true), snmp('unreachable'), /the SNMP port is closed/],
  ['down', ping(false), snmp('unreachable'), /cannot be reached/],
  ['up', ping(true), snmp('no_such_object'), /hides IF-MIB/],
  ['up', ping(true), snmp('malformed'), /cannot be decoded/],
  ['up', ping(true), snmp('tooslow'), /too slowly/],
  ['unknown', ping(null, 'Network is unreachable'), snmp('ok'), /^no echo could be sent \(Network is unreachable\)/],
])('%s, ping %j, snmp %j', (state, p, s, expected) => {
  const hint = statusHint({ state, ping: p, snmp: s });
  if (expected === null) {
    expect(hint).toBeNull();
  } else {
    expect(hint).toMatch(expected);
  }
});

it('has a word on every reason that is not ok', () => {
  for (const reason of SNMP_REASONS.filter((r) => r !== 'ok')) {
    expect(statusHint({ state: 'up', ping: ping(true), snmp: snmp(reason) })).not.toBeNull();
  }
});
