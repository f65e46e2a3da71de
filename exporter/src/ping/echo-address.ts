import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

/** An IP literal as the kernel wants it. */
export interface EchoAddress {
  text: string;
  family: 4 | 6;
  /** The address in network byte order, read as native 32-bit words: 1 for IPv4, 4 for IPv6. */
  words: Uint32Array;
  /** Interface number of a link-local address (RFC 4007 section 11), else 0. */
  scope: number;
}

/**
 * @throws Error naming the text when it is no IP literal, or when its zone names no interface of this machine.
 */
export function parseEchoAddress(text: string): EchoAddress {
  const version = isIP(text);
  if (version === 0) {
    throw new Error(`cannot ping "${text}": it is no IPv4 or IPv6 address`);
  }
  if (version === 4) {
    return { text, family: 4, words: ipv4Words(text), scope: 0 };
  }
  const parsed = ipaddr.process(text);
  const bytes = Uint8Array.from(parsed.toByteArray());
  const zone = parsed instanceof ipaddr.IPv6 ? parsed.zoneId : undefined;
  return {
    text,
    family: parsed instanceof ipaddr.IPv6 ? 6 : 4,
    words: new Uint32Array(bytes.buffer),
    scope: zone ? scopeOf(text, zone) : 0,
  };
}

/** Four decimal numbers, as `isIP` has found them; ipaddr.js takes longer than all else that is done for an echo. */
function ipv4Words(text: string): Uint32Array {
  let word = 0;
  let part = 0;
  let shift = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      word |= part << shift;
      shift += 8;
      part = 0;
    } else {
      part = part * 10 + code - ZERO;
    }
  }
  const words = new Uint32Array(1);
  words[0] = word | (part << shift);
  return words;
}

const DOT = 46;
const ZERO = 48;

function scopeOf(text: string, zone: string): number {
  if (/^\d+$/.test(zone)) {
    return Number(zone);
  }
  for (const address of networkInterfaces()[zone] ?? []) {
    if (address.family === 'IPv6' && address.scopeid) {
      return address.scopeid;
    }
  }
  throw new Error(`cannot ping "${text}": this machine has no interface "${zone}" with a link-local address`);
}
