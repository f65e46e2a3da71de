import type { Interface, InterfaceType } from './interface';

/**
 * What an interface of type isp counts as. `uplink`: an uplink of its own. `child`: the interface that carries it is the
 * same uplink and stands for it. `parent`: what it carries knows the provider and stands for it. Empty: no uplink at all.
 */
export const UPLINK_ROLES = ['uplink', 'child', 'parent'] as const;
export type UplinkRole = (typeof UPLINK_ROLES)[number] | '';

/** The words in effect of one interface that is there. */
export interface UplinkFacts {
  ifName: string;
  /** `ifName` of what carries it; empty: nothing does. */
  parentIfName: string;
  interfaceType: InterfaceType;
  /** `unknown` where it could not be told. */
  ispProvider: string;
  monitored: boolean;
  /** An operator says that it is an uplink. */
  byWord: boolean;
}

/**
 * One uplink for a port and its VLANs, a bundle and its members: the role of every interface of one device, in their
 * order. The view interfaces_in_effect of the inventory says the same in SQL. Parents must not go in circles.
 */
export function uplinkRoles(interfaces: readonly UplinkFacts[]): UplinkRole[] {
  const byName = new Map(interfaces.map((one) => [one.ifName, one]));
  // Without values of its own an interface cannot stand for another.
  const counts = (one: UplinkFacts) => one.interfaceType === 'isp' && one.monitored;
  const above = (one: UplinkFacts): UplinkFacts | undefined => {
    const seen = new Set([one]);
    let up = byName.get(one.parentIfName);
    while (up && !counts(up) && !seen.has(up)) {
      seen.add(up);
      up = byName.get(up.parentIfName);
    }
    return up && !seen.has(up) ? up : undefined;
  };
  const isKnown = (one: UplinkFacts) => one.ispProvider !== 'unknown';
  const carriesKnown = new Set(interfaces.filter((one) => counts(one) && isKnown(one)).map(above));
  const standsAside = (one: UplinkFacts) => !isKnown(one) && !one.byWord && carriesKnown.has(one);
  return interfaces.map((one) => {
    if (one.interfaceType !== 'isp') {
      return '';
    }
    if (one.byWord) {
      return 'uplink';
    }
    const up = above(one);
    if (up && (up.ispProvider === one.ispProvider || !isKnown(one)) && !standsAside(up)) {
      return 'child';
    }
    return standsAside(one) ? 'parent' : 'uplink';
  });
}

/** As the exporter sees it: what counts as an uplink (`interfaceType` isp) counts once. It stays as critical as it was. */
export const countedOnce = (one: Interface, role: UplinkRole): Interface =>
  role === 'child' || role === 'parent' ? { ...one, interfaceType: 'other', ispProvider: '' } : one;
