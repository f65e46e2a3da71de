import type { Caller } from '../model/caller';
import { writeAudit } from './audit';
import type { Database } from './database';
import { editing } from './edits';
import { deviceConditions, type DeviceFilters } from './list-devices';

/**
 * Makes every device that the filters leave and that is asked by SNMP due for a full walk at once; their number.
 * `words`: the filters as the caller gave them, for the audit log.
 */
export const requestDiscoveryOf = (
  db: Database,
  caller: Caller,
  filters: DeviceFilters,
  words: Readonly<Record<string, unknown>>
): Promise<number> =>
  editing(db, async (tx) => {
    const { where, params } = deviceConditions(filters);
    const due = await tx.query(
      `update devices u
          set next_discovery_at = '-infinity', next_full_walk_at = '-infinity', rediscover = u.lease_owner is not null
         from (select d.id from devices_in_effect d where ${where} and d.enabled and d.auth is not null) wanted
        where u.id = wanted.id
        returning u.id`,
      params
    );
    await writeAudit(tx, caller, [
      {
        action: 'request',
        entity: 'discovery',
        entityId: '',
        before: null,
        after: { ...words, devices: due.length },
      },
    ]);
    return due.length;
  });
