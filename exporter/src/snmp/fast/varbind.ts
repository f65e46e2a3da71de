import { ber, BerReader, oidText } from '../ber';
import { varbindOf } from '../decode';
import type { Varbind } from '../session';

/** Whole variables instead of numbers: what is asked for, and in the same places what came. */
export interface WantedVarbinds {
  oids: readonly string[];
  found: (Varbind | undefined)[];
}

const TAG = { ...ber.tag, ipAddress: 0x40, counter32: 0x41, timeTicks: 0x43, opaque: 0x44, counter64: 0x46 } as const;
const NO_SUCH_OBJECT = 0x80;
const END_OF_MIB_VIEW = 0x82;

/**
 * Takes the value that stands from `at` to `next` as net-snmp would hand it out (`varbindOf`); undefined for exceptions.
 * False when it is no value, or of a type that no MIB has: the library knows best what to make of that.
 */
export function takeVarbind(packet: Buffer, at: number, next: number, i: number, wanted: WantedVarbinds): boolean {
  const reader = new BerReader(packet, at, next);
  const { tag } = reader;
  let content: Buffer;
  try {
    content = reader.octets(tag);
  } catch {
    return false;
  }
  if (reader.at !== next) {
    return false;
  }
  if (tag === TAG.null || (tag >= NO_SUCH_OBJECT && tag <= END_OF_MIB_VIEW)) {
    wanted.found[i] = undefined;
    return true;
  }
  const value = valueOf(tag, content);
  if (value === undefined) {
    return false;
  }
  wanted.found[i] = varbindOf({ oid: wanted.oids[i]!, type: tag, value });
  return true;
}

function valueOf(tag: number, content: Buffer): number | string | Buffer | undefined {
  switch (tag) {
    case TAG.octetString:
    case TAG.opaque:
    case TAG.counter64:
      return content;
    case TAG.objectId:
      return oidText(content);
    case TAG.ipAddress:
      return content.length === 4 ? content.join('.') : undefined;
    default:
      return tag === TAG.integer || (tag >= TAG.counter32 && tag <= TAG.timeTicks)
        ? integer(content, tag === TAG.integer)
        : undefined;
  }
}

/** Some agents leave out the zero in front of a high bit of types that have no sign (RFC 2578 section 7.1). */
function integer(content: Buffer, hasSign: boolean): number | undefined {
  if (content.length < 1 || content.length > 5) {
    return undefined;
  }
  let value = hasSign && content[0]! >= 0x80 ? -1 : 0;
  for (let k = 0; k < content.length; k += 1) {
    value = value * 256 + content[k]!;
  }
  return value;
}
