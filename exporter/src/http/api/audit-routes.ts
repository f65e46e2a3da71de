import { z } from 'zod';
import { AUDIT_ACTIONS, AUDIT_ENTITIES, listAudit } from '../../inventory/audit';
import { ROLES } from '../../model/caller';
import { moment, pageOf } from './answer';
import { oneOf, pageShape, text, when } from './input';
import type { ApiParts } from './parts';
import { route, type ApiRoute } from './route';

const words = z.record(z.string(), z.unknown()).nullable();
const entry = z
  .strictObject({
    id: z.int(),
    at: moment,
    actor: z.string().meta({ description: 'Name of the token, or anonymous.' }),
    role: z.enum(ROLES),
    action: z.enum(AUDIT_ACTIONS),
    entity: z.enum(AUDIT_ENTITIES),
    entity_id: z.string(),
    before: words.meta({ description: 'Only the fields that changed; null where there was nothing.' }),
    after: words,
  })
  .meta({ id: 'AuditEntry' });

/** Who changed what. */
export const auditRoutes = ({ db }: ApiParts): ApiRoute[] => [
  route({
    method: 'get',
    path: '/audit',
    role: 'admin',
    tag: 'audit',
    operationId: 'listAudit',
    summary: 'Changes of the inventory, newest first',
    query: z.strictObject({
      entity: oneOf(AUDIT_ENTITIES).optional(),
      entity_id: text.optional(),
      actor: text.optional(),
      action: oneOf(AUDIT_ACTIONS).optional(),
      since: when.optional().meta({ description: 'At that moment or later.' }),
      until: when.optional().meta({ description: 'Before that moment.' }),
      ...pageShape,
    }),
    answer: { status: 200, schema: pageOf(entry), description: 'A page of changes.' },
    async handle({ query: { limit, offset, ...filters } }) {
      return { ...(await listAudit(db, filters, { limit, offset })), limit, offset };
    },
  }),
];
