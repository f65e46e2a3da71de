import { z } from 'zod';
import { schemaFindings } from '../../config/document';
import { ApiProblem } from './problem';

const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;

const whole = (min: number, max: number) => {
  const error = `it must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, { error })
    .transform(Number)
    .refine((n) => n >= min && n <= max, { error });
};

export const text = z.string().max(200, { error: 'it must have 200 characters at most' });
export const flag = z
  .enum(['true', 'false'], { error: 'it must be true or false' })
  .transform((value) => value === 'true');
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `it must be one of ${values.join(', ')}` });

/** `limit` and `offset` of every list. */
export const pageShape = {
  limit: whole(1, MAX_LIMIT).default(DEFAULT_LIMIT),
  offset: whole(0, Number.MAX_SAFE_INTEGER).default(0),
};

/** `sort=name` or, descending, `sort=-name`. */
export function sortBy<const T extends readonly [string, ...string[]]>(columns: T, first: T[number]) {
  const right = `it must be one of ${columns.join(', ')}, with - in front for descending order`;
  return z
    .string()
    .default(first)
    .refine((value) => columns.includes(value.replace(/^-/, '')), { error: right })
    .transform((value) => ({ sort: value.replace(/^-/, '') as T[number], descending: value.startsWith('-') }));
}

/** Decodes a query; throws the ApiProblem that names everything wrong with it. */
export function readQuery<T>(schema: z.ZodType<T>, query: unknown): T {
  const parsed = schema.safeParse(query);
  if (parsed.success) {
    return parsed.data;
  }
  const errors = schemaFindings(schema, query, parsed.error.issues).map((finding) => finding.message);
  throw new ApiProblem('invalid_request', `The query is not right: ${errors.join('; ')}`, errors);
}
