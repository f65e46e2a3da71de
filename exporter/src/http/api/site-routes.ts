import { z } from 'zod';
import { listSites } from '../../inventory/list-devices';
import type { ApiParts } from './parts';
import { route, type ApiRoute } from './route';

export const siteAnswer = z
  .strictObject({
    id: z.int(),
    name: z.string(),
    region: z.string(),
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    origin: z.enum(['file', 'api']),
    devices: z.int(),
    isp_interfaces: z.int(),
  })
  .meta({ id: 'Site' });

/** Sites with what stands there. */
export const siteRoutes = ({ db }: ApiParts): ApiRoute[] => [
  route({
    method: 'get',
    path: '/sites',
    role: 'viewer',
    tag: 'sites',
    operationId: 'listSites',
    summary: 'Every site with the number of its devices and uplinks, by name',
    answer: {
      status: 200,
      schema: z.strictObject({ total: z.int(), items: z.array(siteAnswer) }),
      description: 'All sites.',
    },
    async handle() {
      const items = await listSites(db);
      return { total: items.length, items };
    },
  }),
];
