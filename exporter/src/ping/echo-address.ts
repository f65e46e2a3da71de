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
  if (isIP(text) === 0) {
    throw new Error(`cannot ping "${text}": it is no IPv4 or IPv6 address`);
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
