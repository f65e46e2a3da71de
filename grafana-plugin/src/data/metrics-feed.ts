import type { AppSettings } from '../config/settings';
import type { FeedSource } from './fleet-feed';
import { fleetOf } from './fleet';
import { openMetricsSource } from './metrics-source';
import { samplesOf } from './samples';
import { changeMark, deviceStates, uplinkStates } from './state-queries';

/** Feeds a board from the data source of the settings: two instant queries a refresh, whatever the fleet's size. */
export function metricsFeed(settings: AppSettings): FeedSource {
  return {
    async fetchFleet() {
      const source = await openMetricsSource(settings.datasourceUid);
      const { devices, uplinks } = await source.instant({
        devices: deviceStates(settings),
        uplinks: uplinkStates(settings),
      });
      return fleetOf(samplesOf(devices), samplesOf(uplinks));
    },
    async fetchMark() {
      const source = await openMetricsSource(settings.datasourceUid);
      const { mark } = await source.instant({ mark: changeMark() });
      return samplesOf(mark)[0]?.value ?? null;
    },
  };
}
