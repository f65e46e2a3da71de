import { z } from 'zod';
import { DEVICE_SORTS, getDevice, listDevices } from '../../inventory/list-devices';
import { DEVICE_TIERS } from '../../model/device';
import { moment, pageOf } from './answer';
import { flag, pageShape, sortBy, text } from './input';
import type { ApiParts } from './parts';
import { ApiProblem } from './problem';
import { route, type ApiRoute } from './route';

const params = z.strictObject({ id: text });
const listQuery = z.strictObject({
  q: text.optional().meta({ description: 'Part of name, id, address, site, sysName or model.' }),
  site: text.optional(),
  region: text.optional(),
  type: text.optional(),
  vendor: text.optional(),
  enabled: flag.optional(),
  sort: sortBy(DEVICE_SORTS, 'name'),
  ...pageShape,
});

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
    ping: z.boolean(),
    enabled: z.boolean(),
    tier: z.enum(DEVICE_TIERS),
    origin: z.enum(['file', 'api']),
    vendor: z.string(),
    model: z.string(),
    os_version: z.string(),
    sys_name: z.string(),
    sys_object_id: z.string(),
    sys_descr: z.string(),
    sys_location: z.string(),
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

/** Devices: what they are, and discovery of one. */
export const deviceRoutes = ({ db, requestDiscovery }: ApiParts): ApiRoute[] => [
  route({
    method: 'get',
    path: '/devices',
    role: 'viewer',
    tag: 'devices',
    operationId: 'listDevices',
    summary: 'Devices, searched, filtered and sorted',
    query: listQuery,
    answer: { status: 200, schema: pageOf(deviceAnswer), description: 'A page of devices.' },
    async handle({ query: { sort, limit, offset, ...filters } }) {
      return { ...(await listDevices(db, filters, { ...sort, limit, offset })), limit, offset };
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
    handle: ({ params: { id } }) => deviceOr404(db, id),
  }),
  route({
    method: 'post',
    path: '/devices/{id}/discover',
    role: 'editor',
    exporters: true,
    tag: 'discovery',
    operationId: 'discoverDevice',
    summary: 'Discover a device at once',
    params,
    answer: {
      status: 202,
      schema: z.strictObject({ id: z.string(), requested: z.literal(true) }),
      description: 'The device is due now.',
    },
    problems: ['not_found', 'not_discoverable'],
    async handle({ params: { id } }) {
      const device = await deviceOr404(db, id);
      if (!(await requestDiscovery(device.id))) {
        const why = device.enabled ? 'it names no auth' : 'it is disabled';
        throw new ApiProblem('not_discoverable', `Device ${device.id} is not asked by SNMP: ${why} in the inventory.`);
      }
      return { id: device.id, requested: true };
    },
  }),
];

async function deviceOr404(db: ApiParts['db'], id: string) {
  const device = await getDevice(db, id);
  if (!device) {
    throw new ApiProblem('not_found', `There is no device ${id}; ids are in /api/v1/devices.`);
  }
  return device;
}
