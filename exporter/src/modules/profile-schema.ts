import { z } from 'zod';
import { AGGREGATES, UPTIME_CLOCKS, type UptimeClock } from './profile';

const name = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, { error: 'it must be of letters, digits and _' });
const pattern = z
  .string()
  .min(1, { error: 'it must not be empty' })
  .refine(isPattern, { error: 'it must be a regular expression of JavaScript (flags iu)' })
  .transform((text) => new RegExp(text, 'iu'));

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'iu') instanceof RegExp;
  } catch {
    return false;
  }
}

/** One may stand without the dash of a list. */
const oneOrMore = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (value) => (Array.isArray(value) || value === undefined ? value : [value]),
    z.array(schema).min(1, { error: 'it must not be empty' })
  );

const source = z.strictObject({
  metric: name,
  where: z.record(z.string(), pattern).default({}),
  unless: z.record(z.string(), pattern).default({}),
  absent: z.array(z.number()).default([]),
  status: z
    .strictObject({ metric: name, is: z.array(z.number()).optional(), isnt: z.array(z.number()).default([]) })
    .optional(),
  times: name.optional(),
  scale_label: name.optional(),
  precision_label: name.optional(),
  scale: z.number().default(1),
  remainder: z.boolean().default(false),
  aggregate: z.enum(AGGREGATES, { error: `it must be one of ${AGGREGATES.join(', ')}` }).optional(),
});
const sensor = source.extend({
  sensor: z.string().min(1).optional(),
  names: z.array(name).default([]),
  id: name.optional(),
});
const summand = source.extend({ subtract: z.boolean().default(false), optional: z.boolean().default(false) });

const memory = z
  .strictObject({
    used: oneOrMore(summand).optional(),
    free: oneOrMore(summand).optional(),
    total: oneOrMore(summand).optional(),
  })
  .refine((parts) => [parts.used, parts.free, parts.total].filter((part) => part !== undefined).length === 2, {
    error: 'it must tell two of used, free and total, from which the third follows',
  });

const clocks = Object.keys(UPTIME_CLOCKS) as [UptimeClock, ...UptimeClock[]];

const profile = z.strictObject({
  extends: name.optional(),
  vendor: z.string().optional(),
  match: z
    .array(
      z.strictObject({
        vendor: z.string().min(1).optional(),
        sys_object_id: z
          .string()
          .regex(/^\d+(\.\d+)+$/, { error: 'it must be a dotted OID without a leading dot' })
          .optional(),
        sys_descr: pattern.optional(),
      })
    )
    .default([]),
  fallback: z.boolean().default(false),
  modules: z.strictObject({ standard: z.array(name).default([]), slow: z.array(name).default([]) }).prefault({}),
  cpu: z.array(source).optional(),
  memory: z.array(memory).optional(),
  temperature: z.array(oneOrMore(sensor)).optional(),
  uptime: z.array(z.enum(clocks, { error: `it must be one of ${clocks.join(', ')}` })).optional(),
});

/** A file of profiles: our own format, described in docs/modules.md. */
export const profileFileSchema = z.strictObject({ profiles: z.record(name, profile) });

export type ProfileFile = z.output<typeof profileFileSchema>;
export type ProfileEntry = ProfileFile['profiles'][string];
export type SourceEntry = z.output<typeof source>;
export type SensorEntry = z.output<typeof sensor>;
export type SummandEntry = z.output<typeof summand>;
export type MemoryEntry = z.output<typeof memory>;
