import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { formatDuration } from '../../status/duration';
import type { DeviceStatus } from '../../status/entities';
import { NO_SITE } from '../../ui/SiteTile';
import { formatMs, formatPercent } from '../../ui/units';
import type { DeviceFacts } from './device-data';
import { snmpText } from './snmp-reason';

const NOT_KNOWN = 'not known';

export const DeviceFactsList = ({ device, facts }: { device: DeviceStatus; facts: DeviceFacts }) => {
  const styles = useStyles2(getStyles);
  const ages = facts.ages.map(({ collector, seconds }) => `${collector} ${formatDuration(seconds)}`).join(', ');
  const rows: Array<[string, string]> = [
    ['Address', device.address],
    ['Site', [device.site || NO_SITE, device.region].filter(Boolean).join(', ')],
    ['Type', [device.type, facts.role].filter(Boolean).join(', ')],
    ['Vendor and model', [facts.vendor, facts.model].filter(Boolean).join(' ')],
    ['System', [facts.sysName, facts.osVersion].filter(Boolean).join(', ')],
    ['SNMP', snmpText(facts.snmpReason)],
    ['Round-trip time', facts.rttMs === null ? '' : formatMs(facts.rttMs)],
    ['Packet loss', facts.lossPercent === null ? '' : formatPercent(facts.lossPercent)],
    ['Age of data', ages],
  ];
  return (
    <dl className={styles.list}>
      {rows.map(([term, text]) => (
        <div key={term} className={styles.row}>
          <dt className={styles.term}>{term}</dt>
          <dd className={text ? undefined : styles.term}>{text || NOT_KNOWN}</dd>
        </div>
      ))}
    </dl>
  );
};

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(280px, 100%), 1fr))',
    gap: theme.spacing(1, 3),
    margin: 0,
    padding: theme.spacing(1.5),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
  }),
  row: css({ minWidth: 0, overflowWrap: 'anywhere', '& dd': { margin: 0 } }),
  term: css({ color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
});
