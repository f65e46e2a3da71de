import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { SiteStatus } from '../status/sites';
import { SiteTile } from './SiteTile';

interface BoardProps {
  /** In the order to show. */
  sites: readonly SiteStatus[];
  onOpen: (site: SiteStatus) => void;
  /** 0: as many columns as fit. */
  columns?: number;
}

export const Board = ({ sites, onOpen, columns = 0 }: BoardProps) => {
  const styles = useStyles2(getStyles, columns);
  return (
    <div className={styles.grid} role="list" aria-label="Sites">
      {sites.map((site) => (
        <div role="listitem" key={site.key} className={styles.cell}>
          <SiteTile site={site} onOpen={onOpen} />
        </div>
      ))}
    </div>
  );
};

const getStyles = (theme: GrafanaTheme2, columns: number) => ({
  grid: css({
    display: 'grid',
    gridTemplateColumns:
      columns > 0 ? `repeat(${columns}, minmax(0, 1fr))` : 'repeat(auto-fill, minmax(min(270px, 100%), 1fr))',
    gap: theme.spacing(1),
    alignItems: 'stretch',
  }),
  cell: css({ display: 'grid', minWidth: 0 }),
});
