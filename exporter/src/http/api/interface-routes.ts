import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Database } from '../../inventory/database';
import {
  countInterfaceChanges,
  getInterface,
  interfaceChanges,
  INTERFACE_SORTS,
  listInterfaces,
  type InterfaceFilters,
} from '../../inventory/list-interfaces';
import { INTERFACE_TYPES } from '../../model/interface';
import { UPLINK_ROLES } from '../../model/uplink-role';
import { pageOf } from './answer';
import { flag, numericId, oneOf, pageShape, repeatable, text, whole } from './input';
import { interfaceAnswer, interfaceChangeAnswer, interfaceShape } from './interface-answer';
import { linkToNext, share, sortKeys } from './list-input';
import type { ApiParts } from './parts';
import { ApiProblem } from './problem';
import { route, type ApiRoute } from './route';

/** What chooses interfaces, whatever the list. */
const common = {
  q: text.optional().meta({
    description:
      'Words, all of which must be there: parts of if_name, if_alias, if_descr, MAC address, provider, or of what finds the device.',
    examples: ['batumi magti'],
  }),
  provider: text.optional(),
  active: flag.default(true).meta({ description: 'false: those that are gone.' }),
  monitored: flag.optional(),
  uplink_role: oneOf(UPLINK_ROLES).optional(),
  overridden: flag.optional().meta({ description: 'Whether an operator said something that wins over discovery.' }),
  tag: text.optional(),
  min_confidence: share.optional(),
  max_confidence: share.optional(),
  admin_status: whole(1, 3).optional().meta({ description: 'IF-MIB number as the last walk saw it.' }),
  oper_status: whole(1, 7).optional().meta({ description: 'IF-MIB number as the last walk saw it.' }),
  sort: sortKeys(INTERFACE_SORTS, 'device'),
  ...pageShape,
};
const ofDevices = {
  device_id: text.optional(),
  site: text.optional(),
  region: text.optional(),
  type: text.optional().meta({ description: 'Type of the device.' }),
};
const classes = {
  interface_type: repeatable(oneOf(INTERFACE_TYPES)).optional(),
  critical: flag.optional(),
};
const { interface_type, critical } = classes;
type ListQuery = z.output<z.ZodObject<typeof common>> &
  Partial<z.output<z.ZodObject<typeof ofDevices>> & z.output<z.ZodObject<typeof classes>>>;

const listed = { status: 200, schema: pageOf(interfaceAnswer), description: 'A page of interfaces.' } as const;
const params = z.strictObject({ id: numericId });

async function page(db: Database, query: ListQuery, also: InterfaceFilters, call: { req: Request; res: Response }) {
  const { sort, limit, offset, device_id, interface_type, ...rest } = query;
  const { uplink_role, min_confidence, max_confidence, admin_status, oper_status, ...filters } = rest;
  const found = await listInterfaces(
    db,
    {
      ...filters,
      deviceId: device_id,
      interfaceTypes: interface_type,
      uplinkRole: uplink_role,
      minConfidence: min_confidence,
      maxConfidence: max_confidence,
      adminStatus: admin_status,
      operStatus: oper_status,
      ...also,
    },
    { sort, limit, offset }
  );
  linkToNext(call.req, call.res, { total: found.total, limit, offset });
  return { ...found, limit, offset };
}

/** Interfaces: words in effect, and beside them what discovery and operators said. */
export const interfaceRoutes = ({ db }: ApiParts): ApiRoute[] => [
  route({
    method: 'get',
    path: '/interfaces',
    role: 'viewer',
    tag: 'interfaces',
    operationId: 'listInterfaces',
    summary: 'Interfaces, searched, filtered and sorted',
    query: z.strictObject({ ...ofDevices, ...classes, ...common }),
    answer: listed,
    handle: ({ query, req, res }) => page(db, query, {}, { req, res }),
  }),
  route({
    method: 'get',
    path: '/interfaces/critical',
    role: 'viewer',
    tag: 'interfaces',
    operationId: 'listCriticalInterfaces',
    summary: 'Interfaces whose fault is worth waking somebody for',
    query: z.strictObject({ ...ofDevices, interface_type, ...common }),
    answer: listed,
    handle: ({ query, req, res }) => page(db, query, { critical: true }, { req, res }),
  }),
  route({
    method: 'get',
    path: '/interfaces/isp',
    role: 'viewer',
    tag: 'interfaces',
    operationId: 'listIspInterfaces',
    summary: 'Uplinks; with uplink_role=uplink each counts once',
    query: z.strictObject({ ...ofDevices, critical, ...common }),
    answer: listed,
    handle: ({ query, req, res }) => page(db, query, { interfaceTypes: ['isp'] }, { req, res }),
  }),
  route({
    method: 'get',
    path: '/interfaces/{id}',
    role: 'viewer',
    tag: 'interfaces',
    operationId: 'getInterface',
    summary: 'One interface with its newest changes',
    params,
    answer: {
      status: 200,
      schema: z.strictObject({ ...interfaceShape, changes: z.array(interfaceChangeAnswer) }),
      description: 'The interface.',
    },
    problems: ['not_found'],
    async handle({ params: { id } }) {
      const found = await interfaceOr404(db, id);
      return { ...found, changes: await interfaceChanges(db, id) };
    },
  }),
  route({
    method: 'get',
    path: '/interfaces/{id}/changes',
    role: 'viewer',
    tag: 'interfaces',
    operationId: 'listInterfaceChanges',
    summary: 'How an interface changed, newest first',
    params,
    query: z.strictObject(pageShape),
    answer: { status: 200, schema: pageOf(interfaceChangeAnswer), description: 'A page of changes.' },
    problems: ['not_found'],
    async handle({ params: { id }, query: { limit, offset }, req, res }) {
      await interfaceOr404(db, id);
      const total = await countInterfaceChanges(db, id);
      linkToNext(req, res, { total, limit, offset });
      return { total, items: await interfaceChanges(db, id, limit, offset), limit, offset };
    },
  }),
];

async function interfaceOr404(db: Database, id: number) {
  const found = await getInterface(db, id);
  if (!found) {
    throw new ApiProblem('not_found', `There is no interface ${id}; ids are the numbers in /api/v1/interfaces.`);
  }
  return found;
}
