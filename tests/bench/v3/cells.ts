import type { SnmpAuth } from '../../../exporter/src/snmp/session';
import { obey } from '../measured-process';

/** What both sides ask with: the level and the protocols that most networks have. */
export const AUTH: SnmpAuth = {
  version: 3,
  community: '',
  securityLevel: 'authPriv',
  username: 'monitor',
  password: 'first-passphrase',
  privPassword: 'other-passphrase',
  authProtocol: 'SHA',
  privProtocol: 'AES',
};

/** Values that the agent has, by position of the OID. */
export const valueAt = (i: number) => 1_000_000 + i;

/** Each has one request at a time under way: so many that no side waits for the agent with a cold cache. */
const SESSIONS = 256;

/** Polls of each session, or the CPU time in µs since it was last asked for. */
export type Order = { polls: number } | { cpu: true };

/** One side of the comparison: `open` makes a session's way to poll. */
export function compare(open: () => () => Promise<void>): void {
  const sessions = Array.from({ length: SESSIONS }, open);
  let before = process.cpuUsage();
  obey<Order>(async (order) => {
    if ('cpu' in order) {
      const { user, system } = process.cpuUsage(before);
      before = process.cpuUsage();
      return { cpu: user + system };
    }
    const { polls } = order;
    await Promise.all(
      sessions.map(async (poll) => {
        for (let i = 0; i < polls; i += 1) {
          await poll();
        }
      })
    );
    return { polls: polls * SESSIONS };
  });
}
