import { z } from 'zod';
import { inventorySummary } from '../../inventory/summary';
import type { ApiParts } from './parts';
import { route, type ApiRoute } from './route';

const counts = z.array(z.strictObject({ name: z.string(), count: z.int() }));
const summaryAnswer = z
  .strictObject({
    sites: z.int(),
    devices: z.strictObject({
      total: z.int(),
      enabled: z.int(),
      by_type: counts,
      by_vendor: counts,
      by_region: counts,
      by_discovery_result: counts,
    }),
    interfaces: z.strictObject({
      total: z.int(),
      critical: z.int(),
      monitored: z.int(),
      overridden: z.int(),
      by_type: counts,
    }),
    uplinks: z.strictObject({
      total: z.int().meta({ description: 'A port and its VLANs are one.' }),
      by_provider: counts,
      by_site: counts,
    }),
  })
  .meta({ id: 'Summary' });

/** How much the inventory holds. */
export const summaryRoutes = ({ db }: ApiParts): ApiRoute[] => [
  route({
    method: 'get',
    path: '/summary',
    role: 'viewer',
    tag: 'inventory',
    operationId: 'getSummary',
    summary: 'How much the inventory holds, and of what',
    description: 'Counts of what there is. What is up or down now is in the time series database.',
    answer: { status: 200, schema: summaryAnswer, description: 'The counts, the largest first.' },
    handle: () => inventorySummary(db),
  }),
];
