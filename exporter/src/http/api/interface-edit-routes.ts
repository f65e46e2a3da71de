import { z } from 'zod';
import { patchInterface, wordsOfInterface } from '../../inventory/edit-interface';
import { INTERFACE_TYPES } from '../../model/interface';
import { edited, editor, tellVersion } from './edit-request';
import { numericId, oneOf } from './input';
import { interfaceAnswer } from './interface-answer';
import { interfaceOr404 } from './interface-routes';
import type { ApiParts } from './parts';
import { route, type ApiRoute } from './route';
import { bitrate, notes, tags, wordOrNull } from './words';

const interfacePatch = z
  .strictObject({
    interface_type: oneOf(INTERFACE_TYPES).nullable().optional(),
    isp_provider: wordOrNull(64).optional().meta({ description: 'Name of a provider, or unknown.' }),
    is_critical: z.boolean().nullable().optional(),
    monitoring_enabled: z.boolean().nullable().optional(),
    speed: bitrate.nullable().optional().meta({ description: 'bit/s, where the agent has none or a wrong one.' }),
    bandwidth_in: bitrate.nullable().optional().meta({ description: 'Contracted bit/s, as seen from the device.' }),
    bandwidth_out: bitrate.nullable().optional(),
    tags: tags.optional(),
    notes: notes.optional(),
  })
  .meta({
    id: 'InterfacePatch',
    examples: [{ interface_type: 'isp', isp_provider: 'magti', bandwidth_in: 100000000 }],
  });

/** What people change of interfaces. */
export const interfaceEditRoutes = ({ db }: ApiParts): ApiRoute[] => [
  route({
    method: 'patch',
    path: '/interfaces/{id}',
    role: 'editor',
    tag: 'interfaces',
    operationId: 'patchInterface',
    summary: 'Say of an interface what wins over discovery',
    description: 'What is absent stays as it is; null takes a word back, so that discovery is believed again.',
    params: z.strictObject({ id: numericId }),
    body: interfacePatch,
    answer: { status: 200, schema: interfaceAnswer, description: 'The interface as it is now.' },
    problems: ['not_found', 'changed_meanwhile', 'unknown_provider'],
    async handle({ params: { id }, body, caller, req, res }) {
      await edited(patchInterface(db, id, body, editor({ caller, req })));
      const found = await interfaceOr404(db, id);
      tellVersion(res, wordsOfInterface(found));
      return found;
    },
  }),
];
