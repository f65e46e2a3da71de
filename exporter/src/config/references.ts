import { isIP } from 'node:net';
import { AUTO_AUTH } from '../model/snmp-auth';
import { parseHostPort } from './address';
import { deviceId } from './device-id';
import { parseDuration } from './duration';
import type { Finding } from './document';
import { nearestKey } from './known-keys';

type Raw = Record<string, unknown>;

const isMap = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/**
 * What the schema cannot see because it spans entries: duplicates, names that point nowhere, settings that need each
 * other. Works on the raw value, so that it still speaks when the schema refused other parts.
 */
export function referenceFindings(raw: unknown): Finding[] {
  if (!isMap(raw)) {
    return [];
  }
  return [
    ...duplicates(raw, 'devices', deviceKeys),
    ...duplicates(raw, 'sites', siteKeys),
    ...duplicates(raw, 'probes', siteKeys),
    ...auths(raw),
    ...needs(raw),
  ];
}

const deviceKeys: Record<string, (entry: Raw) => string | undefined> = {
  name: (d) => text(d['name']),
  id: (d) => text(d['id']) ?? (text(d['name']) === undefined ? undefined : deviceId(text(d['name']) as string)),
  address: (d) => {
    const at = parseHostPort(text(d['address']) ?? '', 161);
    return at && (isIP(at.host) === 6 ? `[${at.host}]:${at.port}` : `${at.host}:${at.port}`);
  },
};
const siteKeys: Record<string, (entry: Raw) => string | undefined> = { name: (s) => text(s['name']) };

function entries(raw: Raw, list: string): [number, Raw][] {
  const value = raw[list];
  return Array.isArray(value) ? value.flatMap((v, i): [number, Raw][] => (isMap(v) ? [[i, v]] : [])) : [];
}

function duplicates(raw: Raw, list: string, keys: typeof deviceKeys): Finding[] {
  const one = list.slice(0, -1);
  const named = new Set<number>();
  return Object.entries(keys).flatMap(([key, read]) => {
    const first = new Map<string, number>();
    return entries(raw, list).flatMap(([index, entry]): Finding[] => {
      const value = read(entry);
      if (value === undefined) {
        return [];
      }
      const earlier = first.get(value);
      if (earlier === undefined) {
        first.set(value, index);
        return [];
      }
      // Devices without an id take theirs from the name: the same trouble is told once.
      if (key === 'id' && named.has(index)) {
        return [];
      }
      if (key === 'name') {
        named.add(index);
      }
      return [
        {
          path: [list, index, key],
          message: `${list}[${index}].${key}: the ${key} ${JSON.stringify(value)} is taken by another ${one}; each ${one} needs its own`,
          other: [list, earlier, key],
        },
      ];
    });
  });
}

function auths(raw: Raw): Finding[] {
  const known = isMap(raw['auths']) ? Object.keys(raw['auths']) : [];
  const reserved: Finding[] = known.includes(AUTO_AUTH)
    ? [
        {
          path: ['auths', AUTO_AUTH],
          message: `auths.${AUTO_AUTH}: "auth: ${AUTO_AUTH}" of a device means whichever of auths: answers; give this one another name`,
        },
      ]
    : [];
  return [...reserved, ...unknownAuths(raw, known), ...triedAuths(raw, known)];
}

/** The credentials of devices that are none. */
function unknownAuths(raw: Raw, known: readonly string[]): Finding[] {
  return entries(raw, 'devices').flatMap(([index, device]): Finding[] => {
    const auth = text(device['auth']);
    if (auth === undefined || known.includes(auth) || (auth === AUTO_AUTH && known.length > 0)) {
      return [];
    }
    const near = nearestKey(auth, known);
    const right = near
      ? `did you mean "${near}"?`
      : known.length > 0
        ? `auths has ${known.join(', ')}`
        : 'there is no auths: section; add one with this name';
    return [
      {
        path: ['devices', index, 'auth'],
        message: `devices[${index}].auth: there is no auth ${JSON.stringify(auth)}; ${right}`,
      },
    ];
  });
}

/** What is wrong with the credentials that devices of "auth: auto" are asked with. */
function triedAuths(raw: Raw, known: readonly string[]): Finding[] {
  const discovery = raw['discovery'];
  const named = isMap(discovery) && Array.isArray(discovery['auths']) ? discovery['auths'] : [];
  return named.flatMap((name: unknown, index): Finding[] => {
    const auth = text(name);
    const trouble =
      auth === undefined
        ? undefined
        : !known.includes(auth)
          ? `there is no auth ${JSON.stringify(auth)}; ${known.length > 0 ? `auths has ${known.join(', ')}` : 'there is no auths: section'}`
          : named.indexOf(name) < index
            ? `${JSON.stringify(auth)} stands here twice`
            : undefined;
    return trouble === undefined
      ? []
      : [{ path: ['discovery', 'auths', index], message: `discovery.auths[${index}]: ${trouble}` }];
  });
}

function needs(raw: Raw): Finding[] {
  const findings: Finding[] = [];
  const ping = raw['ping'];
  if (isMap(ping) && ping['driver'] === 'simulator' && ping['simulator_url'] === undefined) {
    findings.push({
      path: ['ping', 'driver'],
      message: 'ping.driver: simulator needs ping.simulator_url, the address of its control port',
    });
  }
  return [...findings, ...tiers(raw['snmp']), ...shard(raw['exporter'])];
}

function tiers(snmp: unknown): Finding[] {
  if (!isMap(snmp)) {
    return [];
  }
  const ms = (key: string) => parseDuration(text(snmp[key]) ?? '');
  const standard = ms('interval') ?? 60_000;
  const findings: Finding[] = [];
  if ((ms('fast_interval') ?? 0) >= standard) {
    findings.push({
      path: ['snmp', 'fast_interval'],
      message: `snmp.fast_interval: it must be shorter than snmp.interval, which is ${standard / 1000}s; leave it out to poll all interfaces alike`,
    });
  }
  if ((ms('slow_interval') ?? Infinity) < standard) {
    findings.push({
      path: ['snmp', 'slow_interval'],
      message: `snmp.slow_interval: it must not be shorter than snmp.interval, which is ${standard / 1000}s`,
    });
  }
  return findings;
}

function shard(exporter: unknown): Finding[] {
  const own = isMap(exporter) ? exporter['shard'] : undefined;
  if (!isMap(own)) {
    return [];
  }
  const { index, count } = own;
  return typeof index === 'number' && typeof count === 'number' && index >= count && count >= 1
    ? [{ path: ['exporter', 'shard', 'index'], message: `exporter.shard.index: ${shardRule(count)}` }]
    : [];
}

export const shardRule = (count: number) => `of ${count} exporters it must be a whole number from 0 to ${count - 1}`;
