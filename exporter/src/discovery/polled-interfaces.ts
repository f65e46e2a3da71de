import type { DiscoveredInterface } from '../model/discovered';
import type { Interface } from '../model/interface';
import { countedOnce, uplinkRoles, type UplinkRole } from '../model/uplink-role';

/** What a walk found, as it is polled: a port and its VLANs are one uplink. `stackParents`: as ifStackTable said last. */
export function polledInterfaces(
  found: readonly DiscoveredInterface[],
  stackParents: ReadonlyMap<string, string>
): Interface[] {
  const roles = uplinkRoles(
    found.map((one) => ({
      ...one,
      parentIfName: stackParents.get(one.ifName) ?? one.parentIfName,
      ispProvider: one.ispProvider || 'unknown',
      byWord: false,
    }))
  );
  return found.map((one, i) => countedOnce(toInterface(one), roles[i] as UplinkRole));
}

function toInterface(found: DiscoveredInterface): Interface {
  return {
    ifName: found.ifName,
    weakIdentity: found.weakIdentity,
    ifIndex: found.ifIndex,
    ifDescr: found.ifDescr,
    ifAlias: found.ifAlias,
    ifType: found.ifType,
    interfaceType: found.interfaceType,
    ispProvider: found.ispProvider,
    isCritical: found.isCritical,
    monitored: found.monitored,
    speedOverride: null,
  };
}
