import { lazy, Suspense } from 'react';
import { PanelPlugin, type PanelProps } from '@grafana/data';
import { AppErrorBoundary } from '../../app/AppErrorBoundary';
import { addOptions, type UplinksPanelOptions } from './options';

const LazyPanel = lazy(() => import('./UplinksPanel').then(({ UplinksPanel }) => ({ default: UplinksPanel })));

const Panel = (props: PanelProps<UplinksPanelOptions>) => (
  <AppErrorBoundary>
    <Suspense fallback={null}>
      <LazyPanel {...props} />
    </Suspense>
  </AppErrorBoundary>
);

export const plugin = new PanelPlugin<UplinksPanelOptions>(Panel).setPanelOptions(addOptions).setNoPadding();
