import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { AppSettings } from '../config/settings';
import { FleetFeed, type FeedSnapshot } from './fleet-feed';
import { metricsFeed } from './metrics-feed';

const WATCH_MS = 2_000;

export interface FleetView extends FeedSnapshot {
  refresh: () => Promise<void>;
}

/** The fleet as it is now, kept fresh while the tab is visible. */
export function useFleet(settings: AppSettings): FleetView {
  const feed = useMemo(
    () =>
      new FleetFeed(metricsFeed(settings), {
        refreshMs: settings.refreshSeconds * 1000,
        watchMs: settings.changeWatch ? WATCH_MS : null,
      }),
    [settings]
  );
  useEffect(() => {
    const follow = () => (document.visibilityState === 'hidden' ? feed.pause() : feed.resume());
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      feed.pause();
    };
  }, [feed]);
  const snapshot = useSyncExternalStore(feed.subscribe, feed.getSnapshot);
  return useMemo(() => ({ ...snapshot, refresh: feed.refresh }), [snapshot, feed]);
}
