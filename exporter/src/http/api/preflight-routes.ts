import { z } from 'zod';
import {
  countByResult,
  DEVICE_SORTS,
  DISCOVERY_RESULTS,
  listDevices,
  type DeviceRow,
} from '../../inventory/list-devices';
import { discoveryHint } from '../discovery-hint';
import { moment, pageOf } from './answer';
import { deviceFilters } from './device-routes';
import { oneOf, pageShape } from './input';
import { linkToNext, sortKeys } from './list-input';
import type { ApiParts } from './parts';
import { preflightCsv } from './preflight-csv';
import { route, type ApiRoute } from './route';

const preflightDevice = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    address: z.string(),
    snmp_port: z.int(),
    site: z.string(),
    region: z.string(),
    type: z.string(),
    auth: z.string().nullable(),
    auth_found: z.string().nullable(),
    result: z.enum(DISCOVERY_RESULTS),
    hint: z.string().nullable().meta({ description: 'What to look at first; null: nothing is wrong.' }),
    detail: z.string(),
    failures: z.int().meta({ description: 'Failed discoveries in a row.' }),
    last_discovery_at: moment.nullable(),
    last_discovery_success_at: moment.nullable(),
  })
  .meta({ id: 'PreflightDevice' });
export type PreflightDevice = z.input<typeof preflightDevice>;

/** Who answers SNMP and who does not, and what to look at. */
export const preflightRoutes = ({ db }: ApiParts): ApiRoute[] => [
  route({
    method: 'get',
    path: '/discovery/preflight',
    role: 'viewer',
    tag: 'discovery',
    operationId: 'getPreflight',
    summary: 'Which devices answer SNMP, and why the others do not',
    description:
      'As CSV (format=csv, or Accept: text/csv) it holds every device that the filters leave, whatever limit says.',
    query: z.strictObject({
      ...deviceFilters,
      format: oneOf(['json', 'csv']).optional(),
      sort: sortKeys(DEVICE_SORTS, 'discovery_result'),
      ...pageShape,
    }),
    answer: {
      status: 200,
      schema: pageOf(preflightDevice).extend({
        counts: z
          .array(z.strictObject({ result: z.enum(DISCOVERY_RESULTS), devices: z.int(), hint: z.string().nullable() }))
          .meta({ description: 'Of the devices that the other filters leave, whatever result says.' }),
      }),
      description: 'Counts by result, and a page of devices.',
    },
    async handle({ query, req, res }) {
      const { format, sort, limit, offset, has_isp, ...rest } = query;
      const filters = { ...rest, hasIsp: has_isp };
      if (format === 'csv' || (format === undefined && req.accepts(['application/json', 'text/csv']) === 'text/csv')) {
        await preflightCsv(res, async (from, count) =>
          (await listDevices(db, filters, { sort, limit: count, offset: from })).items.map(shown)
        );
        return undefined;
      }
      const counts = await countByResult(db, { ...filters, result: undefined });
      const page = await listDevices(db, filters, { sort, limit, offset });
      linkToNext(req, res, { total: page.total, limit, offset });
      return {
        counts: counts.map((count) => ({ ...count, hint: discoveryHint(count.result) })),
        total: page.total,
        items: page.items.map(shown),
        limit,
        offset,
      };
    },
  }),
];

const shown = (d: DeviceRow) => ({
  id: d.id,
  name: d.name,
  address: d.address,
  snmp_port: d.snmp_port,
  site: d.site,
  region: d.region,
  type: d.type,
  auth: d.auth,
  auth_found: d.auth_found,
  result: d.discovery_result,
  hint: discoveryHint(d.discovery_result),
  detail: d.discovery_detail,
  failures: d.discovery_failures,
  last_discovery_at: d.last_discovery_at?.toISOString() ?? null,
  last_discovery_success_at: d.last_discovery_success_at?.toISOString() ?? null,
});
