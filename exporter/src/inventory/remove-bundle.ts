import type { Caller } from '../model/caller';
import { writeAudit, type AuditEntry } from './audit';
import { OF_BUNDLE } from './bundles';
import type { Database, Queryable } from './database';
import { lockForWriting } from './revision';

export interface RemoveResult {
  /** Ids of devices and names of sites that are gone. */
  devices: string[];
  sites: string[];
  /** Sites of the bundle where other devices are: people's own from now on. */
  sitesKept: string[];
  /** Those of `devices` of which people had said something; the audit log keeps it. */
  edited: string[];
}

/** Takes out everything that a bundle brought, with all that was found and said of it. Undefined: there is nothing of it. */
export async function removeBundle(db: Database, caller: Caller, name: string): Promise<RemoveResult | undefined> {
  return db.transaction(async (tx) => {
    await lockForWriting(tx);
    const before = await devicesBefore(tx, name);
    const [site] = await tx.query(`select 1 as one from sites where ${OF_BUNDLE} limit 1`, [name]);
    if (before.length === 0 && !site) {
      return undefined;
    }
    const edited = await editedDevices(tx, name);
    await tx.query(`delete from devices where ${OF_BUNDLE}`, [name]);
    const sites = await tx.query<{ name: string }>(
      `delete from sites s where ${OF_BUNDLE} and not exists (select 1 from devices d where d.site_id = s.id) returning name`,
      [name]
    );
    const sitesKept = await tx.query<{ name: string }>(
      `update sites set bundle = null, updated_at = now() where ${OF_BUNDLE} returning name`,
      [name]
    );
    const result = {
      devices: before.map(({ id }) => id),
      sites: names(sites),
      sitesKept: names(sitesKept),
      edited,
    };
    await writeAudit(tx, caller, [
      deleted('bundle', name, { devices: result.devices.length, sites: result.sites.length }),
      ...before.map(({ id, words }) => deleted('device', id, words)),
      ...result.sites.map((site) => deleted('site', site, { name: site, bundle: name })),
      ...result.sitesKept.map((site): AuditEntry => ({
        action: 'update',
        entity: 'site',
        entityId: site,
        before: { bundle: name },
        after: { bundle: null },
      })),
    ]);
    return result;
  });
}

const deleted = (entity: 'bundle' | 'device' | 'site', entityId: string, before: AuditEntry['before']): AuditEntry => ({
  action: 'delete',
  entity,
  entityId,
  before,
  after: null,
});

const names = (rows: readonly { name: string }[]): string[] => rows.map(({ name }) => name).sort();

/** The bundle's devices, those that left too, in the words of the API, with what people said of their interfaces. */
const devicesBefore = (tx: Queryable, bundle: string) =>
  tx.query<{ id: string; words: Record<string, unknown> }>(
    `select d.id,
            jsonb_build_object(
              'name', d.name, 'address', d.address, 'snmp_port', d.snmp_port, 'site', s.name, 'type', d.type,
              'role', d.role, 'auth', d.auth, 'enabled', d.enabled, 'tags', d.tags, 'notes', d.notes,
              'vendor_override', d.vendor_override, 'model_override', d.model_override, 'bundle', d.bundle,
              'interfaces', coalesce((
                select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                         'if_name', i.if_name, 'interface_type_override', i.interface_type_override,
                         'isp_provider_override', i.isp_provider_override,
                         'is_critical_override', i.is_critical_override,
                         'monitoring_enabled_override', i.monitoring_enabled_override,
                         'speed_override', i.speed_override, 'bandwidth_in', i.bandwidth_in,
                         'bandwidth_out', i.bandwidth_out, 'notes', nullif(i.notes, ''))) order by i.if_name)
                  from device_interfaces i
                 where i.device_id = d.id
                   and (i.notes <> '' or num_nonnulls(i.interface_type_override, i.isp_provider_override,
                        i.is_critical_override, i.monitoring_enabled_override, i.speed_override, i.bandwidth_in,
                        i.bandwidth_out) > 0)), '[]')) as words
       from devices d left join sites s on s.id = d.site_id
      where d.bundle = $1 and d.origin = 'api' order by d.id collate "C"`,
    [bundle]
  );

async function editedDevices(tx: Queryable, bundle: string): Promise<string[]> {
  const edited = await tx.query<{ id: string }>(
    `select d.id from devices d
      where d.bundle = $1 and d.origin = 'api'
        and exists (
          select 1 from audit_log a
           where a.action = 'update'
             and (a.entity = 'device' and a.entity_id = d.id
                  or a.entity = 'interface'
                     and a.entity_id in (select i.id::text from device_interfaces i where i.device_id = d.id)))
      order by d.id collate "C"`,
    [bundle]
  );
  return edited.map(({ id }) => id);
}
