import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { SiteUplink } from '../../status/sites';
import type { Series } from '../../data/samples';
import { SeriesChart } from '../../ui/SeriesChart';
import { formatBitRate, formatMs, formatPercent } from '../../ui/units';
import type { DeviceHistory } from './device-data';

const NONE: Series = { labels: {}, times: [], values: [] };

export const DeviceCharts = ({ history, uplinks }: { history: DeviceHistory; uplinks: readonly SiteUplink[] }) => {
  const styles = useStyles2(getStyles);
  const { times } = history.grid;
  const of = (series: Series[], ifName: string) => series.find(({ labels }) => labels.if_name === ifName) ?? NONE;
  return (
    <div className={styles.charts}>
      <SeriesChart
        title="Round-trip time"
        lines={[{ label: 'mean', series: history.rtt[0] ?? NONE }]}
        times={times}
        format={formatMs}
        leastMax={1}
      />
      <SeriesChart
        title="Packet loss"
        lines={[{ label: 'lost echoes', series: history.loss[0] ?? NONE }]}
        times={times}
        format={formatPercent}
        leastMax={100}
      />
      {uplinks.map(({ ifName, provider }) => (
        <SeriesChart
          key={ifName}
          title={`Traffic of ${provider} (${ifName})`}
          lines={[
            { label: 'in', series: of(history.in, ifName) },
            { label: 'out', series: of(history.out, ifName), dashed: true },
          ]}
          times={times}
          format={formatBitRate}
          leastMax={1000}
        />
      ))}
    </div>
  );
};

const getStyles = (theme: GrafanaTheme2) => ({
  charts: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(420px, 100%), 1fr))',
    gap: theme.spacing(1),
  }),
});
