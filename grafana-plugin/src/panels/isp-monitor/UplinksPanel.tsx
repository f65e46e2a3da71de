import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { css } from '@emotion/css';
import { LoadingState, type GrafanaTheme2, type PanelData, type PanelProps } from '@grafana/data';
import { Alert, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import type { AppSettings } from '../../config/settings';
import { fleetOf } from '../../data/fleet';
import { FleetMemory } from '../../data/fleet-memory';
import { samplesOf } from '../../data/samples';
import { useFleet } from '../../data/use-fleet';
import type { Fleet } from '../../status/entities';
import { fadeFleet } from '../../status/fade';
import { filterSites, NO_FILTER } from '../../status/filter';
import { bySeverity } from '../../status/order';
import { sitesOf, type SiteStatus } from '../../status/sites';
import { Board } from '../../ui/Board';
import { FeedError } from '../../ui/FeedError';
import { FeedStatus } from '../../ui/FeedStatus';
import { SiteDrawer } from '../../ui/SiteDrawer';
import { parseRegions, type UplinksPanelOptions } from './options';
import { useAppSettings } from './use-app-settings';

/** The tiles of the Monitor page on a dashboard: from the panel's own queries, or without any from the app's. */
export const UplinksPanel = (props: PanelProps<UplinksPanelOptions>) => {
  const styles = useStyles2(getStyles);
  // Once a panel had data of its own, an empty answer is silence and no reason to look elsewhere.
  const own = useRef(false);
  own.current ||= props.data.series.length > 0;
  return (
    <div className={styles.panel} style={{ width: props.width, height: props.height }}>
      {own.current ? <FromPanelData {...props} /> : <FromApp {...props} />}
    </div>
  );
};

const FromPanelData = (props: PanelProps<UplinksPanelOptions>) => {
  const [memory] = useState(() => new FleetMemory());
  const fleet = useMemo(() => fleetOfPanel(memory, props.data), [memory, props.data]);
  const failed = props.data.state === LoadingState.Error;
  return (
    <>
      {failed && (
        <Alert severity="error" title={`Not live: ${props.data.errors?.[0]?.message ?? 'the query failed'}`} />
      )}
      <Tiles {...props} fleet={fleet} />
    </>
  );
};

function fleetOfPanel(memory: FleetMemory, data: PanelData): Fleet {
  const samples = samplesOf(data.series);
  const at = data.timeRange.to.valueOf() / 1000;
  if (data.state === LoadingState.Error) {
    return fadeFleet(memory.current, at);
  }
  const isUplink = (sample: (typeof samples)[number]) => sample.labels.if_name !== undefined;
  return memory.add(
    fleetOf(
      samples.filter((s) => !isUplink(s)),
      samples.filter(isUplink)
    ),
    at
  );
}

const FromApp = (props: PanelProps<UplinksPanelOptions>) => {
  const state = useAppSettings();
  if (state === null) {
    return <LoadingPlaceholder text="Reading the configuration of ISP monitor" />;
  }
  return 'error' in state ? (
    <Alert severity="error" title={state.error} />
  ) : (
    <Live {...props} settings={state.settings} />
  );
};

const Live = ({ settings, ...props }: PanelProps<UplinksPanelOptions> & { settings: AppSettings }) => {
  const view = useFleet(settings);
  const { refresh } = view;
  // A dashboard that refreshes moves its time range.
  useEffect(() => void refresh(), [refresh, props.timeRange]);
  return (
    <>
      <FeedError view={view} />
      {view.fleet === null && view.error === null && <LoadingPlaceholder text="Reading the states of all sites" />}
      {view.fleet && <Tiles {...props} fleet={view.fleet} />}
      {view.fleet && <FeedStatus view={view} />}
    </>
  );
};

const Tiles = ({ fleet, options, replaceVariables }: PanelProps<UplinksPanelOptions> & { fleet: Fleet }) => {
  const [openKey, setOpenKey] = useState<string | null>(null);
  const sites = useMemo(() => sitesOf(fleet).sort(bySeverity), [fleet]);
  const regions = replaceVariables(options.regions ?? '');
  const shown = useMemo(
    () => filterSites(sites, { ...NO_FILTER, regions: parseRegions(regions), problemsOnly: options.problemsOnly }),
    [sites, regions, options.problemsOnly]
  );
  const open = useCallback((site: SiteStatus) => setOpenKey(site.key), []);
  const opened = sites.find((site) => site.key === openKey);
  if (shown.length === 0) {
    return <p>{emptyText(sites.length, options.problemsOnly)}</p>;
  }
  return (
    <>
      <Board sites={shown} onOpen={open} columns={options.columns} />
      {opened && <SiteDrawer site={opened} onClose={() => setOpenKey(null)} />}
    </>
  );
};

function emptyText(sites: number, problemsOnly: boolean): string {
  if (sites === 0) {
    return 'No data: the data source holds no state of any device.';
  }
  return problemsOnly ? `No problems at ${sites} sites.` : `None of the ${sites} sites is in these regions.`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  panel: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    padding: theme.spacing(1),
    overflow: 'auto',
  }),
});
