import { z } from 'zod';

/** A moment in an answer. */
export const moment = z.iso.datetime({ offset: true });

/** A page of a list. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({
    total: z.int().min(0).meta({ description: 'How many the filters leave, on all pages.' }),
    items: z.array(item),
    limit: z.int(),
    offset: z.int(),
  });
