import { useCallback, useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { PageLayoutType, type GrafanaTheme2 } from '@grafana/data';
import { PluginPage } from '@grafana/runtime';
import { Button, EmptyState, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import type { AppSettings } from '../../config/settings';
import { useFleet } from '../../data/use-fleet';
import { filterSites, NO_FILTER } from '../../status/filter';
import { bySeverity } from '../../status/order';
import { sitesOf, type SiteStatus } from '../../status/sites';
import { summarise } from '../../status/summary';
import { Board } from '../../ui/Board';
import { FeedError } from '../../ui/FeedError';
import { FeedStatus } from '../../ui/FeedStatus';
import { SiteDrawer } from '../../ui/SiteDrawer';
import { FilterBar } from './FilterBar';
import { NoData } from './NoData';
import { SummaryTiles } from './SummaryTiles';
import { useUrlFilter } from './url-filter';

/** The wall board: every site with its uplinks, faults first. */
export const MonitorPage = ({ settings }: { settings: AppSettings }) => {
  const styles = useStyles2(getStyles);
  const view = useFleet(settings);
  const sites = useMemo(() => (view.fleet ? sitesOf(view.fleet).sort(bySeverity) : null), [view.fleet]);
  return (
    <PluginPage layout={PageLayoutType.Custom} pageNav={{ text: 'Monitor' }}>
      <div className={styles.page}>
        <FeedError view={view} />
        {sites === null && view.error === null && <LoadingPlaceholder text="Reading the states of all sites" />}
        {sites?.length === 0 && <NoData onRetry={() => void view.refresh()} />}
        {sites !== null && sites.length > 0 && <Sites sites={sites} status={<FeedStatus view={view} />} />}
      </div>
    </PluginPage>
  );
};

const Sites = ({ sites, status }: { sites: SiteStatus[]; status: React.ReactNode }) => {
  const styles = useStyles2(getStyles);
  const [filter, changeFilter] = useUrlFilter();
  const [openKey, setOpenKey] = useState<string | null>(null);
  const summary = useMemo(() => summarise(sites), [sites]);
  const regions = useMemo(() => [...new Set(sites.map((site) => site.region))].sort(), [sites]);
  const shown = useMemo(() => filterSites(sites, filter), [sites, filter]);
  const open = useCallback((site: SiteStatus) => setOpenKey(site.key), []);
  const opened = sites.find((site) => site.key === openKey);
  return (
    <>
      <SummaryTiles summary={summary} selected={filter.states} onSelect={(states) => changeFilter({ states })} />
      <div className={styles.bar}>
        <FilterBar filter={filter} regions={regions} onChange={changeFilter} />
        {status}
      </div>
      {shown.length > 0 ? (
        <Board sites={shown} onOpen={open} />
      ) : (
        <EmptyState
          variant="not-found"
          message={`None of the ${sites.length} sites matches the filter`}
          button={<Button onClick={() => changeFilter(NO_FILTER)}>Clear filters</Button>}
        />
      )}
      {opened && <SiteDrawer site={opened} onClose={() => setOpenKey(null)} />}
    </>
  );
};

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    padding: theme.spacing(2),
    minWidth: 0,
  }),
  bar: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
});
