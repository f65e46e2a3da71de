import { describeErrno } from './kernel-calls';
import {
  EACCES,
  EADDRNOTAVAIL,
  EAGAIN,
  EHOSTDOWN,
  EHOSTUNREACH,
  EINVAL,
  ENETDOWN,
  ENETUNREACH,
  EPERM,
} from './kernel-layout';

/**
 * Errors with which the system says that no way leads to the target: the echo counts as sent and lost, because to
 * whoever waits for an answer it makes no difference which hop on the way knew of none. Any other refusal is this
 * machine's own trouble and tells nothing about the target.
 */
export const waysOut: ReadonlySet<number> = new Set([ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH]);

const CURES: ReadonlyMap<number, string> = new Map([
  [ENETDOWN, 'bring up the interface that leads to it'],
  [ENETUNREACH, 'this machine needs a route to it'],
  [EHOSTUNREACH, 'this machine needs a route to it that is not marked unreachable'],
  [EACCES, 'it must be no broadcast address, and no route may prohibit it'],
  [EPERM, "this machine's firewall must let ICMP echo out"],
  [EINVAL, 'it must be a unicast address, and no route may be a black hole'],
  [EADDRNOTAVAIL, 'this machine needs an address of the same family'],
  [EAGAIN, "the send buffer stayed full for the whole timeout: the interface's queue does not empty"],
]);

/** One line: what was being done to whom, what the system said, and what would be right. */
export function refusal(address: string, errno: number): string {
  const cure = CURES.get(errno);
  return `send echo to ${address}: ${describeErrno(errno)}${cure ? `; ${cure}` : ''}`;
}
