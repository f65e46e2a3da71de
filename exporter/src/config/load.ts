import path from 'node:path';
import type { Device, Site } from '../model/device';
import { AUTO_AUTH } from '../model/snmp-auth';
import { parseIpNetwork } from '../model/ip-network';
import { parseHostPort, type HostPort } from './address';
import { apiTokenFindings, decodeApiTokens } from './api-tokens';
import { loadBundle } from './bundle';
import type { Config } from './config';
import { credential, secretsOf } from './credential';
import { deviceId } from './device-id';
import { openDocument, schemaFindings, type SourceDocument } from './document';
import { namedFiles } from './named-files';
import { bundleProbes, readProbes } from './probes';
import { ConfigError } from './problem';
import { referenceFindings } from './references';
import { DATABASE_URL_RULE, fileSchema, isDatabaseUrl, type ConfigFile } from './schema';

/** Reads `isp-monitor.yml`; throws ConfigError with every problem of the file, its secrets files and its bundle at once. */
export function loadConfig(file: string, env: NodeJS.ProcessEnv = process.env): Config {
  const absolute = path.resolve(file);
  const source = openDocument(file, env);
  const raw = source.value();
  const parsed = fileSchema.safeParse(raw);
  const findings = [
    ...(parsed.success ? [] : schemaFindings(fileSchema, raw, parsed.error.issues)),
    ...referenceFindings(raw),
    ...(parsed.success ? apiTokenFindings(parsed.data.discovery.tokens, parsed.data.inventory?.token) : []),
  ];
  source.problems.push(...findings.map((finding) => source.problem(finding)));
  if (!parsed.success || source.problems.length > 0) {
    throw new ConfigError(inLineOrder(source));
  }
  const config = decode(absolute, parsed.data, source);
  if (source.problems.length > 0) {
    throw new ConfigError(inLineOrder(source));
  }
  return config;
}

const inLineOrder = (source: SourceDocument) => [...source.problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));

function decode(file: string, data: ConfigFile, source: SourceDocument): Config {
  const directory = path.dirname(file);
  const secret = secretsOf(source, directory);
  const files = namedFiles(source, directory);
  const regions = new Map(data.sites.map((site) => [site.name, site.region ?? '']));
  const ownSites: Site[] = data.sites.map((s) => ({
    name: s.name,
    region: s.region ?? '',
    latitude: s.latitude ?? null,
    longitude: s.longitude ?? null,
  }));
  const ownDevices = data.devices.map((d): Device => {
    const at = hostPort(d.address, 161);
    return {
      id: d.id ?? deviceId(d.name),
      name: d.name,
      address: at.host,
      snmpPort: at.port,
      site: d.site ?? '',
      region: d.region ?? regions.get(d.site ?? '') ?? '',
      type: d.type,
      role: d.role ?? '',
      auth: d.auth ?? null,
      ping: d.ping,
      enabled: d.enabled,
      tier: d.tier,
      vendor: '',
      model: '',
      osVersion: '',
      sysName: '',
    };
  });
  const bundle =
    data.bundle === undefined ? undefined : readBundle(path.resolve(directory, data.bundle), data, ownDevices, source);
  const sites = [...ownSites, ...(bundle?.sites ?? [])];
  const devices = [...ownDevices, ...(bundle?.devices ?? [])];
  const probes = readProbes(data, { sites, devices }, source);
  return {
    file,
    dataDir: path.resolve(directory, data.data_dir),
    environment: data.environment,
    logLevel: data.log.level,
    auths: Object.fromEntries(
      Object.entries(data.auths).map(([name, a]) => [name, credential(['auths', name], a, secret, source)])
    ),
    sites,
    devices,
    probes: [...probes, ...(bundle ? bundleProbes(bundle, probes, source) : [])],
    inventory: data.inventory
      ? {
          url: data.inventory.url.replace(/\/+$/, ''),
          token: firstToken(
            secret(['inventory', 'token_file'], data.inventory.token, data.inventory.token_file),
            source
          ),
          tokenFile:
            data.inventory.token !== undefined || data.inventory.token_file === undefined
              ? null
              : path.resolve(directory, data.inventory.token_file),
          refreshMs: data.inventory.refresh,
        }
      : null,
    databaseUrl: databaseUrl(secret(['database', 'url_file'], data.database.url, data.database.url_file), source),
    metrics: data.metrics
      ? {
          url: data.metrics.url.replace(/\/+$/, ''),
          token: secret(['metrics', 'token_file'], data.metrics.token, data.metrics.token_file) ?? null,
          timeoutMs: data.metrics.timeout,
        }
      : null,
    exporter: {
      listen: hostPort(data.exporter.listen, 9760),
      allowUnauthenticated: data.exporter.allow_unauthenticated,
      shard: data.exporter.shard ?? { index: 0, count: 1 },
    },
    discovery: {
      listen: hostPort(data.discovery.listen, 9761),
      allowUnauthenticated: data.discovery.allow_unauthenticated,
      tokens: decodeApiTokens(data.discovery.tokens, directory),
      fullWalkAt: data.discovery.full_walk_at,
      refreshMs: data.discovery.refresh,
      concurrency: data.discovery.concurrency,
      rulesFile: files.one(['discovery', 'rules'], data.discovery.rules),
      providersFile: files.one(['discovery', 'providers'], data.discovery.providers),
      leaseMs: data.discovery.lease,
      auths: data.discovery.auths ?? Object.keys(data.auths),
      scan: {
        networks: data.discovery.scan.networks.flatMap((text) => parseIpNetwork(text) ?? []),
        concurrency: data.discovery.scan.concurrency,
        timeoutMs: data.discovery.scan.timeout,
        rate: data.discovery.scan.rate,
      },
    },
    ping: {
      intervalMs: data.ping.interval,
      count: data.ping.count,
      gapMs: data.ping.gap,
      timeoutMs: data.ping.timeout,
      failedRounds: data.ping.failed_rounds,
      driver: data.ping.driver,
      simulatorUrl: data.ping.simulator_url ?? null,
      fpingPath: data.ping.fping_path ?? null,
    },
    snmp: {
      intervalMs: data.snmp.interval,
      fastIntervalMs: data.snmp.fast_interval ?? null,
      // The default must not be shorter than an interval that somebody made longer than it.
      slowIntervalMs: Math.max(data.snmp.slow_interval, data.snmp.interval),
      timeoutMs: data.snmp.timeout,
      retries: data.snmp.retries,
      concurrency: data.snmp.concurrency,
      maxRepetitions: data.snmp.max_repetitions,
      maxInterfaces: data.snmp.max_interfaces,
      maxSeries: data.snmp.max_series,
      deviceModules: data.snmp.device_modules,
      moduleFiles: data.snmp.modules.flatMap((pattern, i) => files.all(['snmp', 'modules', i], pattern)),
      profilesFile: files.one(['snmp', 'profiles'], data.snmp.profiles),
    },
  };
}

