import { z } from 'zod';
import { pathText, schemaFindings } from '../../config/document';
import { ApiProblem, type ProblemFinding } from './problem';

const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;

/** A whole number as it stands in an address. */
export const whole = (min: number, max: number) => {
  const error = `it must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, { error })
    .transform(Number)
    .refine((n) => n >= min && n <= max, { error })
    .meta({ type: 'integer', minimum: min, maximum: max });
};

/** The `{id}` of what has numbers for ids. */
export const numericId = whole(1, Number.MAX_SAFE_INTEGER);

export const text = z.string().max(200, { error: 'it must have 200 characters at most' });
export const flag = z
  .enum(['true', 'false'], { error: 'it must be true or false' })
  .transform((value) => value === 'true')
  .meta({ type: 'boolean' });
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `it must be one of ${values.join(', ')}` });

/** A moment as it stands in an address. */
export const when = z.iso
  .datetime({ offset: true, error: 'it must be a moment such as 2026-01-31T12:00:00Z' })
  .transform((value) => new Date(value));

/** A key of the query that may stand there several times, each with one value: always a list. */
export const repeatable = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (given) => (given === undefined || Array.isArray(given) ? given : [given]),
    z.array(item).max(50, { error: 'it may stand there 50 times at most' })
  );

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
    .transform((value) => ({ sort: value.replace(/^-/, '') as T[number], descending: value.startsWith('-') }))
    .meta({ enum: columns.flatMap((column) => [column, `-${column}`]) });
}

/** Where the input stood that a schema reads. */
export type InputPlace = 'path' | 'query' | 'body';

/** RFC 6901 section 6. */
const pointer = (path: readonly PropertyKey[]) =>
  `#${path.map((key) => `/${encodeURIComponent(String(key).replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')}`;

const SHOWN_FINDINGS = 100;

/** Everything that `schema` refuses in `input`; or the decoded value. */
export function readInput<T>(
  schema: z.ZodType<T>,
  input: unknown,
  place: InputPlace
): { value: T; findings?: never } | { findings: ProblemFinding[]; value?: never } {
  // Postgres has no U+0000 in texts (SQLSTATE 22021), so that no field can want one.
  const nul = place === 'body' && typeof input === 'string' ? [] : placesOfNul(input);
  if (nul.length > 0) {
    return {
      findings: nul.map((path) =>
        finding(path, `${pathText(path)}: found a text with U+0000 in it; leave it out`, place)
      ),
    };
  }
  const parsed = schema.safeParse(input);
  return parsed.success
    ? { value: parsed.data }
    : {
        findings: schemaFindings(schema, input, parsed.error.issues).map(({ path, message }) =>
          finding(path, path.length === 0 ? message.replace(/^file: /, 'the whole: ') : message, place)
        ),
      };
}

function finding(path: readonly PropertyKey[], detail: string, place: InputPlace): ProblemFinding {
  return {
    detail,
    ...(path.length > 0 ? { field: pathText(path) } : {}),
    ...(place === 'body' ? { pointer: pointer(path) } : {}),
  };
}

/** The problem that names what is wrong with the whole request. */
export function inputProblem(
  found: Readonly<Partial<Record<'query' | 'body', readonly ProblemFinding[]>>>
): ApiProblem {
  const places = (['query', 'body'] as const).filter((place) => (found[place] ?? []).length > 0);
  const all = places.flatMap((place) => found[place] ?? []);
  const shown = all.slice(0, SHOWN_FINDINGS);
  const first = shown.slice(0, 5).map((one) => one.detail);
  const rest = all.length > first.length ? `; and ${all.length - first.length} more` : '';
  return new ApiProblem(
    'invalid_request',
    `The ${places.join(' and ')} is not right: ${first.join('; ')}${rest}`,
    shown
  );
}

function placesOfNul(value: unknown, path: readonly PropertyKey[] = []): PropertyKey[][] {
  if (typeof value === 'string') {
    return value.includes('\0') ? [[...path]] : [];
  }
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) =>
        placesOfNul(inner, [...path, Array.isArray(value) ? Number(key) : key])
      )
    : [];
}
