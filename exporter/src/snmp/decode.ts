import type { RawVarbind } from 'net-snmp';
import { counter64, isCounter64, isInteger } from './number';
import type { Varbind } from './session';

const BIT_STRING = 0x03;
const OPAQUE = 0x44;
const COUNTER64 = 0x46;
const NO_SUCH_OBJECT = 0x80;
const END_OF_MIB_VIEW = 0x82;

/** Floats inside an Opaque carry a tag and a length of their own (NET-SNMP-TC, draft-perkins-opaque-01). */
export const OPAQUE_FLOAT = 0x9f78;
export const OPAQUE_DOUBLE = 0x9f79;

/** noSuchObject, noSuchInstance, endOfMibView (RFC 3416 section 3). */
export function isException({ type }: RawVarbind): boolean {
  return type >= NO_SUCH_OBJECT && type <= END_OF_MIB_VIEW;
}

/**
 * A varbind of net-snmp as ours; undefined for exceptions, for values without content, and for numbers that
 * their type cannot be: not known, and never made to fit.
 */
export function varbindOf(raw: RawVarbind): Varbind | undefined {
  const { oid, type, value } = raw;
  if (Buffer.isBuffer(value)) {
    if (type === COUNTER64) {
      return isCounter64(value) ? { oid, type, value: counter64(value) } : undefined;
    }
    return (type === OPAQUE && opaqueNumber(oid, value)) || { oid, type, value };
  }
  if (typeof value === 'number') {
    return isInteger(value) ? { oid, type, value } : undefined;
  }
  // OIDs and addresses: net-snmp makes 0.NaN of an OID without content, and texts of types that SNMP does not have.
  return typeof value === 'string' && /^\d[\d.]*$/.test(value) && type !== BIT_STRING
    ? { oid, type, value }
    : undefined;
}

function opaqueNumber(oid: string, value: Buffer): Varbind | undefined {
  const type = value.length > 2 ? value.readUInt16BE(0) : 0;
  const [length, content] = [value[2], value.subarray(3)];
  if (type === OPAQUE_FLOAT && length === 4 && content.length === 4) {
    return { oid, type, value: content.readFloatBE(0) };
  }
  if (type === OPAQUE_DOUBLE && length === 8 && content.length === 8) {
    return { oid, type, value: content.readDoubleBE(0) };
  }
  return undefined;
}
