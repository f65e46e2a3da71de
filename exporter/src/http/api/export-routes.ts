import { Readable } from 'node:stream';
import { z } from 'zod';
import { deviceCsv, deviceTable } from '../../inventory/import/device-table';
import { DEVICE_TEMPLATE } from '../../inventory/import/device-template';
import { interfaceCsv, interfaceTable } from '../../inventory/import/interface-table';
import { INTERFACE_TYPES } from '../../model/interface';
import { deviceFilters } from './device-routes';
import { flag, oneOf, repeatable, text } from './input';
import { jsonList } from './json-list';
import type { ApiParts } from './parts';
import { route, type ApiRoute } from './route';
import { begun, sendTable } from './table-answer';

const CSV = 'text/csv; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

const form = {
  format: oneOf(['csv', 'json']).default('csv'),
  bom: flag.default(false).meta({ description: 'With a byte order mark, which Excel needs to take CSV for UTF-8.' }),
};

const interfaceFilters = {
  q: text.optional().meta({ description: 'Words, all of which must be there.' }),
  device_id: text.optional(),
  site: text.optional(),
  region: text.optional(),
  type: text.optional().meta({ description: 'Type of the device.' }),
  interface_type: repeatable(oneOf(INTERFACE_TYPES)).optional(),
  provider: text.optional(),
  critical: flag.optional(),
  monitored: flag.optional(),
  overridden: flag.optional().meta({ description: 'Whether an operator said something that wins over discovery.' }),
  active: flag.default(true).meta({ description: 'false: those that are gone.' }),
  tag: text.optional(),
};

/** The inventory as files. */
export const exportRoutes = ({ db }: ApiParts): ApiRoute[] => [
  route({
    method: 'get',
    path: '/devices/export',
    role: 'viewer',
    tag: 'import',
    operationId: 'exportDevices',
    summary: 'Devices as a file that an import takes back',
    description:
      'Region and coordinates are those in effect; vendor and model are what operators said, not what discovery read. In CSV, cells that a spreadsheet would take for formulas have an apostrophe in front, which an import takes off again.',
    query: z.strictObject({ ...deviceFilters, ...form }),
    answer: { status: 200, type: 'text/csv', description: 'All devices that the filters leave, by id.' },
    async handle({ query: { format, bom, has_isp, ...filters }, res }) {
      const rows = await begun(deviceTable(db, { ...filters, hasIsp: has_isp }));
      await (format === 'csv'
        ? sendTable(res, { type: CSV, filename: 'devices.csv' }, rows, deviceCsv({ bom }))
        : sendTable(res, { type: JSON_TYPE, filename: 'devices.json' }, rows, jsonList('devices')));
    },
  }),
  route({
    method: 'get',
    path: '/devices/import-template',
    role: 'viewer',
    tag: 'import',
    operationId: 'getImportTemplate',
    summary: 'A table of devices to start from',
    query: z.strictObject({ bom: form.bom }),
    answer: { status: 200, type: 'text/csv', description: 'Every column, and two devices as examples.' },
    async handle({ query, res }) {
      await sendTable(
        res,
        { type: CSV, filename: 'devices-template.csv' },
        Readable.from(DEVICE_TEMPLATE),
        deviceCsv(query)
      );
    },
  }),
  route({
    method: 'get',
    path: '/interfaces/export',
    role: 'viewer',
    tag: 'import',
    operationId: 'exportInterfaces',
    summary: 'Interfaces as a file',
    description: 'What discovery said, what operators said instead, and what is in effect, side by side.',
    query: z.strictObject({ ...interfaceFilters, ...form }),
    answer: { status: 200, type: 'text/csv', description: 'All interfaces that the filters leave, by id.' },
    async handle({ query: { format, bom, device_id, interface_type, ...filters }, res }) {
      const rows = await begun(interfaceTable(db, { ...filters, deviceId: device_id, interfaceTypes: interface_type }));
      await (format === 'csv'
        ? sendTable(res, { type: CSV, filename: 'interfaces.csv' }, rows, interfaceCsv({ bom }))
        : sendTable(res, { type: JSON_TYPE, filename: 'interfaces.json' }, rows, jsonList('interfaces')));
    },
  }),
];
