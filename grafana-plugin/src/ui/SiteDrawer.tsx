import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Drawer, useStyles2 } from '@grafana/ui';
import { devicePath } from '../app/paths';
import type { SiteStatus } from '../status/sites';
import { AppLink } from './AppLink';
import { NO_SITE } from './SiteTile';
import { StateText } from './StateText';
import { UplinkBadge } from './UplinkBadge';

/** The devices of a site, worst first, and its uplinks. */
export const SiteDrawer = ({ site, onClose }: { site: SiteStatus; onClose: () => void }) => {
  const styles = useStyles2(getStyles);
  return (
    <Drawer title={site.name || NO_SITE} subtitle={site.region} size="md" onClose={onClose}>
      <h4>Uplinks</h4>
      {site.uplinks.length === 0 && <p>No uplink is known at this site.</p>}
      <div className={styles.badges}>
        {site.uplinks.map((uplink) => (
          <UplinkBadge key={`${uplink.deviceId} ${uplink.ifName}`} uplink={uplink} showInterface />
        ))}
      </div>
      <h4>Devices</h4>
      {site.devices.length === 0 && <p>No device is known at this site.</p>}
      <ul className={styles.list}>
        {site.devices.map((device) => (
          <li key={device.id} className={styles.row}>
            <AppLink href={devicePath(device.id)} className={styles.link}>
              {device.name}
            </AppLink>
            <span className={styles.detail}>{[device.address, device.type].filter(Boolean).join(' · ')}</span>
            <StateText {...device} />
          </li>
        ))}
      </ul>
    </Drawer>
  );
};

const getStyles = (theme: GrafanaTheme2) => ({
  badges: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5), marginBottom: theme.spacing(3) }),
  list: css({ listStyle: 'none' }),
  row: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'baseline',
    columnGap: theme.spacing(1.5),
    padding: theme.spacing(0.75, 0),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  link: css({ color: theme.colors.text.link, '&:hover': { textDecoration: 'underline' } }),
  detail: css({ flex: '1 1 auto', color: theme.colors.text.secondary }),
});
