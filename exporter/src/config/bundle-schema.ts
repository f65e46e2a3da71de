import { z } from 'zod';
import { PROBE_CLASSES, PROBE_TYPES } from '../model/probe';
import { isHost, parseHostPort } from './address';

const text = z.string().trim().min(1, { error: 'it must not be empty' });
const degrees = (limit: number) => {
  const error = `it must be degrees from ${-limit} to ${limit} (WGS 84)`;
  return z.number().min(-limit, { error }).max(limit, { error });
};

const site = z.strictObject({
  name: text,
  region: text.optional(),
  latitude: degrees(90).optional(),
  longitude: degrees(180).optional(),
});

const interfaceSchema = z.strictObject({
  if_name: text,
  /** Without one it is the if_name, as on RouterOS. */
  if_descr: text.optional(),
  if_alias: z.string().max(64, { error: 'it must have 64 characters at most, as IF-MIB::ifAlias has' }).default(''),
  /** Without one interfaces are numbered 1, 2, 3 in the order of the file. */
  if_index: z.number().int().min(1, { error: 'it must be 1 or more' }).optional(),
  /** IANAifType number. */
  if_type: z.number().int().min(1, { error: 'it must be 1 or more' }).default(6),
  /** bit/s; 0 where the agent has no word on it, as on most virtual interfaces. */
  speed: z.number().int().min(0, { error: 'it must be bit/s, 0 or more' }).default(0),
  mtu: z.number().int().min(0, { error: 'it must be octets, 0 or more' }).default(1500),
  /** False: shut down by the operator. */
  enabled: z.boolean().default(true),
  /** False: nothing is plugged in. */
  connected: z.boolean().default(true),
  /** The internet provider behind it: makes the interface an uplink. */
  provider: text.optional(),
});

const device = z.strictObject({
  id: text.optional(),
  name: text,
  address: z.string().refine((value) => parseHostPort(value, 161) !== undefined, {
    error: 'it must be an IPv4 or IPv6 address or a DNS name, with an optional :port',
  }),
  site: text,
  type: text.default('router'),
  role: text.optional(),
  vendor: text.optional(),
  model: text.optional(),
  os_version: text.optional(),
  auth: text.optional(),
  ping: z.boolean().default(true),
  tags: z.array(text).default([]),
  interfaces: z.array(interfaceSchema).default([]),
});

const linkEnd = z.strictObject({ device: text, interface: text });

/** A bundle as people write it. Defaults stand here and nowhere else. */
export const bundleSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9_-]+$/, { error: 'it must be lower-case letters, digits, dashes and underscores' }),
  description: z.string().default(''),
  sites: z.array(site),
  devices: z.array(device),
  links: z.array(z.strictObject({ a: linkEnd, b: linkEnd })).default([]),
  /** Which devices a device is reached through. */
  dependencies: z
    .array(z.strictObject({ device: text, upstreams: z.array(text).min(1, { error: 'it must name one at least' }) }))
    .default([]),
  probe_targets: z
    .array(
      z.strictObject({
        name: text,
        address: z
          .string()
          .refine((value) => isHost(value) || parseHostPort(value, 1) !== undefined || URL.canParse(value), {
            error: 'it must be an IP address, a DNS name, host:port or a URL',
          }),
        kind: z.enum(PROBE_TYPES),
        class: z.enum(PROBE_CLASSES).default('other'),
      })
    )
    .default([]),
  alert_packs: z.array(text).default([]),
});

/** The file with its defaults filled in, in the words of the file. */
export type BundleFile = z.infer<typeof bundleSchema>;
export type BundleFileInput = z.input<typeof bundleSchema>;
