import { TAG } from './ber-reader';
import type { Value } from './ber-writer';
import { parseOid } from './oid-table';

export const integer = (value: number): Value => ({ tag: TAG.integer, value });
export const gauge32 = (value: number): Value => ({ tag: TAG.gauge32, value: Math.min(value, 0xffff_ffff) });
/** Wraps at 2^32 (RFC 2578 section 7.1.6). */
export const counter32 = (value: number): Value => ({ tag: TAG.counter32, value: value % 0x1_0000_0000 });
export const counter64 = (value: number): Value => ({ tag: TAG.counter64, value });
export const timeTicks = (seconds: number): Value => ({
  tag: TAG.timeTicks,
  value: Math.max(0, Math.floor(seconds * 100)) % 0x1_0000_0000,
});
export const text = (value: string): Value => ({ tag: TAG.octetString, value: Buffer.from(value) });
export const octets = (value: Uint8Array): Value => ({ tag: TAG.octetString, value });
export const oid = (dotted: string): Value => ({ tag: TAG.oid, value: parseOid(dotted) });

/** DateAndTime (RFC 2579) with its zone: UTC, to a tenth of a second. */
export function dateAndTime(unixSeconds: number): Value {
  const date = new Date(Math.floor(unixSeconds * 10) * 100);
  const bytes = Buffer.alloc(11);
  bytes.writeUInt16BE(date.getUTCFullYear(), 0);
  bytes.set(
    [
      date.getUTCMonth() + 1,
      date.getUTCDate(),
      date.getUTCHours(),
      date.getUTCMinutes(),
      date.getUTCSeconds(),
      Math.floor(date.getUTCMilliseconds() / 100),
      '+'.charCodeAt(0),
    ],
    2
  );
  return octets(bytes);
}
