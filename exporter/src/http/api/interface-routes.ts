import { z } from 'zod';
import { getInterface, interfaceChanges, INTERFACE_SORTS, listInterfaces } from '../../inventory/list-interfaces';
import { INTERFACE_TYPES } from '../../model/interface';
import { moment, pageOf } from './answer';
import { flag, numericId, oneOf, pageShape, sortBy, text } from './input';
import type { ApiParts } from './parts';
import { ApiProblem } from './problem';
import { route, type ApiRoute } from './route';

const listQuery = z.strictObject({
  q: text.optional().meta({ description: 'Part of if_name, if_alias, if_descr, device name or address.' }),
  device_id: text.optional(),
  site: text.optional(),
  region: text.optional(),
  type: text.optional().meta({ description: 'Type of the device.' }),
  interface_type: oneOf(INTERFACE_TYPES).optional(),
  provider: text.optional(),
  critical: flag.optional(),
  active: flag.default(true),
  sort: sortBy(INTERFACE_SORTS, 'device'),
  ...pageShape,
});

const shape = {
  id: z.int(),
  device_id: z.string(),
  device_name: z.string(),
  device_ip: z.string(),
  site: z.string(),
  region: z.string(),
  if_name: z.string(),
  weak_identity: z.boolean(),
  if_index: z.int(),
  if_descr: z.string(),
  if_alias: z.string(),
  if_type: z.int(),
  interface_type: z.enum(INTERFACE_TYPES),
  isp_provider: z.string(),
  is_critical: z.boolean(),
  monitored: z.boolean(),
  interface_type_discovered: z.enum(INTERFACE_TYPES),
  isp_provider_discovered: z.string(),
  is_critical_discovered: z.boolean(),
  parser_confidence: z.number(),
  parser_source: z.string(),
  parser_rule: z.string(),
  interface_type_override: z.enum(INTERFACE_TYPES).nullable(),
  isp_provider_override: z.string().nullable(),
  is_critical_override: z.boolean().nullable(),
  monitoring_enabled_override: z.boolean().nullable(),
  speed_override: z.number().nullable(),
  mtu: z.number().nullable(),
  phys_address: z.string(),
  admin_status_at_discovery: z.int().nullable(),
  oper_status_at_discovery: z.int().nullable(),
  speed_at_discovery: z.number().nullable(),
  active: z.boolean(),
  last_seen: moment.nullable(),
  discovered_at: moment,
  updated_at: moment,
  tags: z.array(z.string()),
  notes: z.string(),
};
export const interfaceAnswer = z.strictObject(shape).meta({ id: 'Interface' });
const change = z
  .strictObject({ changed_at: moment, field: z.string(), old_value: z.string(), new_value: z.string() })
  .meta({ id: 'InterfaceChange' });

/** Interfaces: words in effect, and beside them what discovery and operators said. */
export const interfaceRoutes = ({ db }: ApiParts): ApiRoute[] => [
  route({
    method: 'get',
    path: '/interfaces',
    role: 'viewer',
    tag: 'interfaces',
    operationId: 'listInterfaces',
    summary: 'Interfaces, searched, filtered and sorted',
    query: listQuery,
    answer: { status: 200, schema: pageOf(interfaceAnswer), description: 'A page of interfaces.' },
    async handle({ query: { sort, limit, offset, device_id, interface_type, ...filters } }) {
      const page = await listInterfaces(
        db,
        { ...filters, deviceId: device_id, interfaceType: interface_type },
        { ...sort, limit, offset }
      );
      return { ...page, limit, offset };
    },
  }),
  route({
    method: 'get',
    path: '/interfaces/{id}',
    role: 'viewer',
    tag: 'interfaces',
    operationId: 'getInterface',
    summary: 'One interface with its newest changes',
    params: z.strictObject({ id: numericId }),
    answer: {
      status: 200,
      schema: z.strictObject({ ...shape, changes: z.array(change) }),
      description: 'The interface.',
    },
    problems: ['not_found'],
    async handle({ params: { id } }) {
      const found = await getInterface(db, id);
      if (!found) {
        throw new ApiProblem('not_found', `There is no interface ${id}; ids are the numbers in /api/v1/interfaces.`);
      }
      return { ...found, changes: await interfaceChanges(db, id) };
    },
  }),
];
