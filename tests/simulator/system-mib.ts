import type { Value } from './ber-writer';
import type { SimulatedDevice } from './device';
import { integer, oid, text, timeTicks } from './mib-value';
import { identityOf } from './vendor';

/** Seconds since the agent started. */
export const uptime = (device: SimulatedDevice) => device.now - device.startedAt;

type Read = (device: SimulatedDevice) => Value;

/** SNMPv2-MIB::system, 1.3.6.1.2.1.1 (RFC 3418), and the scalars of IF-MIB (RFC 2863), without the instance `.0`. */
export const SYSTEM_SCALARS: readonly (readonly [object: string, read: Read])[] = [
  ['1.3.6.1.2.1.1.1', (d) => text(identityOf(d.promise).sysDescr)],
  ['1.3.6.1.2.1.1.2', (d) => oid(identityOf(d.promise).sysObjectId)],
  ['1.3.6.1.2.1.1.3', (d) => timeTicks(uptime(d))],
  ['1.3.6.1.2.1.1.4', () => text('noc@example.net')],
  ['1.3.6.1.2.1.1.5', (d) => text(d.promise.sysName)],
  ['1.3.6.1.2.1.1.6', (d) => text([d.promise.site, d.promise.region].filter(Boolean).join(', '))],
  ['1.3.6.1.2.1.1.7', (d) => integer(identityOf(d.promise).sysServices)],
  // ifNumber, ifTableLastChange
  ['1.3.6.1.2.1.2.1', (d) => integer(d.ports.length)],
  ['1.3.6.1.2.1.31.1.5', (d) => timeTicks(Math.min(d.tableChangedAt, uptime(d)))],
];
