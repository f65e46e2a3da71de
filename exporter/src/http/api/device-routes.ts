import { z } from 'zod';
import { wordsOfDevice } from '../../inventory/device-words';
import { DEVICE_SORTS, DISCOVERY_RESULTS, getDevice, listDevices } from '../../inventory/list-devices';
import { DEVICE_TIERS } from '../../model/device';
import { moment, pageOf } from './answer';
import { tellVersion } from './edit-request';
import { flag, oneOf, pageShape, text } from './input';
import { linkToNext, sortKeys } from './list-input';
import type { ApiParts } from './parts';
import { ApiProblem } from './problem';
import { route, type ApiRoute } from './route';

export const ORIGINS = ['file', 'api'] as const;
const params = z.strictObject({ id: text });

/** What chooses devices, in lists, exports and requests alike. */
export const deviceFilters = {
  q: text.optional().meta({
    description:
      'Words, all of which must be there: parts of name, id, address, sysName, model, or of name or region of the site.',
    examples: ['batumi rtr'],
  }),
  site: text.optional(),
  region: text.optional(),
  type: text.optional(),
  role: text.optional(),
  vendor: text.optional(),
  auth: text.optional().meta({ description: 'The credential that it names, or that discovery found.' }),
  tag: text.optional(),
  enabled: flag.optional(),
  origin: oneOf(ORIGINS).optional(),
  tier: oneOf(DEVICE_TIERS).optional(),
  bundle: text.optional(),
  result: oneOf(DISCOVERY_RESULTS).optional().meta({ description: 'What discovery says of it.' }),
  has_isp: flag.optional().meta({ description: 'Whether one of its active interfaces is an uplink.' }),
};
const listQuery = z.strictObject({ ...deviceFilters, sort: sortKeys(DEVICE_SORTS, 'name'), ...pageShape });

export const deviceAnswer = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    address: z.string(),
    snmp_port: z.int(),
    site: z.string(),
    region: z.string(),
    type: z.string(),
    role: z.string(),
    auth: z.string().nullable(),
    auth_found: z.string().nullable().meta({ description: 'Which credential answered, where auth is auto.' }),
    ping: z.boolean(),
    enabled: z.boolean(),
    tier: z.enum(DEVICE_TIERS),
    origin: z.enum(ORIGINS),
    bundle: z.string().nullable().meta({ description: 'Name of the bundle that brought it.' }),
    vendor: z.string(),
    model: z.string(),
    latitude: z.number().nullable().meta({ description: "Its own, else its site's." }),
    longitude: z.number().nullable(),
    vendor_discovered: z.string(),
    model_discovered: z.string(),
    region_override: z.string().nullable(),
    vendor_override: z.string().nullable(),
    model_override: z.string().nullable(),
    latitude_override: z.number().nullable(),
    longitude_override: z.number().nullable(),
    os_version: z.string(),
    modules: z.array(z.string()),
    sys_name: z.string(),
    sys_object_id: z.string(),
    sys_descr: z.string(),
    sys_location: z.string(),
    discovery_result: z.enum(DISCOVERY_RESULTS),
    discovery_reason: z.string().nullable(),
    discovery_detail: z.string(),
    discovery_failures: z.int(),
    last_discovery_at: moment.nullable(),
    last_discovery_success_at: moment.nullable(),
    next_discovery_at: moment.nullable().meta({ description: 'Null when it is due at once.' }),
    discovering: z.boolean(),
    interfaces: z.int(),
    isp_interfaces: z.int(),
    tags: z.array(z.string()),
    notes: z.string(),
    created_at: moment,
    updated_at: moment,
  })
  .meta({ id: 'Device' });

/** Devices: what they are. */
export const deviceRoutes = ({ db }: ApiParts): ApiRoute[] => [
  route({
    method: 'get',
    path: '/devices',
    role: 'viewer',
    tag: 'devices',
    operationId: 'listDevices',
    summary: 'Devices, searched, filtered and sorted',
    query: listQuery,
    answer: { status: 200, schema: pageOf(deviceAnswer), description: 'A page of devices.' },
    async handle({ query: { sort, limit, offset, has_isp, ...filters }, req, res }) {
      const page = await listDevices(db, { ...filters, hasIsp: has_isp }, { sort, limit, offset });
      linkToNext(req, res, { total: page.total, limit, offset });
      return { ...page, limit, offset };
    },
  }),
  route({
    method: 'get',
    path: '/devices/{id}',
    role: 'viewer',
    tag: 'devices',
    operationId: 'getDevice',
    summary: 'One device',
    params,
    answer: { status: 200, schema: deviceAnswer, description: 'The device.' },
    problems: ['not_found'],
    async handle({ params: { id }, res }) {
      const device = await deviceOr404(db, id);
      tellVersion(res, wordsOfDevice(device));
      return device;
    },
  }),
];

export async function deviceOr404(db: ApiParts['db'], id: string) {
  const device = await getDevice(db, id);
  if (!device) {
    throw new ApiProblem('not_found', `There is no device ${id}; ids are in /api/v1/devices.`);
  }
  return device;
}
