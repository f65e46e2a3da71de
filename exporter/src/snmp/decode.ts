import type { RawVarbind } from 'net-snmp';
import { counter64 } from './number';
import type { Varbind } from './session';

const COUNTER64 = 0x46;

/** A varbind of net-snmp as ours; undefined for exceptions (RFC 3416 section 3) and for values without content. */
export function varbindOf(raw: RawVarbind): Varbind | undefined {
  const { oid, type, value } = raw;
  if (type === COUNTER64 && Buffer.isBuffer(value)) {
    return { oid, type, value: counter64(value) };
  }
  if (typeof value === 'number' || typeof value === 'string' || Buffer.isBuffer(value)) {
    return { oid, type, value };
  }
  return undefined;
}
