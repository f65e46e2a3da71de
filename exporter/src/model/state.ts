/** The four states that a person sees, and never fewer. */
export const STATES = ['up', 'down', 'unknown', 'disabled'] as const;
export type State = (typeof STATES)[number];

/** IF-MIB::ifAdminStatus. */
export const ADMIN_UP = 1;
export const ADMIN_DOWN = 2;
/** IF-MIB::ifOperStatus. */
export const OPER_UP = 1;

/** How many intervals an answer stays fresh: one missed poll is no news, two and a half are silence. */
export const FRESH_INTERVALS = 2.5;

export function isFresh(ageMs: number, intervalMs: number): boolean {
  return ageMs <= FRESH_INTERVALS * intervalMs;
}

/**
 * State of an interface from its two status objects (IF-MIB, RFC 2863 section 3.1.13).
 * down(2), notPresent(6) and lowerLayerDown(7) are down; testing(3), unknown(4), dormant(5) and anything outside 1..7
 * say nothing about traffic and stay unknown.
 */
export function interfaceState(adminStatus: number | undefined, operStatus: number | undefined): State {
  if (adminStatus === ADMIN_DOWN) {
    return 'disabled';
  }
  switch (operStatus) {
    case OPER_UP:
      return 'up';
    case 2:
    case 6:
    case 7:
      return 'down';
    default:
      return 'unknown';
  }
}
