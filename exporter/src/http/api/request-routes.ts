import { z } from 'zod';
import { writeAudit } from '../../inventory/audit';
import { requestDiscoveryOf } from '../../inventory/request-discovery';
import { deviceOr404 } from './device-routes';
import { text } from './input';
import type { ApiParts } from './parts';
import { ApiProblem } from './problem';
import { route, type ApiRoute } from './route';
import { line } from './words';

const MAX_DEVICES = 1000;
const whom = z
  .strictObject({
    site: line(200).optional(),
    region: line(200).optional(),
    type: line(64).optional(),
    device_ids: z
      .array(line(200))
      .max(MAX_DEVICES, { error: `it must name ${MAX_DEVICES} devices at most` })
      .optional(),
  })
  .meta({ id: 'DiscoveryRequest', description: 'Whom; {} means every device.', examples: [{ site: 'Batumi' }, {}] });

/** Discovery because somebody asks for it. */
export const requestRoutes = ({ db, requestDiscovery, discoverDue }: ApiParts): ApiRoute[] => [
  route({
    method: 'post',
    path: '/devices/{id}/discover',
    role: 'editor',
    exporters: true,
    tag: 'discovery',
    operationId: 'discoverDevice',
    summary: 'Discover a device at once',
    params: z.strictObject({ id: text }),
    answer: {
      status: 202,
      schema: z.strictObject({ id: z.string(), requested: z.literal(true) }),
      description: 'The device is due now.',
    },
    problems: ['not_found', 'not_discoverable'],
    async handle({ params: { id }, caller }) {
      const device = await deviceOr404(db, id);
      if (!(await requestDiscovery(device.id))) {
        const why = device.enabled ? 'it names no auth' : 'it is disabled';
        throw new ApiProblem('not_discoverable', `Device ${device.id} is not asked by SNMP: ${why} in the inventory.`);
      }
      // Exporters ask whenever a device restarts: that is no deed of anybody.
      if (!caller.exporter) {
        await writeAudit(db, caller, [
          { action: 'request', entity: 'device', entityId: id, before: null, after: null },
        ]);
      }
      return { id: device.id, requested: true };
    },
  }),
  route({
    method: 'post',
    path: '/discovery',
    role: 'editor',
    tag: 'discovery',
    operationId: 'discoverDevices',
    summary: 'Discover all devices at once, or some',
    body: whom,
    answer: {
      status: 202,
      schema: z.strictObject({ devices: z.int() }),
      description: 'How many devices are due now. Those that are not asked by SNMP are left out.',
    },
    async handle({ body, caller }) {
      const { device_ids, ...filters } = body;
      const devices = await requestDiscoveryOf(db, caller, { ...filters, ids: device_ids }, body);
      discoverDue?.();
      return { devices };
    },
  }),
];
