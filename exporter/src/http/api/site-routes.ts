import { z } from 'zod';
import { listSites, SITE_SORTS } from '../../inventory/list-sites';
import { moment, pageOf } from './answer';
import { ORIGINS } from './device-routes';
import { oneOf, pageShape, text } from './input';
import { linkToNext, sortKeys } from './list-input';
import type { ApiParts } from './parts';
import { route, type ApiRoute } from './route';

const listQuery = z.strictObject({
  q: text.optional().meta({ description: 'Words, all of which must be there: parts of name, region or address.' }),
  region: text.optional(),
  origin: oneOf(ORIGINS).optional(),
  bundle: text.optional(),
  sort: sortKeys(SITE_SORTS, 'name'),
  ...pageShape,
});

export const siteAnswer = z
  .strictObject({
    id: z.int(),
    name: z.string(),
    region: z.string(),
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    address: z.string(),
    notes: z.string(),
    origin: z.enum(ORIGINS),
    bundle: z.string().nullable(),
    devices: z.int(),
    interfaces: z.int(),
    isp_interfaces: z.int().meta({ description: 'Uplinks: a port and its VLANs are one.' }),
    critical_interfaces: z.int(),
    created_at: moment,
    updated_at: moment,
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
    summary: 'Sites with the number of their devices and uplinks',
    query: listQuery,
    answer: { status: 200, schema: pageOf(siteAnswer), description: 'A page of sites.' },
    async handle({ query: { sort, limit, offset, ...filters }, req, res }) {
      const page = await listSites(db, filters, { sort, limit, offset });
      linkToNext(req, res, { total: page.total, limit, offset });
      return { ...page, limit, offset };
    },
  }),
];
