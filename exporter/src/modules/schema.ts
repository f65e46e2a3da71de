import { z } from 'zod';
import { authSchema } from '../config/auth';
import { searchPattern, wholePattern } from './pattern';
import { enumValues, flag, float, name, oid, text, timeout, whole } from './scalars';
import { TEXT_TYPES, VALUE_TYPES, type Pattern } from './snmp-module';
import { strptime } from './strptime';

const valueType = z
  .enum(VALUE_TYPES, { error: `it must be one of ${VALUE_TYPES.slice(1).join(', ')}` })
  .nullish()
  .transform((type) => type ?? '');

const list = <T extends z.ZodType>(entry: T) =>
  z
    .array(entry)
    .nullish()
    .transform((entries) => entries ?? []);

const pattern = (compile: (source: string) => Pattern) =>
  text.transform((source, context) => {
    try {
      return compile(source);
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: `it must be a regular expression of RE2: ${(error as Error).message}`,
      });
      return z.NEVER;
    }
  });

const index = z
  .strictObject({
    labelname: name,
    type: z.enum(TEXT_TYPES, { error: `it must be one of ${TEXT_TYPES.join(', ')}` }),
    fixed_size: whole(0, 128).prefault('0'),
    implied: flag.prefault('false'),
    enum_values: enumValues,
  })
  .transform(({ fixed_size, enum_values, ...rest }) => ({ ...rest, fixedSize: fixed_size, enumValues: enum_values }));

const lookup = z
  .strictObject({
    labels: list(name),
    labelname: name,
    oid: oid.nullish(),
    type: valueType,
    display_hint: text,
    enum_values: enumValues,
  })
  .superRefine((entry, context) => {
    if (entry.labels.length > 0 && !entry.oid) {
      context.addIssue({ code: 'custom', path: ['oid'], message: 'a lookup by labels must name the column it reads' });
    }
  })
  .transform(({ oid: column, display_hint, enum_values, ...rest }) => ({
    ...rest,
    oid: column ?? '',
    displayHint: display_hint,
    enumValues: enum_values,
  }));

const extract = z.strictObject({ regex: pattern(wholePattern), value: z.string().default('$1') });

const metric = z
  .strictObject({
    name,
    oid,
    type: valueType,
    help: text,
    indexes: list(index),
    lookups: list(lookup),
    regex_extracts: z
      .record(z.string(), list(extract))
      .nullish()
      .transform((bySuffix) => Object.entries(bySuffix ?? {}).map(([suffix, choices]) => ({ suffix, choices }))),
    enum_values: enumValues,
    scale: float.prefault('0'),
    offset: float.prefault('0'),
    datetime_pattern: text,
    display_hint: text,
  })
  .superRefine(({ type, datetime_pattern }, context) => {
    if (type !== 'ParseDateAndTime') {
      return;
    }
    try {
      strptime(datetime_pattern);
    } catch (error) {
      context.addIssue({ code: 'custom', path: ['datetime_pattern'], message: (error as Error).message });
    }
  })
  .transform(({ regex_extracts, enum_values, datetime_pattern, display_hint, ...rest }) => ({
    ...rest,
    regexExtracts: regex_extracts,
    enumValues: enum_values,
    datetimePattern: datetime_pattern,
    displayHint: display_hint,
  }));

const filter = z.strictObject({ oid, targets: list(oid), values: list(pattern(searchPattern)) });

export const moduleSchema = z
  .strictObject({
    walk: list(oid),
    get: list(oid),
    metrics: list(metric),
    max_repetitions: whole(0, 2 ** 31 - 1).prefault('25'),
    retries: whole(0, 100).prefault('3'),
    timeout: timeout.prefault('5s'),
    allow_nonincreasing_oids: flag.prefault('false'),
    use_unconnected_udp_socket: flag.prefault('false'),
    filters: list(filter),
  })
  .transform(
    ({ max_repetitions, timeout: timeoutMs, allow_nonincreasing_oids, use_unconnected_udp_socket, ...rest }) => ({
      ...rest,
      maxRepetitions: max_repetitions,
      timeoutMs,
      allowNonIncreasingOids: allow_nonincreasing_oids,
      useUnconnectedUdpSocket: use_unconnected_udp_socket,
    })
  );

/** A whole snmp.yml; every scalar is a text, but `version` of an auth is a number. */
export const snmpYmlSchema = z.strictObject({
  modules: z.record(z.string(), moduleSchema).nullish(),
  auths: z.record(z.string(), authSchema).nullish(),
  version: whole(0, 2 ** 31 - 1).optional(),
});

export type SnmpYml = z.infer<typeof snmpYmlSchema>;
