import { z } from 'zod';
import {
  countByResult,
  DEVICE_SORTS,
  DISCOVERY_RESULTS,
  listDevices,
  type DeviceFilters,
  type DeviceRow,
  type DeviceSort,
} from '../../inventory/list-devices';
import type { SortKey } from '../../inventory/list-query';
import { csvTable } from '../../inventory/import/device-table';
import { discoveryHint } from '../discovery-hint';
import { moment, pageOf } from './answer';
import { deviceFilters } from './device-routes';
import { flag, oneOf, pageShape } from './input';
import { linkToNext, sortKeys } from './list-input';
import type { ApiParts } from './parts';
import { route, type ApiRoute } from './route';
import { begun, sendTable } from './table-answer';

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
type PreflightDevice = z.input<typeof preflightDevice>;

const COLUMNS: readonly (keyof PreflightDevice)[] = [
  'result',
  'name',
  'address',
  'snmp_port',
  'site',
  'region',
  'type',
  'auth',
  'auth_found',
  'hint',
  'detail',
  'failures',
  'last_discovery_at',
  'last_discovery_success_at',
  'id',
];
const AT_ONCE = 1000;

async function* report(
  db: ApiParts['db'],
  filters: DeviceFilters,
  sort: readonly SortKey<DeviceSort>[]
): AsyncGenerator<PreflightDevice[]> {
  for (let offset = 0, more = true; more; offset += AT_ONCE) {
    const { items } = await listDevices(db, filters, { sort, limit: AT_ONCE, offset });
    yield items.map(shown);
    more = items.length === AT_ONCE;
  }
}

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
      bom: flag.default(false).meta({ description: 'Of CSV: with a byte order mark, which Excel needs.' }),
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
      const { format, bom, sort, limit, offset, has_isp, ...rest } = query;
      const filters = { ...rest, hasIsp: has_isp };
      if (format === 'csv' || (format === undefined && req.accepts(['application/json', 'text/csv']) === 'text/csv')) {
        const rows = await begun(report(db, filters, sort));
        const attachment = { type: 'text/csv; charset=utf-8', filename: 'snmp-preflight.csv' };
        await sendTable(res, attachment, rows, csvTable(COLUMNS, { bom }));
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
