import { memo } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { devicePath } from '../app/paths';
import type { SiteUplink } from '../status/sites';
import { STATES, type State } from '../status/state';
import { AppLink } from './AppLink';
import { useTicking } from '../data/clock';
import { formatDuration } from '../status/duration';
import { sinceText } from './Since';
import { StateIcon } from './StateIcon';
import { LOOKS, stateColors } from './state-look';

interface UplinkBadgeProps {
  uplink: SiteUplink;
  /** When the provider alone does not tell the site's uplinks apart. */
  showInterface: boolean;
}

/** One uplink: provider, interface where needed, and its state as icon, word and colour. Leads to its device. */
export const UplinkBadge = memo(({ uplink, showInterface }: UplinkBadgeProps) => {
  const styles = useStyles2(getStyles);
  const state = uplink.effective;
  const provider = uplink.provider === 'unknown' ? 'unknown provider' : uplink.provider;
  const title = [
    `${provider} on ${uplink.deviceName} ${uplink.ifName}: ${LOOKS[state].word}`,
    uplink.deviceDown && 'its device does not answer',
    uplink.critical && 'critical',
    uplink.lastState && `no data; the last state was ${uplink.lastState}`,
  ]
    .filter(Boolean)
    .join(', ');
  return (
    <AppLink href={devicePath(uplink.deviceId)} className={styles[state]} title={title}>
      <StateIcon state={state} />
      <span className={styles.provider}>{provider}</span>
      {showInterface && <span className={styles.detail}>{uplink.ifName}</span>}
      <span className={styles.word}>{uplink.deviceDown ? 'device down' : LOOKS[state].word}</span>
      {state !== 'up' && state !== 'disabled' && !uplink.deviceDown && (
        <span className={styles.detail}>
          <BadgeSince uplink={uplink} />
        </span>
      )}
    </AppLink>
  );
});
UplinkBadge.displayName = 'UplinkBadge';

/** Short, so that a badge stays on one line: the title tells a lasting state from data that has stopped. */
const BadgeSince = ({ uplink }: { uplink: SiteUplink }) => {
  const text = useTicking((nowMs) =>
    uplink.lastSeen === null ? sinceText(uplink, nowMs) : formatDuration(nowMs / 1000 - uplink.lastSeen)
  );
  return <>{text}</>;
};

const getStyles = (theme: GrafanaTheme2) => {
  const badge = (state: State) => {
    const color = stateColors(theme, state);
    return css({
      display: 'inline-flex',
      alignItems: 'center',
      flexWrap: 'wrap',
      columnGap: theme.spacing(0.75),
      maxWidth: '100%',
      padding: theme.spacing(0.25, 0.75),
      borderRadius: theme.shape.radius.default,
      border: `1px ${state === 'unknown' ? 'dashed' : 'solid'} ${color.border}`,
      background: color.fill,
      color: color.text,
      fontSize: theme.typography.bodySmall.fontSize,
      lineHeight: 1.5,
      '&:hover': { borderColor: color.main },
      '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 1 },
      '& > svg': { flex: 'none' },
    });
  };
  const byState = Object.fromEntries(STATES.map((state) => [state, badge(state)])) as Record<State, string>;
  return {
    ...byState,
    provider: css({ color: theme.colors.text.primary, fontWeight: theme.typography.fontWeightMedium }),
    word: css({ fontWeight: theme.typography.fontWeightMedium }),
    detail: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums', overflowWrap: 'anywhere' }),
  };
};
