import type { ProbeQuestion, ProbeType } from '../model/probe';
import { isHost, parseHostPort } from './address';
import type { ConfigFile } from './schema';

type ProbeFile = ConfigFile['probes'][number];

const RULES: Readonly<Record<ProbeType, string>> = {
  icmp: 'an icmp probe needs an IPv4 or IPv6 address or a DNS name, without a port (10.0.0.1)',
  tcp: 'a tcp probe needs host:port (10.0.0.1:443, [2001:db8::1]:443)',
  http: 'an http probe needs an http:// or https:// address without a name and password in it',
  dns: 'a dns probe needs the address of a name server, with an optional :port (10.0.0.53)',
};

/** What a probe asks of whom, and its address as it may be shown; the rule that it breaks when its address is not right. */
export function readProbeAddress(
  probe: Pick<ProbeFile, 'address' | 'type' | 'status' | 'query'>
): { question: ProbeQuestion; target: string } | { rule: string } {
  const { address, type } = probe;
  const rule = { rule: RULES[type] };
  switch (type) {
    case 'icmp':
      return isHost(address) ? { question: { type, host: address }, target: address } : rule;
    case 'tcp': {
      const at = /:\d+$/.test(address) ? parseHostPort(address, 0) : undefined;
      return at ? { question: { type, ...at }, target: address } : rule;
    }
    case 'dns': {
      const at = parseHostPort(address, 53);
      return at ? { question: { type, ...at, query: probe.query }, target: address } : rule;
    }
    case 'http': {
      const url = URL.canParse(address) ? new URL(address) : undefined;
      if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
        return rule;
      }
      const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
      // The query of an address may hold a key: it is sent, and shown nowhere.
      const target = `${url.origin}${url.pathname}`;
      return { question: { type, host, url: url.href, status: probe.status ?? null }, target };
    }
  }
}
