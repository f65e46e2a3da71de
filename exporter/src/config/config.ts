import type { Device, Site } from '../model/device';
import type { IpNetwork } from '../model/ip-network';
import type { Probe } from '../model/probe';
import type { ExporterShard } from '../model/device-hash';
import type { SnmpAuth } from '../model/snmp-auth';
import type { HostPort } from './address';
import type { ApiToken } from './api-tokens';

/** The configuration of both programs, decoded, complete and valid. Durations in ms. */
export interface Config {
  /** Absolute path of the file that it was read from. */
  file: string;
  /** Absolute. */
  dataDir: string;
  environment: 'production' | 'development';
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  auths: Readonly<Record<string, SnmpAuth>>;
  /** Of the file and of its bundle. */
  sites: readonly Site[];
  devices: readonly Device[];
  probes: readonly Probe[];
  /**
   * The sidecar to follow; null: poll the devices of the file. `token` is what the exporter sends; `tokenFile`, where it
   * came from one, may hold more of them, all of which the sidecar takes.
   */
  inventory: { url: string; token: string | null; tokenFile: string | null; refreshMs: number } | null;
  /** Real Postgres; null: embedded under `dataDir`. */
  databaseUrl: string | null;
  /** Where the exporter's own values are stored, asked for what was known before it started; null: nowhere. */
  metrics: { url: string; token: string | null; timeoutMs: number } | null;
  /** `shard`: which part of the devices is this exporter's; of one, all are. */
  exporter: { listen: HostPort; allowUnauthenticated: boolean; shard: ExporterShard };
  discovery: {
    listen: HostPort;
    allowUnauthenticated: boolean;
    /** Without any, nobody has to log in. */
    tokens: readonly ApiToken[];
    /** Local time of day, HH:MM. */
    fullWalkAt: string;
    refreshMs: number;
    concurrency: number;
    /** The user's own rules of classification and providers; absolute. */
    rulesFile: string | null;
    providersFile: string | null;
    /** How long a device belongs to the sidecar that walks it, unless that one says so again. */
    leaseMs: number;
    /** Names of credentials that devices of `auth: auto` are asked with, in this order. */
    auths: readonly string[];
    /** Looking for devices; without networks nobody may. `rate`: packets a second. */
    scan: { networks: readonly IpNetwork[]; concurrency: number; timeoutMs: number; rate: number };
  };
  ping: {
    intervalMs: number;
    count: number;
    gapMs: number;
    timeoutMs: number;
    failedRounds: number;
    driver: 'auto' | 'socket' | 'fping' | 'simulator';
    simulatorUrl: string | null;
    fpingPath: string | null;
  };
  snmp: {
    intervalMs: number;
    /** Of uplinks and critical interfaces; null: they are polled with the others. */
    fastIntervalMs: number | null;
    slowIntervalMs: number;
    timeoutMs: number;
    retries: number;
    concurrency: number;
    maxRepetitions: number;
    /** Of one device. */
    maxInterfaces: number;
    maxSeries: number;
    /** False: devices are asked for their interfaces alone. */
    deviceModules: boolean;
    /** snmp.yml files of the user, absolute. */
    moduleFiles: readonly string[];
    profilesFile: string | null;
  };
}
