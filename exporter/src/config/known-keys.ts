import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';

interface Def {
  type: string;
  shape?: Record<string, z.ZodType>;
  innerType?: z.ZodType;
  element?: z.ZodType;
  valueType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  options?: readonly z.ZodType[];
}

const def = (schema: z.ZodType): Def => schema._zod.def as unknown as Def;

/** What stands in the file: of a pipe its beginning, unless that only rewrites what is checked behind it. */
const innerOf = (d: Def) => d.innerType ?? (d.in && def(d.in).type === 'transform' ? d.out : d.in);

/** The keys that an object at `path` below `schema` may have; empty when the schema has no object there. */
export function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const d = def(schema);
  const inner = innerOf(d);
  if (inner) {
    return knownKeys(inner, path);
  }
  if (d.options) {
    return [...new Set(d.options.flatMap((option) => knownKeys(option, path)))];
  }
  const [first, ...rest] = path;
  if (first === undefined) {
    return Object.keys(d.shape ?? {});
  }
  const next = d.shape?.[String(first)] ?? d.element ?? d.valueType;
  return next ? knownKeys(next, rest) : [];
}

/** The known key that was most likely meant, when one is near enough. */
export function nearestKey(key: string, known: readonly string[]): string | undefined {
  if (known.length === 0) {
    return undefined;
  }
  const best = closest(key, [...known]);
  return distance(key, best) <= Math.max(2, Math.floor(key.length / 3)) ? best : undefined;
}

export interface DocumentedKey {
  /** `devices[].name`, `auths.<name>.version`. */
  path: string;
  /** As people write it; undefined when there is none. */
  default: unknown;
}

/** Every key that a file may have, leaves only, with its default. */
export function leafKeys(schema: z.ZodType, path = '', fallback?: unknown): DocumentedKey[] {
  const d = def(schema);
  const inner = innerOf(d);
  if (inner && !d.shape) {
    const own = (d as Def & { defaultValue?: unknown }).defaultValue;
    return leafKeys(inner, path, own ?? fallback);
  }
  if (d.shape) {
    const keys = Object.entries(d.shape);
    return keys.flatMap(([key, value]) => leafKeys(value, path === '' ? key : `${path}.${key}`));
  }
  if (d.element) {
    return leafKeys(d.element, `${path}[]`);
  }
  if (d.valueType) {
    return leafKeys(d.valueType, `${path}.<name>`);
  }
  return [{ path, default: fallback }];
}
