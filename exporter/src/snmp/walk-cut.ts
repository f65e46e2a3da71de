/**
 * Why a walk ended before the end of what it walked, without failing: an error status of the agent; OIDs that were there
 * before (loop); OIDs before the one asked for (order); more rows than are taken (cap).
 */
export const WALK_CUTS = ['error_status', 'loop', 'order', 'cap'] as const;
export type WalkCut = (typeof WALK_CUTS)[number];
