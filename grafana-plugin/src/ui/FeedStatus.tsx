import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { IconButton, useStyles2 } from '@grafana/ui';
import { useTicking } from '../data/clock';
import type { Health } from '../data/health';
import { formatDuration } from '../status/duration';

/** "updated 7 s ago, next in 23 s" and a button to refresh now. */
export const FeedStatus = ({ view }: { view: Health & { refresh: () => Promise<void> } }) => {
  const styles = useStyles2(getStyles);
  const text = useTicking((nowMs) => {
    const parts = [
      view.updatedAt !== null && `updated ${formatDuration((nowMs - view.updatedAt) / 1000)} ago`,
      view.loading ? 'refreshing' : view.nextAt !== null && `next in ${formatDuration((view.nextAt - nowMs) / 1000)}`,
    ];
    return parts.filter(Boolean).join(', ');
  });
  return (
    <div className={styles.status}>
      <span>{text}</span>
      <IconButton name="sync" tooltip="Refresh now" aria-label="Refresh now" onClick={() => void view.refresh()} />
    </div>
  );
};

const getStyles = (theme: GrafanaTheme2) => ({
  status: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    marginLeft: 'auto',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
  }),
});
