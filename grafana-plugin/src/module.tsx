// Grafana loads this file before anybody opens the app: everything in it but this shell is loaded when it is needed.
import { lazy, Suspense } from 'react';
import { AppPlugin, type AppRootProps, type PluginConfigPageProps, type AppPluginMeta } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';
import { AppErrorBoundary } from './app/AppErrorBoundary';

const LazyApp = lazy(() => import('./app/App').then(({ App }) => ({ default: App })));
const LazyConfigPage = lazy(() => import('./config/ConfigPage').then(({ ConfigPage }) => ({ default: ConfigPage })));

const Root = (props: AppRootProps) => (
  <AppErrorBoundary>
    <Suspense fallback={<LoadingPlaceholder text="Loading ISP monitor" />}>
      <LazyApp {...props} />
    </Suspense>
  </AppErrorBoundary>
);

const Configuration = (props: PluginConfigPageProps<AppPluginMeta>) => (
  <AppErrorBoundary>
    <Suspense fallback={<LoadingPlaceholder text="Loading the configuration" />}>
      <LazyConfigPage {...props} />
    </Suspense>
  </AppErrorBoundary>
);

export const plugin = new AppPlugin().setRootPage(Root).addConfigPage({
  title: 'Configuration',
  icon: 'cog',
  body: Configuration,
  id: 'configuration',
});
