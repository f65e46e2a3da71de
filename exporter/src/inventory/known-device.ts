import type { DiscoveredSystem } from '../model/discovered';
import type { Queryable } from './database';
import type { KnownInterface } from './interface-rows';

export interface KnownSystem {
  system: DiscoveredSystem;
  /** Name of an entry under `auths:`, or `auto`. */
  auth: string | null;
  /** For `auto`: the one that answered last. */
  authFound: string | null;
  /** As finishDiscovery kept it; null before the first discovery. */
  signs: object | null;
}

/** What discovery read of a device; undefined when the inventory does not have it any more. */
export async function knownSystem(db: Queryable, deviceId: string): Promise<KnownSystem | undefined> {
  const [row] = await db.query<DiscoveredSystem & Omit<KnownSystem, 'system'>>(
    `select sys_descr as "sysDescr", sys_object_id as "sysObjectID", sys_name as "sysName",
            sys_location as "sysLocation", vendor, model, os_version as "osVersion", modules, auth,
            auth_found as "authFound", agent_signs as signs
       from devices where id = $1 and removed_at is null`,
    [deviceId]
  );
  if (!row) {
    return undefined;
  }
  const { auth, authFound, signs, ...system } = row;
  return { system, auth, authFound, signs };
}

/** Every interface of a device, tombstones included, with what walks wrote of it. */
export const knownInterfaces = (db: Queryable, deviceId: string): Promise<KnownInterface[]> =>
  db.query<KnownInterface>(
    `select id, active, missed_walks, if_name, weak_identity, if_index, if_descr, if_alias, if_type, mtu, phys_address,
            admin_status_at_discovery, oper_status_at_discovery, speed_at_discovery, interface_type, isp_provider,
            is_critical, monitoring_enabled, parser_confidence, parser_source, parser_rule, parent_if_name, parent_source
       from device_interfaces where device_id = $1`,
    [deviceId]
  );
