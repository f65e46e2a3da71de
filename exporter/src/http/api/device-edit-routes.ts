import { z } from 'zod';
import { isHost } from '../../config/address';
import { nearestKey } from '../../config/known-keys';
import { createDevice } from '../../inventory/add-device';
import { wordsOfDevice } from '../../inventory/device-words';
import { deleteDevice, patchDevice } from '../../inventory/edit-device';
import { DEVICE_TIERS } from '../../model/device';
import { AUTO_AUTH } from '../../model/snmp-auth';
import { deviceAnswer, deviceOr404 } from './device-routes';
import { EDIT_PROBLEMS, edited, editor, tellVersion } from './edit-request';
import { oneOf, text } from './input';
import type { ApiParts } from './parts';
import { ApiProblem } from './problem';
import { route, type ApiRoute } from './route';
import { BOTH_COORDINATES, bothCoordinates, coordinates, line, name, notes, tags, wordOrNull } from './words';

const MAX_PORT = 65535;
const portError = { error: `it must be a whole number from 1 to ${MAX_PORT}` };

const address = line(253).refine(isHost, {
  error: 'it must be an IPv4 or IPv6 address or a DNS name, without a port',
});
/** Whatever people say of a device beside its name and address. */
export const deviceWords = {
  snmp_port: z.int(portError).min(1, portError).max(MAX_PORT, portError).optional(),
  site: line(200)
    .optional()
    .meta({ description: 'Name of its site, which comes into being when there is none; empty: none.' }),
  region: wordOrNull(200).optional().meta({ description: "Only where it differs from the site's; null: the site's." }),
  type: line(64).optional(),
  role: line(64).optional(),
  auth: line(200)
    .min(1, { error: 'it must be the name of an entry under auths:, auto or null' })
    .nullable()
    .optional()
    .meta({ description: 'Name of a configured credential; auto: discovery finds out which; null: pinged only.' }),
  ping: z.boolean().optional(),
  enabled: z.boolean().optional(),
  tier: oneOf(DEVICE_TIERS).optional(),
  vendor: wordOrNull(64).optional().meta({ description: 'Null: what discovery reads.' }),
  model: wordOrNull(200).optional().meta({ description: 'Null: what discovery reads.' }),
  ...coordinates,
  tags: tags.optional(),
  notes: notes.optional(),
};
const newDevice = z
  .strictObject({
    id: z
      .string()
      .regex(/^[\p{L}\p{N}._-]{1,128}$/u, {
        error: 'it must be 1 to 128 letters, digits, dots, dashes and underscores',
      })
      .optional()
      .meta({ description: 'Identity in all series; absent: made of the name.' }),
    name,
    address,
    ...deviceWords,
  })
  .refine(bothCoordinates, BOTH_COORDINATES)
  .meta({ id: 'NewDevice', examples: [{ name: 'batumi-rtr', address: '192.0.2.5', site: 'Batumi', auth: 'branch' }] });
const devicePatch = z
  .strictObject({ name: name.optional(), address: address.optional(), ...deviceWords })
  .refine(bothCoordinates, BOTH_COORDINATES)
  .meta({ id: 'DevicePatch' });

const params = z.strictObject({ id: text });

/** What people change of devices. */
export const deviceEditRoutes = ({ db, authNames, discoverDue }: ApiParts): ApiRoute[] => {
  const refuseUnknownAuth = (auth: string | null | undefined) => {
    const known = authNames();
    if (auth != null && auth !== AUTO_AUTH && !known.includes(auth)) {
      const near = nearestKey(auth, known);
      const right = near === undefined ? `known are ${[...known, AUTO_AUTH].join(', ')}.` : `did you mean ${near}?`;
      throw new ApiProblem('unknown_auth', `There is no entry ${auth} under auths: in the configuration; ${right}`);
    }
  };
  return [
    route({
      method: 'post',
      path: '/devices',
      role: 'editor',
      tag: 'devices',
      operationId: 'createDevice',
      summary: 'Add a device',
      description:
        'It is due for discovery at once. A device that was deleted comes back under its id or name, with its interfaces and what people said of them.',
      body: newDevice,
      answer: { status: 201, schema: deviceAnswer, description: 'The device, its address in Location.' },
      problems: ['taken', 'unknown_auth'],
      async handle({ body, caller, req, res }) {
        refuseUnknownAuth(body.auth);
        const id = await edited(createDevice(db, caller, body));
        discoverDue?.();
        const device = await deviceOr404(db, id);
        res.setHeader('Location', `${req.baseUrl}/devices/${encodeURIComponent(id)}`);
        tellVersion(res, wordsOfDevice(device));
        return device;
      },
    }),
    route({
      method: 'patch',
      path: '/devices/{id}',
      role: 'editor',
      tag: 'devices',
      operationId: 'patchDevice',
      summary: 'Change what is said of a device',
      description:
        'What is absent stays as it is. Of a device of the configuration file only tags, notes, vendor, model and coordinates may be changed.',
      params,
      body: devicePatch,
      answer: { status: 200, schema: deviceAnswer, description: 'The device as it is now.' },
      problems: [...EDIT_PROBLEMS, 'unknown_auth'],
      async handle({ params: { id }, body, caller, req, res }) {
        refuseUnknownAuth(body.auth);
        await edited(patchDevice(db, id, body, editor({ caller, req })));
        discoverDue?.();
        const device = await deviceOr404(db, id);
        tellVersion(res, wordsOfDevice(device));
        return device;
      },
    }),
    route({
      method: 'delete',
      path: '/devices/{id}',
      role: 'editor',
      tag: 'devices',
      operationId: 'deleteDevice',
      summary: 'Take a device out',
      params,
      answer: { status: 204, description: 'It is gone; its interfaces are kept for the case that it comes back.' },
      problems: ['not_found', 'belongs_to_file', 'changed_meanwhile'],
      async handle({ params: { id }, caller, req }) {
        await edited(deleteDevice(db, id, editor({ caller, req })));
      },
    }),
  ];
};
