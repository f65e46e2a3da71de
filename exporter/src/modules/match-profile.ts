import { isAtOrBelow } from '../model/fingerprint';
import type { MatchedProfile } from './profile-file';

export interface System {
  /** Dotted, without a leading dot; empty where the device does not tell it. */
  sysObjectID: string;
  sysDescr: string;
}

/**
 * The profile that says most about a device: the longest arc of sysObjectID, then a pattern for sysDescr, then the
 * vendor that the fingerprint tells. Of two that say as much, the first.
 */
export function bestMatch(
  profiles: readonly MatchedProfile[],
  system: System,
  vendor: string
): MatchedProfile | undefined {
  let best: { profile: MatchedProfile; rank: readonly number[] } | undefined;
  for (const profile of profiles) {
    for (const matcher of profile.match) {
      const rank = rankOf(matcher, system, vendor);
      if (rank && (!best || isHigher(rank, best.rank))) {
        best = { profile, rank };
      }
    }
  }
  return best?.profile;
}

type Matcher = MatchedProfile['match'][number];

/** Undefined where the device does not match. All that a matcher tells must hold; one that tells nothing matches none. */
function rankOf({ vendor, sys_object_id: arc, sys_descr: pattern }: Matcher, system: System, told: string) {
  if (
    (arc !== undefined && !isAtOrBelow(system.sysObjectID, arc)) ||
    (pattern !== undefined && !pattern.test(system.sysDescr)) ||
    (vendor !== undefined && vendor !== told) ||
    (arc === undefined && pattern === undefined && vendor === undefined)
  ) {
    return undefined;
  }
  return [arc?.split('.').length ?? 0, pattern === undefined ? 0 : 1, vendor === undefined ? 0 : 1];
}

function isHigher(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((value, i) => value !== other[i]);
  return at >= 0 && (one[at] as number) > (other[at] as number);
}
