import type { GrafanaTheme2 } from '@grafana/data';
import type { SiteState } from '../status/state';

interface Look {
  word: string;
  /** What the state means for a site. */
  meaning: string;
  /** Drawn in a 16 x 16 box. Every state has its own outline, so that none is told by colour alone. */
  path: string;
}

export const LOOKS: Record<SiteState, Look> = {
  up: {
    word: 'up',
    meaning: 'all uplinks up',
    path: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm3.6 4.2L7 9.8 4.7 7.6 3.6 8.7 7 12l5.7-5.7Z',
  },
  degraded: {
    word: 'degraded',
    meaning: 'redundancy lost',
    path: 'M8 1.2 15.4 14.4H.6ZM7.2 6v4.2h1.6V6Zm0 5.3v1.5h1.6v-1.5Z',
  },
  down: {
    word: 'down',
    meaning: 'isolated',
    path: 'M1.5 1.5h13v13h-13ZM5.3 4.2 4.2 5.3 6.9 8l-2.7 2.7 1.1 1.1L8 9.1l2.7 2.7 1.1-1.1L9.1 8l2.7-2.7-1.1-1.1L8 6.9Z',
  },
  unknown: {
    word: 'unknown',
    meaning: 'no fresh answer',
    path: 'M8 .6 15.4 8 8 15.4.6 8ZM6.1 6.7h1.3c0-.5.3-.8.7-.8s.7.3.7.7c0 .9-1.4 1-1.4 2.5h1.3c0-1 1.5-1.2 1.5-2.6 0-1-.8-1.8-2-1.8s-2.1.8-2.1 2Zm1.3 3.2v1.3h1.3V9.9Z',
  },
  disabled: {
    word: 'disabled',
    meaning: 'not monitored',
    path: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm-4 6.2v1.6h8V7.2Z',
  },
};

/** Foreground, background and border of a state, from the theme. */
export function stateColors(theme: GrafanaTheme2, state: SiteState) {
  const { success, warning, error, secondary, text, border } = theme.colors;
  switch (state) {
    case 'up':
      return { text: success.text, main: success.main, fill: success.transparent, border: success.borderTransparent };
    case 'degraded':
      return { text: warning.text, main: warning.main, fill: warning.transparent, border: warning.borderTransparent };
    case 'down':
      return { text: error.text, main: error.main, fill: error.transparent, border: error.borderTransparent };
    case 'unknown':
      return { text: text.secondary, main: text.disabled, fill: secondary.transparent, border: border.strong };
    case 'disabled':
      return { text: text.disabled, main: border.medium, fill: 'transparent', border: border.weak };
  }
}
