import { z } from 'zod';

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;

/** Milliseconds of `300ms`, `10s`, `1m30s`, `1.5h`; undefined for anything else, a bare number included. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) {
    return undefined;
  }
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (UNITS[unit as string] as number);
  }
  return Math.round(total);
}

/** A duration between two bounds, decoded to milliseconds. */
export function duration(min: string, max: string) {
  const low = parseDuration(min) as number;
  const high = parseDuration(max) as number;
  const right = `it must be a duration with a unit, such as 10s or 1m30s, between ${min} and ${max}`;
  return z
    .unknown()
    .refine(
      (value) => {
        const ms = typeof value === 'string' ? parseDuration(value) : undefined;
        return ms !== undefined && ms >= low && ms <= high;
      },
      { error: right }
    )
    .transform((value) => parseDuration(value as string) as number);
}
