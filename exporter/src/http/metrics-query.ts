import { z } from 'zod';
import { BUCKETS } from '../metrics/bucket';
import type { Scope } from '../metrics/exposition';
import { COLLECT_PARTS, type CollectPart } from '../metrics/families';

const KEYS = ['collect[]', 'shard', 'of'];
const PART_NAMES = COLLECT_PARTS.join(', ');

const part = z.string().transform((name, ctx): CollectPart => {
  const known = COLLECT_PARTS.find((p) => p === name);
  if (!known) {
    ctx.addIssue({ code: 'custom', message: `collect[]=${name}: there is no such part; the parts are ${PART_NAMES}` });
    return z.NEVER;
  }
  return known;
});

const whole = (key: string, right: string, min: number, max: number) =>
  z
    .array(z.string())
    .max(1, { error: `${key} is given twice` })
    .transform((values, ctx) => {
      const text = values[0];
      if (text === undefined) {
        return undefined;
      }
      const n = /^\d{1,4}$/.test(text) ? Number(text) : NaN;
      if (!(n >= min && n <= max)) {
        ctx.addIssue({ code: 'custom', message: `${key}=${text}: it must be ${right}` });
        return z.NEVER;
      }
      return n;
    });

const schema = z
  .object({
    parts: z.array(part),
    shard: whole('shard', `a whole number from 0 to ${BUCKETS - 1}`, 0, BUCKETS - 1),
    of: whole('of', `a whole number from 1 to ${BUCKETS}`, 1, BUCKETS),
    unknown: z.array(z.string()),
  })
  .superRefine(({ shard, of, unknown }, ctx) => {
    for (const key of unknown) {
      ctx.addIssue({ code: 'custom', message: `${key}: there is no such parameter; they are ${KEYS.join(', ')}` });
    }
    if ((shard === undefined) !== (of === undefined)) {
      ctx.addIssue({ code: 'custom', message: 'shard and of go together: ?shard=0&of=4' });
    } else if (shard !== undefined && of !== undefined && shard >= of) {
      ctx.addIssue({ code: 'custom', message: `shard=${shard}: with of=${of} it must be from 0 to ${of - 1}` });
    }
  });

/** What a scrape asks for, or one line for each thing that is wrong with it. */
export function scopeOf(query: URLSearchParams): { scope: Scope } | { wrong: string[] } {
  const collect = [...query.getAll('collect[]'), ...query.getAll('collect')];
  const result = schema.safeParse({
    // `collect[]=ping,states` is what people write when they do not repeat a parameter.
    parts: collect.flatMap((value) => value.split(',')),
    shard: query.getAll('shard'),
    of: query.getAll('of'),
    unknown: [...new Set(query.keys())].filter((key) => !KEYS.includes(key) && key !== 'collect'),
  });
  if (!result.success) {
    return { wrong: result.error.issues.map((issue) => issue.message) };
  }
  const { parts, shard, of } = result.data;
  return {
    scope: {
      parts: new Set(parts.length > 0 ? parts : COLLECT_PARTS),
      shard: { index: shard ?? 0, of: of ?? 1 },
    },
  };
}
