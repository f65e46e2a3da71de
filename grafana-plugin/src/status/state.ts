/** The four states of a device or an uplink, and never fewer. */
export const STATES = ['up', 'down', 'unknown', 'disabled'] as const;
export type State = (typeof STATES)[number];

/** A site adds one: it still works, but has lost redundancy. */
export const SITE_STATES = ['down', 'degraded', 'unknown', 'up', 'disabled'] as const;
export type SiteState = (typeof SITE_STATES)[number];

/** A label that is none of ours is not known; it is never taken for up. */
export function parseState(label: string | undefined): State {
  return STATES.find((state) => state === label) ?? 'unknown';
}

export function isSiteState(text: string): text is SiteState {
  return (SITE_STATES as readonly string[]).includes(text);
}
