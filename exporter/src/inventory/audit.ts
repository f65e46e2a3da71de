import type { Caller, Role } from '../model/caller';
import type { Queryable } from './database';
import { Conditions, type Page } from './list-query';

export const AUDIT_ENTITIES = [
  'device',
  'interface',
  'site',
  'provider',
  'candidate',
  'scan',
  'bundle',
  'discovery',
] as const;
export type AuditEntity = (typeof AUDIT_ENTITIES)[number];
export const AUDIT_ACTIONS = ['create', 'update', 'delete', 'import', 'request', 'approve', 'dismiss'] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export interface AuditEntry {
  action: AuditAction;
  entity: AuditEntity;
  entityId: string;
  /** Only the fields that changed, in the words of the API; null where there was nothing. */
  before: Readonly<Record<string, unknown>> | null;
  after: Readonly<Record<string, unknown>> | null;
}

/** Writes who changed what; in the transaction of the change, so that neither is there without the other. */
export async function writeAudit(tx: Queryable, caller: Caller, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) {
    return;
  }
  await tx.query(
    `insert into audit_log (actor, role, action, entity, entity_id, before, after)
     select $1, $2, action, entity, "entityId", before, after
       from jsonb_to_recordset($3::jsonb)
         as e (action text, entity text, "entityId" text, before jsonb, after jsonb)`,
    [caller.name, caller.role, JSON.stringify(entries)]
  );
}

export interface AuditRow extends Omit<AuditEntry, 'entityId'> {
  id: number;
  at: Date;
  actor: string;
  role: Role;
  entity_id: string;
}

export interface AuditFilters {
  entity?: AuditEntity;
  entity_id?: string;
  actor?: string;
  action?: AuditAction;
  /** At that moment or later. */
  since?: Date;
  /** Before that moment. */
  until?: Date;
}

/** Newest first. */
export async function listAudit(
  db: Queryable,
  filters: AuditFilters,
  page: { limit: number; offset: number }
): Promise<Page<AuditRow>> {
  const c = new Conditions()
    .add('entity = ?', filters.entity)
    .add('entity_id = ?', filters.entity_id)
    .add('actor = ?', filters.actor)
    .add('action = ?', filters.action)
    .add('at >= ?', filters.since)
    .add('at < ?', filters.until);
  const n = c.params.length;
  const items = await db.query<AuditRow>(
    `select id, at, actor, role, action, entity, entity_id, before, after from audit_log where ${c.where}
      order by id desc limit $${n + 1} offset $${n + 2}`,
    [...c.params, page.limit, page.offset]
  );
  const [count] = await db.query<{ total: number }>(
    `select count(*) as total from audit_log where ${c.where}`,
    c.params
  );
  return { total: count?.total ?? 0, items };
}
