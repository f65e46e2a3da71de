import ipaddr from 'ipaddr.js';

export interface HostPort {
  host: string;
  port: number;
}

const DNS_NAME = /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/** True for what the whole product accepts as a device's address: an IP literal or a DNS name. */
export function isHost(host: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(host) || ipaddr.IPv6.isValid(host)) {
    return true;
  }
  // A name whose last label is a number is a mistyped IPv4 address (999.1.1.1, 10.0.0), never a host.
  return DNS_NAME.test(host) && !/(^|\.)\d+\.?$/.test(host);
}

/** `host`, `host:port`, `[v6]:port` or a bare IPv6 literal; undefined when it is none of them. */
export function parseHostPort(text: string, defaultPort: number): HostPort | undefined {
  if (ipaddr.IPv6.isValid(text)) {
    return { host: text, port: defaultPort };
  }
  const match = /^(?:\[(?<v6>[^\]]+)\]|(?<name>[^:[\]]+))(?::(?<port>\d{1,5}))?$/.exec(text);
  const host = match?.groups?.['v6'] ?? match?.groups?.['name'];
  const port = match?.groups?.['port'] === undefined ? defaultPort : Number(match.groups['port']);
  const hostOk = match?.groups?.['v6'] ? ipaddr.IPv6.isValid(match.groups['v6']) : host !== undefined && isHost(host);
  return host !== undefined && hostOk && port >= 1 && port <= 65535 ? { host, port } : undefined;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || (ipaddr.isValid(host) && ipaddr.parse(host).range() === 'loopback');
}
