import { useCallback } from 'react';
import { useLocation, useParams } from 'react-router';
import { css } from '@emotion/css';
import { PageLayoutType, type GrafanaTheme2 } from '@grafana/data';
import { locationService, PluginPage } from '@grafana/runtime';
import { EmptyState, LinkButton, LoadingPlaceholder, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { MONITOR_PATH } from '../../app/paths';
import type { AppSettings } from '../../config/settings';
import { usePolled } from '../../data/use-polled';
import { fade } from '../../status/fade';
import { AppLink } from '../../ui/AppLink';
import { FeedError } from '../../ui/FeedError';
import { FeedStatus } from '../../ui/FeedStatus';
import { StateText } from '../../ui/StateText';
import { UplinkBadge } from '../../ui/UplinkBadge';
import { fetchDevice, fetchHistory, type DeviceNow } from './device-data';
import { DeviceCharts } from './DeviceCharts';
import { DeviceFactsList } from './DeviceFactsList';
import { parseSpan, SPANS, type SpanName } from './time-ranges';

/** One device: who it is, how it is and since when, its uplinks, and how it has been. */
export const DevicePage = ({ settings }: { settings: AppSettings }) => {
  const styles = useStyles2(getStyles);
  const { id = '' } = useParams();
  const span = parseSpan(new URLSearchParams(useLocation().search).get('span'));
  const intervalMs = settings.refreshSeconds * 1000;
  const now = usePolled(
    useCallback(() => fetchDevice(settings, id), [settings, id]),
    intervalMs
  );
  const history = usePolled(
    useCallback(() => fetchHistory(settings, id, span), [settings, id, span]),
    intervalMs
  );
  const shown = now.data && now.stale && now.updatedAt !== null ? faded(now.data, now.updatedAt / 1000) : now.data;
  const device = shown?.device;
  return (
    <PluginPage layout={PageLayoutType.Custom} pageNav={{ text: device?.name ?? id }}>
      <div className={styles.page}>
        <AppLink href={MONITOR_PATH} className={styles.back}>
          ← All sites
        </AppLink>
        <FeedError view={now} />
        {!shown && now.error === null && <LoadingPlaceholder text="Reading the state of the device" />}
        {shown && !device && (
          <EmptyState
            variant="not-found"
            message={`No device with the id "${id}" was seen in the last ${settings.lookbackHours} hours`}
            button={<LinkButton href={MONITOR_PATH}>Go to the Monitor page</LinkButton>}
          />
        )}
        {shown && device && (
          <>
            <header className={styles.head}>
              <h1 className={styles.name}>{device.name}</h1>
              <StateText {...device} />
              <FeedStatus view={now} />
            </header>
            <DeviceFactsList device={device} facts={shown.facts} />
            {shown.uplinks.length > 0 && (
              <section aria-label="Uplinks" className={styles.badges}>
                {shown.uplinks.map((uplink) => (
                  <UplinkBadge key={uplink.ifName} uplink={uplink} showInterface />
                ))}
              </section>
            )}
            <div className={styles.back}>
              <SpanPicker span={span} />
            </div>
            {history.error !== null && <FeedError view={history} />}
            {history.data ? (
              <DeviceCharts history={history.data} uplinks={shown.uplinks} />
            ) : (
              history.error === null && <LoadingPlaceholder text="Reading the history" />
            )}
          </>
        )}
      </div>
    </PluginPage>
  );
};

const SpanPicker = ({ span }: { span: SpanName }) => (
  <RadioButtonGroup
    aria-label="Time range of the charts"
    value={span}
    options={(Object.keys(SPANS) as SpanName[]).map((name) => ({ value: name, label: name }))}
    onChange={(name) => locationService.partial({ span: name }, true)}
  />
);

/** Nothing of it is fresh any more: states become unknown, and current values are not shown as current. */
function faded(now: DeviceNow, at: number): DeviceNow {
  return {
    device: now.device && fade(now.device, at),
    uplinks: now.uplinks.map((uplink) => ({ ...fade(uplink, at), effective: 'unknown', deviceDown: false })),
    facts: { ...now.facts, rttMs: null, lossPercent: null, snmpReason: null, ages: [] },
  };
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    padding: theme.spacing(2),
    minWidth: 0,
  }),
  back: css({ color: theme.colors.text.link, alignSelf: 'flex-start' }),
  head: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', columnGap: theme.spacing(2) }),
  name: css({ margin: 0, overflowWrap: 'anywhere' }),
  badges: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5) }),
});
