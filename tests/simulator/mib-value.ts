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
