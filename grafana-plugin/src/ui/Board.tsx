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

/** More sites than this are drawn smaller. */
const DENSE_ABOVE = 40;

export const Board = ({ sites, onOpen, columns = 0 }: BoardProps) => {
  const dense = sites.length > DENSE_ABOVE;
  const styles = useStyles2(getStyles, columns, dense);
  return (
    <div className={styles.grid} role="list" aria-label="Sites">
      {sites.map((site) => (
        <div role="listitem" key={site.key} className={styles.cell}>
          <SiteTile site={site} onOpen={onOpen} dense={dense} />
        </div>
      ))}
    </div>
  );
};

const getStyles = (theme: GrafanaTheme2, columns: number, dense: boolean) => ({
  grid: css({
    display: 'grid',
    gridTemplateColumns:
      columns > 0
        ? `repeat(${columns}, minmax(0, 1fr))`
        : `repeat(auto-fill, minmax(min(${dense ? 206 : 270}px, 100%), 1fr))`,
    gap: theme.spacing(dense ? 0.75 : 1),
    alignItems: 'stretch',
  }),
  cell: css({ display: 'grid', minWidth: 0 }),
});