/** The bundle's sites and devices, checked against the file that names it. */
function readBundle(file: string, data: ConfigFile, own: readonly Device[], source: SourceDocument) {
  const { name, sites, devices, probeTargets } = loadBundle(file);
  const ids = new Set(own.map((d) => d.id));
  for (const device of devices) {
    const trouble =
      device.auth !== null && device.auth !== AUTO_AUTH && !Object.hasOwn(data.auths, device.auth)
        ? `device ${device.name} uses the auth "${device.auth}"; add it to auths:`
        : ids.has(device.id)
          ? `device ${device.name} stands in devices: too; leave it in one of them`
          : undefined;
    if (trouble) {
      source.problems.push(source.problem({ path: ['bundle'], message: `bundle ${file}: ${trouble}` }));
    }
  }
  return {
    name,
    sites,
    probeTargets,
    devices: devices.map(({ tags: _, interfaces: __, ...device }): Device => device),
  };
}

/** What the exporter sends; more lines of the file are tokens that the sidecar takes besides. */
function firstToken(text: string | undefined, source: SourceDocument): string | null {
  const token = text?.match(/\S+/)?.[0];
  if (text !== undefined && token === undefined) {
    // Without a token the sidecar would be open.
    const message = 'inventory.token_file: the file is blank; it must hold a token a line';
    source.problems.push(source.problem({ path: ['inventory', 'token_file'], message }));
  }
  return token ?? null;
}

/** The address may come from a file, which the schema has not seen. */
function databaseUrl(url: string | undefined, source: SourceDocument): string | null {
  if (url === undefined || isDatabaseUrl(url)) {
    return url ?? null;
  }
  const message = `database.url_file: the file holds no database address; ${DATABASE_URL_RULE}`;
  source.problems.push(source.problem({ path: ['database', 'url_file'], message }));
  return null;
}

function hostPort(text: string, defaultPort: number): HostPort {
  const parsed = parseHostPort(text, defaultPort);
  if (!parsed) {
    throw new Error(`address ${text} passed the schema but does not parse`);
  }
  return parsed;
}
