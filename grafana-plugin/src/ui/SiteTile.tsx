import { memo } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useTicking } from '../data/clock';
import { isProblem } from '../status/order';
import type { SiteStatus, SiteUplink } from '../status/sites';
import { SITE_STATES, type SiteState } from '../status/state';
import { sinceText } from './Since';
import { StateIcon } from './StateIcon';
import { LOOKS, stateColors } from './state-look';
import { UplinkBadge } from './UplinkBadge';

export const NO_SITE = 'No site';

interface SiteTileProps {
  site: SiteStatus;
  onOpen: (site: SiteStatus) => void;
  /** Leaves out what a healthy site need not say, so that many fit on a wall. */
  dense?: boolean;
}

/** One site of the board: its state and for how long, a badge for each uplink, and how its devices are. */
export const SiteTile = memo(({ site, onOpen, dense = false }: SiteTileProps) => {
  const styles = useStyles2(getStyles);
  const name = site.name || NO_SITE;
  const fault = site.state !== 'up' && site.state !== 'disabled';
  const quiet = dense && !isProblem(site);
  return (
    <article
      className={cx(styles.tile, dense && styles.dense, styles[site.state])}
      aria-label={`${name}: ${LOOKS[site.state].word}`}
    >
      <button
        type="button"
        className={styles.head}
        onClick={() => onOpen(site)}
        title={`Devices of ${[name, site.region].filter(Boolean).join(', ')}`}
      >
        <span className={styles.name}>{name}</span>
        <span className={styles.state}>
          <StateIcon state={site.state} size={16} />
          {LOOKS[site.state].word}
        </span>
        {fault && (
          <span className={styles.since}>
            <SiteSince site={site} />
            <FreshChange site={site} className={styles.tag} />
          </span>
        )}
        {!fault && <FreshChange site={site} className={styles.tag} />}
      </button>
      <div className={styles.badges}>
        {site.uplinks.map((uplink) => (
          <UplinkBadge
            key={`${uplink.deviceId} ${uplink.ifName}`}
            uplink={uplink}
            showInterface={sharesProvider(uplink, site.uplinks)}
          />
        ))}
      </div>
      {!quiet && (
        <div className={styles.foot}>
          <span>{site.region}</span>
          <DeviceCount site={site} className={styles.alarm} />
        </div>
      )}
    </article>
  );
});
SiteTile.displayName = 'SiteTile';

/** "isolated for 3 min 12 s", "redundancy lost", "no data for 5 min". */
const SiteSince = ({ site }: { site: SiteStatus }) => {
  const text = useTicking((nowMs) =>
    [meaningOf(site), sinceText(site, nowMs)].filter(Boolean).join(site.lastSeen === null ? ' for ' : ' ')
  );
  return <>{text}</>;
};

function meaningOf(site: SiteStatus): string {
  if (site.lastSeen !== null) {
    return '';
  }
  // Without uplinks the devices were judged, so nothing is said of redundancy.
  return site.uplinks.length === 0 && site.state !== 'unknown' ? '' : LOOKS[site.state].meaning;
}

function sharesProvider(uplink: SiteUplink, all: readonly SiteUplink[]): boolean {
  return uplink.provider === 'unknown' || all.some((other) => other !== uplink && other.provider === uplink.provider);
}

const DeviceCount = ({ site, className }: { site: SiteStatus; className: string }) => {
  const { up, down, unknown } = site.devicesByState;
  const monitored = up + down + unknown;
  if (monitored === 0) {
    return <span>no monitored device</span>;
  }
  const faults = [down > 0 && `${down} down`, unknown > 0 && `${unknown} unknown`].filter(Boolean).join(', ');
  const noun = monitored === 1 ? 'device' : 'devices';
  return faults ? (
    <span className={down > 0 ? className : undefined}>{`${monitored} ${noun}, ${faults}`}</span>
  ) : (
    <span>{`${monitored} ${noun} up`}</span>
  );
};

/** Seconds for which a new fault, and a recovery, are pointed out. */
const NEW_FAULT = 600;
const RECOVERED = 60;

const FreshChange = ({ site, className }: { site: SiteStatus; className: string }) => {
  const tag = useTicking((nowMs) => {
    if (site.since === null || site.approximate) {
      return '';
    }
    const age = nowMs / 1000 - site.since;
    if (site.state === 'down' || site.state === 'degraded') {
      return age < NEW_FAULT ? 'new' : '';
    }
    return site.state === 'up' && age < RECOVERED ? 'recovered' : '';
  });
  return tag ? <span className={className}>{tag}</span> : null;
};

const getStyles = (theme: GrafanaTheme2) => {
  const edge = (state: SiteState) => {
    const color = stateColors(theme, state);
    const loud = state === 'down' || state === 'degraded';
    return css({
      borderLeft: `5px ${state === 'unknown' ? 'dashed' : 'solid'} ${color.main}`,
      background: loud
        ? `linear-gradient(${color.fill}, ${color.fill}), ${theme.colors.background.secondary}`
        : theme.colors.background.secondary,
      '& > button > span:nth-of-type(2)': { color: color.text },
    });
  };
  const byState = Object.fromEntries(SITE_STATES.map((state) => [state, edge(state)])) as Record<SiteState, string>;
  return {
    ...byState,
    tile: css({
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(0.75),
      minWidth: 0,
      padding: theme.spacing(1, 1.25),
      border: `1px solid ${theme.colors.border.weak}`,
      borderRadius: theme.shape.radius.default,
      // Tiles outside the window are neither laid out nor painted: a thousand sites stay cheap.
      contentVisibility: 'auto',
      containIntrinsicSize: 'auto 110px',
    }),
    head: css({
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'baseline',
      columnGap: theme.spacing(1),
      padding: 0,
      border: 'none',
      background: 'none',
      textAlign: 'left',
      cursor: 'pointer',
      '&:hover > span:first-of-type': { textDecoration: 'underline' },
      '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 2 },
    }),
    name: css({
      flex: '1 1 auto',
      minWidth: 0,
      overflowWrap: 'anywhere',
      fontSize: theme.typography.h5.fontSize,
      fontWeight: theme.typography.fontWeightMedium,
      color: theme.colors.text.primary,
    }),
    state: css({
      display: 'inline-flex',
      alignItems: 'center',
      gap: theme.spacing(0.5),
      fontWeight: theme.typography.fontWeightMedium,
      '& > svg': { alignSelf: 'center' },
    }),
    since: css({
      flex: '1 0 100%',
      color: theme.colors.text.primary,
      fontVariantNumeric: 'tabular-nums',
      fontSize: theme.typography.bodySmall.fontSize,
    }),
    dense: css({ padding: theme.spacing(0.5, 1), gap: theme.spacing(0.5), containIntrinsicSize: 'auto 62px' }),
    tag: css({
      marginLeft: theme.spacing(0.75),
      padding: theme.spacing(0, 0.75),
      borderRadius: theme.shape.radius.pill,
      background: theme.colors.info.transparent,
      color: theme.colors.info.text,
      fontSize: theme.typography.bodySmall.fontSize,
    }),
    badges: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5) }),
    foot: css({
      display: 'flex',
      justifyContent: 'space-between',
      flexWrap: 'wrap',
      columnGap: theme.spacing(1),
      marginTop: 'auto',
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
    }),
    alarm: css({ color: theme.colors.error.text, fontWeight: theme.typography.fontWeightMedium }),
  };
};
