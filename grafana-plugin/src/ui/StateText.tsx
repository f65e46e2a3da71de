import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Observation } from '../status/entities';
import { Since } from './Since';
import { StateIcon } from './StateIcon';
import { LOOKS, stateColors } from './state-look';

/** "✕ down 3 min 12 s": a state with its icon, its word, its colour and for how long. */
export const StateText = (seen: Observation) => {
  const styles = useStyles2(getStyles, seen.state);
  return (
    <span className={styles.state}>
      <StateIcon state={seen.state} />
      {LOOKS[seen.state].word}
      <span className={styles.since}>
        <Since {...seen} />
      </span>
    </span>
  );
};

const getStyles = (theme: GrafanaTheme2, state: Observation['state']) => ({
  state: css({
    display: 'inline-flex',
    alignItems: 'center',
    flexWrap: 'wrap',
    columnGap: theme.spacing(0.5),
    color: stateColors(theme, state).text,
    fontWeight: theme.typography.fontWeightMedium,
  }),
  since: css({
    color: theme.colors.text.secondary,
    fontWeight: theme.typography.fontWeightRegular,
    fontVariantNumeric: 'tabular-nums',
  }),
});
