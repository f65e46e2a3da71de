import { stringify } from 'yaml';
import type { Config } from './config';

const HIDDEN = '<secret>';

/** The configuration in use as YAML, every secret replaced. Field by field: a new field is shown only once it is named here. */
export function redactedConfig(config: Config): string {
  return stringify({
    file: config.file,
    data_dir: config.dataDir,
    log: { level: config.logLevel },
    auths: Object.fromEntries(
      Object.entries(config.auths).map(([name, a]) => [
        name,
        a.version === 3
          ? {
              version: a.version,
              security_level: a.securityLevel,
              username: a.username,
              auth_protocol: a.authProtocol,
              password: hidden(a.password),
              priv_protocol: a.privProtocol,
              priv_password: hidden(a.privPassword),
              context_name: a.contextName,
            }
          : { version: a.version, community: HIDDEN },
      ])
    ),
    sites: config.sites.length,
    devices: config.devices.length,
    probes: config.probes.map(({ name, target, class: kind, question }) => ({
      name,
      target,
      class: kind,
      type: question.type,
    })),
    inventory: config.inventory && {
      url: withoutPassword(config.inventory.url),
      token: hidden(config.inventory.token),
      refresh_ms: config.inventory.refreshMs,
    },
    database: { url: config.databaseUrl === null ? null : withoutPassword(config.databaseUrl) },
    metrics: config.metrics && {
      url: withoutPassword(config.metrics.url),
      token: hidden(config.metrics.token),
      timeout_ms: config.metrics.timeoutMs,
    },
    exporter: config.exporter,
    discovery: { ...config.discovery, tokens: config.discovery.tokens.map(({ name, role }) => ({ name, role })) },
    ping: config.ping,
    snmp: config.snmp,
  });
}

const hidden = (secret: string | null | undefined) => (secret === null || secret === undefined ? null : HIDDEN);

function withoutPassword(url: string): string {
  const parsed = new URL(url);
  if (parsed.password !== '') {
    parsed.password = 'secret';
  }
  // libpq takes the password as a parameter too.
  if (parsed.searchParams.has('password')) {
    parsed.searchParams.set('password', 'secret');
  }
  return parsed.toString();
}
