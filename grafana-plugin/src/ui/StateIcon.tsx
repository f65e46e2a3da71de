import type { SiteState } from '../status/state';
import { LOOKS } from './state-look';

/** Outline of a state. Decorative: the word stands beside it. Drawn inline, because a board has thousands of them. */
export const StateIcon = ({ state, size = 14 }: { state: SiteState; size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 16 16" fill="currentColor" fillRule="evenodd" aria-hidden="true">
    <path d={LOOKS[state].path} />
  </svg>
);
