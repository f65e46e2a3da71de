import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { SiteState } from '../../status/state';
import type { Summary } from '../../status/summary';
import { StateIcon } from '../../ui/StateIcon';
import { LOOKS, stateColors } from '../../ui/state-look';

const SHOWN: readonly SiteState[] = ['up', 'degraded', 'down', 'unknown'];

interface SummaryTilesProps {
  summary: Summary;
  selected: readonly SiteState[];
  onSelect: (states: readonly SiteState[]) => void;
}

/** How many sites are in each state. A tile narrows the board to its state; the first one shows all. */
export const SummaryTiles = ({ summary, selected, onSelect }: SummaryTilesProps) => {
  const styles = useStyles2(getStyles);
  // Disabled sites are seldom; their tile appears when there are any.
  const states = summary.byState.disabled > 0 ? [...SHOWN, 'disabled' as const] : SHOWN;
  const toggle = (state: SiteState) =>
    onSelect(selected.includes(state) ? selected.filter((other) => other !== state) : [...selected, state]);
  return (
    <div className={styles.row} role="group" aria-label="Sites by state">
      <button type="button" className={styles.tile} aria-pressed={selected.length === 0} onClick={() => onSelect([])}>
        <span className={styles.count}>{summary.total}</span>
        <span>sites</span>
      </button>
      {states.map((state) => (
        <StateTile
          key={state}
          state={state}
          count={summary.byState[state]}
          pressed={selected.includes(state)}
          onClick={() => toggle(state)}
        />
      ))}
    </div>
  );
};

interface StateTileProps {
  state: SiteState;
  count: number;
  pressed: boolean;
  onClick: () => void;
}

const StateTile = ({ state, count, pressed, onClick }: StateTileProps) => {
  const styles = useStyles2(getStyles);
  const tint = useStyles2(getTint, state, count > 0);
  return (
    <button type="button" className={`${styles.tile} ${tint}`} aria-pressed={pressed} onClick={onClick}>
      <span className={styles.count}>{count}</span>
      <span className={styles.word}>
        <StateIcon state={state} size={16} />
        {LOOKS[state].word}
      </span>
    </button>
  );
};

/** A state that no site is in stays quiet. */
const getTint = (theme: GrafanaTheme2, state: SiteState, any: boolean) => {
  const color = stateColors(theme, state);
  return css({
    color: any ? color.text : theme.colors.text.secondary,
    background: any ? color.fill : theme.colors.background.secondary,
  });
};

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(104px, 30%), 1fr))',
    gap: theme.spacing(1),
  }),
  tile: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    padding: theme.spacing(0.75, 1.5),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    color: theme.colors.text.secondary,
    cursor: 'pointer',
    '&:hover': { borderColor: theme.colors.border.strong },
    '&[aria-pressed="true"]': {
      borderColor: theme.colors.primary.border,
      boxShadow: `inset 0 0 0 1px ${theme.colors.primary.border}`,
    },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 1 },
  }),
  count: css({
    fontSize: theme.typography.h1.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
    lineHeight: 1.15,
    fontVariantNumeric: 'tabular-nums',
  }),
  word: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5) }),
});
