import { z } from 'zod';
import { DEVICE_TIERS } from '../model/device';
import { NETWORK_RULE, parseIpNetwork } from '../model/ip-network';
import { PROBE_CLASSES, PROBE_TYPES } from '../model/probe';
import { parseHostPort } from './address';
import { apiTokenSchema } from './api-tokens';
import { authSchema } from './auth';
import { duration } from './duration';

const text = z.string().trim().min(1, { error: 'it must not be empty' });
const latitude = z
  .number()
  .min(-90, { error: 'it must be between -90 and 90' })
  .max(90, { error: 'it must be between -90 and 90' });
const longitude = z
  .number()
  .min(-180, { error: 'it must be between -180 and 180' })
  .max(180, { error: 'it must be between -180 and 180' });

export const ADDRESS_RULE =
  'it must be an IPv4 or IPv6 address or a DNS name, with an optional :port (10.0.0.5, [2001:db8::1]:161)';

export const address = z.string().refine((value) => parseHostPort(value, 161) !== undefined, { error: ADDRESS_RULE });

export const listen = z.string().refine((value) => /:\d+$/.test(value) && parseHostPort(value, 1) !== undefined, {
  error: 'it must be host:port, such as 127.0.0.1:9760',
});

const network = z.string().refine((value) => parseIpNetwork(value) !== undefined, { error: NETWORK_RULE });

const httpUrl = z.string().refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
  error: 'it must be an http:// or https:// address',
});

export const DATABASE_URL_RULE = 'it must be a postgres://user:password@host:5432/database address';
export const isDatabaseUrl = (text: string) => URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol);
const databaseUrl = z.string().refine(isDatabaseUrl, { error: DATABASE_URL_RULE });

const device = z.strictObject({
  name: text,
  address,
  id: text.optional(),
  site: text.optional(),
  region: text.optional(),
  type: text.default('router'),
  role: text.optional(),
  auth: text.optional(),
  ping: z.boolean().default(true),
  enabled: z.boolean().default(true),
  tier: z.enum(DEVICE_TIERS, { error: `it must be one of ${DEVICE_TIERS.join(', ')}` }).default('standard'),
});

const whole = (min: number, max: number) =>
  z.number().refine((value) => Number.isInteger(value) && value >= min && value <= max, {
    error: `it must be a whole number from ${min} to ${max}`,
  });

/** What `address` must be hangs on `type`: probe-address.ts. */
export const probeSchema = z.strictObject({
  name: text,
  address: text,
  type: z.enum(PROBE_TYPES).default('icmp'),
  class: z.enum(PROBE_CLASSES).default('other'),
  site: text.optional(),
  device: text.optional(),
  interface: text.optional(),
  interval: duration('5s', '1h').prefault('30s'),
  timeout: duration('50ms', '30s').prefault('3s'),
  status: whole(100, 599).optional(),
  query: text.default('example.com'),
});

const site = z.strictObject({
  name: text,
  region: text.optional(),
  latitude: latitude.optional(),
  longitude: longitude.optional(),
});

/** Exporters that may share a fleet. */
export const MOST_SHARDS = 256;

/** In production no ready-made fleet is loaded unless somebody insists. */
const ENVIRONMENTS = ['production', 'development'] as const;

/** `isp-monitor.yml` as people write it. Defaults stand here and nowhere else. */
export const fileSchema = z.strictObject({
  data_dir: text.default('./data'),
  environment: z.enum(ENVIRONMENTS, { error: `it must be one of ${ENVIRONMENTS.join(', ')}` }).default('development'),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
  auths: z.record(z.string(), authSchema).default({}),
  sites: z.array(site).default([]),
  devices: z.array(device).default([]),
  probes: z.array(probeSchema).default([]),
  bundle: text.optional(),
  inventory: z
    .strictObject({
      url: httpUrl,
      token: text.optional(),
      token_file: text.optional(),
      refresh: duration('1s', '1h').prefault('15s'),
    })
    .optional(),
  database: z.strictObject({ url: databaseUrl.optional(), url_file: text.optional() }).prefault({}),
  metrics: z
    .strictObject({
      url: httpUrl.refine((url) => !URL.canParse(url) || new URL(url).username === '', {
        error: 'it must hold no name and password; a token goes into metrics.token',
      }),
      token: text.optional(),
      token_file: text.optional(),
      timeout: duration('100ms', '1m').prefault('10s'),
    })
    .optional(),
  exporter: z
    .strictObject({
      listen: listen.default('127.0.0.1:9760'),
      allow_unauthenticated: z.boolean().default(false),
      shard: z.strictObject({ index: whole(0, MOST_SHARDS - 1), count: whole(1, MOST_SHARDS) }).optional(),
    })
    .prefault({}),
  discovery: z
    .strictObject({
      listen: listen.default('127.0.0.1:9761'),
      allow_unauthenticated: z.boolean().default(false),
      tokens: z.array(apiTokenSchema).default([]),
      full_walk_at: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'it must be a local time of day, such as "02:30"' })
        .default('02:30'),
      refresh: duration('1m', '1d').prefault('1h'),
      concurrency: whole(1, 500).default(50),
      rules: text.optional(),
      providers: text.optional(),
      lease: duration('5s', '1h').prefault('90s'),
      auths: z.array(text).min(1, { error: 'it must name at least one of auths:, or be left out' }).optional(),
      scan: z
        .strictObject({
          networks: z.array(network).default([]),
          concurrency: whole(1, 500).default(50),
          timeout: duration('100ms', '30s').prefault('2s'),
          rate: whole(1, 10_000).default(100),
        })
        .prefault({}),
    })
    .prefault({}),
  ping: z
    .strictObject({
      interval: duration('1s', '5m').prefault('10s'),
      count: whole(1, 10).default(5),
      gap: duration('10ms', '2s').prefault('200ms'),
      timeout: duration('50ms', '10s').prefault('1s'),
      failed_rounds: whole(1, 10).default(2),
      driver: z.enum(['auto', 'socket', 'fping', 'simulator']).default('auto'),
      simulator_url: httpUrl.optional(),
      fping_path: text.optional(),
    })
    .prefault({}),
  snmp: z
    .strictObject({
      interval: duration('5s', '1h').prefault('60s'),
      fast_interval: duration('1s', '1h').optional(),
      slow_interval: duration('5s', '1d').prefault('300s'),
      timeout: duration('100ms', '30s').prefault('3s'),
      retries: whole(0, 10).default(1),
      concurrency: whole(1, 5000).default(500),
      max_repetitions: whole(1, 100).default(25),
      max_interfaces: whole(1, 100_000).default(500),
      max_series: whole(1, 1_000_000).default(20_000),
      device_modules: z.boolean().default(true),
      modules: z.array(text).default([]),
      profiles: text.optional(),
    })
    .prefault({}),
});

export type ConfigFile = z.infer<typeof fileSchema>;
