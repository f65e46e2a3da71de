import type { Request, Response } from 'express';
import { z } from 'zod';
import type { SortKey } from '../../inventory/list-query';

const MAX_SORT_KEYS = 5;

/** `sort=site,-name`: columns to sort by, the first first, each with - in front for descending order. */
export function sortKeys<const T extends readonly [string, ...string[]]>(columns: T, first: SortKey<T[number]>) {
  const right = `it must be up to ${MAX_SORT_KEYS} of ${columns.join(', ')}, separated by commas, each with - in front for descending order`;
  return z
    .string()
    .default(first)
    .transform((value) => value.split(',').map((key) => key.trim()))
    .refine((keys) => keys.length <= MAX_SORT_KEYS && keys.every((key) => columns.includes(key.replace(/^-/, ''))), {
      error: right,
    })
    .transform((keys) => keys as SortKey<T[number]>[])
    .meta({ description: `Columns to sort by: ${columns.join(', ')}; -column for descending order.` });
}

/** A share from 0 to 1 as it stands in an address. */
export const share = z
  .string()
  .regex(/^(0|1|0?\.\d{1,6}|0\.\d{1,6}|1\.0{1,6})$/, { error: 'it must be a number from 0 to 1' })
  .transform(Number)
  .meta({ type: 'number', minimum: 0, maximum: 1 });

/** Tells where the next page is (RFC 8288), relative to where this one was asked for: proxies may sit in between. */
export function linkToNext(
  req: Request,
  res: Response,
  { total, limit, offset }: { total: number; limit: number; offset: number }
): void {
  if (offset + limit < total) {
    const query = new URLSearchParams(req.originalUrl.split('?')[1] ?? '');
    query.set('limit', String(limit));
    query.set('offset', String(offset + limit));
    res.setHeader('Link', `<?${query.toString()}>; rel="next"`);
  }
}
