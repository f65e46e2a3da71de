import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Database } from '../../inventory/database';
import { wordsOfInterface } from '../../inventory/edit-interface';
import { knownDevices } from '../../inventory/list-devices';
import {
  countInterfaceChanges,
  getInterface,
  interfaceChanges,
  INTERFACE_SORTS,
  listInterfaces,
  type InterfaceFilters,
  type InterfaceRow,
} from '../../inventory/list-interfaces';
import { INTERFACE_TYPES } from '../../model/interface';
import { UPLINK_ROLES } from '../../model/uplink-role';
import { pageOf } from './answer';
import { deviceOr404 } from './device-routes';
import { tellVersion } from './edit-request';
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

const MAX_DEVICES = 200;
const byDevices = z
  .strictObject({
    device_ids: z
      .array(text)
      .min(1, { error: 'it must name at least one device' })
      .max(MAX_DEVICES, { error: `it must name ${MAX_DEVICES} devices at most` }),
    active: z.boolean().default(true).meta({ description: 'false: those that are gone.' }),
  })
  .meta({ id: 'DeviceIds' });

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
    path: '/devices/{id}/interfaces',
    role: 'viewer',
    tag: 'interfaces',
    operationId: 'listInterfacesOfDevice',
    summary: 'Interfaces of one device',
    params: z.strictObject({ id: text }),
    query: z.strictObject({ ...classes, ...common }),
    answer: listed,
    problems: ['not_found'],
    async handle({ params: { id }, query, req, res }) {
      await deviceOr404(db, id);
      return page(db, query, { deviceId: id }, { req, res });
    },
  }),
  route({
    method: 'post',
    path: '/interfaces/by-devices',
    role: 'viewer',
    tag: 'interfaces',
    operationId: 'interfacesByDevices',
    summary: 'Interfaces of several devices, device by device',
    body: byDevices,
    answer: {
      status: 200,
      schema: z.strictObject({
        devices: z.array(z.strictObject({ device_id: z.string(), interfaces: z.array(interfaceAnswer) })),
        unknown: z.array(z.string()).meta({ description: 'Ids that no device has.' }),
      }),
      description: 'The devices in the order in which they were asked for.',
    },
    async handle({ body: { device_ids, active } }) {
      const ids = [...new Set(device_ids)];
      const known = await knownDevices(db, ids);
      const { items } = await listInterfaces(
        db,
        { deviceIds: ids, active },
        { sort: ['if_index'], limit: Number.MAX_SAFE_INTEGER, offset: 0 }
      );
      const byDevice = new Map<string, InterfaceRow[]>(ids.filter((id) => known.has(id)).map((id) => [id, []]));
      for (const item of items) {
        byDevice.get(item.device_id)?.push(item);
      }
      return {
        devices: [...byDevice].map(([device_id, interfaces]) => ({ device_id, interfaces })),
        unknown: ids.filter((id) => !known.has(id)),
      };
    },
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
    async handle({ params: { id }, res }) {
      const found = await interfaceOr404(db, id);
      tellVersion(res, wordsOfInterface(found));
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

export async function interfaceOr404(db: Database, id: number) {
  const found = await getInterface(db, id);
  if (!found) {
    throw new ApiProblem('not_found', `There is no interface ${id}; ids are the numbers in /api/v1/interfaces.`);
  }
  return found;
}
