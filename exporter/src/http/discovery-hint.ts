import type { DiscoveryResult } from '../inventory/list-devices';
import { statusHint } from './status-hint';

/** What an operator should look at first, by what discovery says of a device; null when nothing is wrong. */
export function discoveryHint(result: DiscoveryResult): string | null {
  switch (result) {
    case 'pending':
      return 'not asked yet: discovery comes to it within minutes, or at once on request';
    case 'not_asked':
      return 'disabled, or without an auth: SNMP is not asked of it';
    default:
      // Discovery does not ping.
      return statusHint({
        state: 'unknown',
        ping: null,
        snmp: { last_poll: null, last_answer: null, reason: result, detail: '' },
      });
  }
}
