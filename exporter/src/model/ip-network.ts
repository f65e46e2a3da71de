import ipaddr from 'ipaddr.js';

/** A range of addresses, as CIDR writes it (RFC 4632, RFC 4291 section 2.3). */
export interface IpNetwork {
  /** CIDR with the host bits cleared, IPv6 as in RFC 5952: `10.1.0.0/24`. */
  text: string;
  /** Of its first address: 4 or 16. */
  bytes: readonly number[];
  prefix: number;
}

export const NETWORK_RULE = 'it must be a network in CIDR notation, such as 10.1.0.0/24 or 2001:db8::/112';

/** Whoever looks through more addresses than this at once has mistyped the prefix. */
export const MOST_ADDRESSES = 65_536;

/** Undefined when it is no network; an address alone is the network that holds nothing else. */
export function parseIpNetwork(text: string): IpNetwork | undefined {
  const [, literal, length] = /^([0-9a-fA-F:.]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  if (literal === undefined) {
    return undefined;
  }
  const isV4 = ipaddr.IPv4.isValidFourPartDecimal(literal);
  if (!isV4 && !ipaddr.IPv6.isValid(literal)) {
    return undefined;
  }
  const address = ipaddr.parse(literal);
  const bytes = address.toByteArray();
  const prefix = length === undefined ? bytes.length * 8 : Number(length);
  // An IPv4 address in the clothes of IPv6 would be asked from the wrong socket.
  if (prefix > bytes.length * 8 || (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress())) {
    return undefined;
  }
  const first = bytes.map((byte, i) => byte & maskByte(prefix, i));
  return { text: `${ipaddr.fromByteArray(first).toString()}/${prefix}`, bytes: first, prefix };
}

export function isWithin(inner: IpNetwork, outer: IpNetwork): boolean {
  return (
    inner.bytes.length === outer.bytes.length &&
    inner.prefix >= outer.prefix &&
    outer.bytes.every((byte, i) => ((inner.bytes[i] ?? 0) & maskByte(outer.prefix, i)) === byte)
  );
}

/** Addresses in it, those included that no host can have. Infinity where a number cannot say it. */
export function sizeOf({ bytes, prefix }: IpNetwork): number {
  return 2 ** (bytes.length * 8 - prefix);
}

/** How many addresses `hostsOf` gives. */
export function countHosts(network: IpNetwork): number {
  const { from, to } = hostRange(network);
  return to - from;
}

/**
 * Addresses that a host may have, in their order: of an IPv4 network neither its first nor its last one (network and
 * broadcast address), except in a /31 (RFC 3021) and a /32. IPv6 has no broadcast.
 * @throws RangeError for more than MOST_ADDRESSES
 */
export function* hostsOf(network: IpNetwork): Generator<string, void> {
  if (sizeOf(network) > MOST_ADDRESSES) {
    throw new RangeError(`network ${network.text} has more than ${MOST_ADDRESSES} addresses`);
  }
  const bytes = [...network.bytes];
  const last = bytes.length - 1;
  const base = bytes[last - 1]! * 256 + bytes[last]!;
  const { from, to } = hostRange(network);
  for (let host = from; host < to; host++) {
    bytes[last - 1] = (base + host) >> 8;
    bytes[last] = (base + host) & 0xff;
    yield ipaddr.fromByteArray(bytes).toString();
  }
}

function hostRange(network: IpNetwork): { from: number; to: number } {
  const size = sizeOf(network);
  const hasBroadcast = network.bytes.length === 4 && network.prefix <= 30;
  return hasBroadcast ? { from: 1, to: size - 1 } : { from: 0, to: size };
}

function maskByte(prefix: number, index: number): number {
  const bits = Math.min(8, Math.max(0, prefix - index * 8));
  return (0xff << (8 - bits)) & 0xff;
}
