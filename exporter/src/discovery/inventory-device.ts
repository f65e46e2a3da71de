import type { Queryable } from '../inventory/database';
import { knownInterfaces, knownSystem } from '../inventory/known-device';
import type { AgentSigns } from './agent-signs';
import type { KnownDevice } from './known-device';

/** What the inventory has of a device; undefined before its first discovery, and when it left. */
export async function knownDevice(db: Queryable, deviceId: string): Promise<KnownDevice | undefined> {
  const device = await knownSystem(db, deviceId);
  if (!device?.signs) {
    return undefined;
  }
  const interfaces = await knownInterfaces(db, deviceId);
  return {
    system: device.system,
    signs: device.signs as AgentSigns,
    interfaces: interfaces
      .filter(({ active }) => active)
      .map((row) => ({
        ifName: row.if_name,
        weakIdentity: row.weak_identity,
        ifIndex: row.if_index,
        ifDescr: row.if_descr,
        ifAlias: row.if_alias,
        ifType: row.if_type,
        mtu: row.mtu,
        physAddress: row.phys_address,
        speed: row.speed_at_discovery,
        missed: row.missed_walks > 0,
      })),
  };
}
