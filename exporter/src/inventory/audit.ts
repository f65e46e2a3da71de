import type { Caller } from '../model/caller';
import type { Queryable } from './database';

export type AuditEntity = 'device' | 'interface' | 'site' | 'provider' | 'candidate' | 'scan' | 'bundle' | 'discovery';

export interface AuditEntry {
  action: 'create' | 'update' | 'delete' | 'import' | 'request' | 'approve' | 'dismiss';
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
