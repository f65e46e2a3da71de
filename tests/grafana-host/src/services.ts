import {
  EventBusSrv,
  setTimeZoneResolver,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  standardTransformers,
  standardTransformersRegistry,
} from '@grafana/data';
import {
  FakeEchoSrv,
  locationService,
  setAppEvents,
  setBackendSrv,
  setChromeHeaderHeightHook,
  setCurrentUser,
  setDataSourceSrv,
  setEchoSrv,
  setLocationSrv,
  setPluginComponentHook,
  setPluginComponentsHook,
  setPluginFunctionsHook,
  setPluginLinksHook,
  setReturnToPreviousHook,
  setTemplateSrv,
  type BackendSrv,
  type DataSourceSrv,
  type TemplateSrv,
} from '@grafana/runtime';
import { initializeLoggersRegistry } from '@grafana/runtime/unstable';
import { HostBackendSrv } from './backend-srv';
import { METRICS_SOURCE, MetricsDataSource } from './metrics-data-source';

/** Editors are looked up by id when a panel's option defaults are computed; the host shows none of them. */
const EDITOR_IDS = [
  'text',
  'number',
  'slider',
  'boolean',
  'select',
  'radio',
  'multi-select',
  'color',
  'unit',
  'strings',
];

export const templateSrv: TemplateSrv = {
  getVariables: () => [],
  containsTemplate: () => false,
  updateTimeRange: () => {},
  replace: (target) => target ?? '',
};

/** Everything that Grafana sets up before it loads a plugin. */
export function setUpServices(): void {
  setTimeZoneResolver(() => 'browser');
  initializeLoggersRegistry();
  standardEditorsRegistry.setInit(() => EDITOR_IDS.map((id) => ({ id, name: id, editor: () => null })) as never);
  standardFieldConfigEditorRegistry.setInit(() => []);
  standardTransformersRegistry.setInit(
    () =>
      Object.values(standardTransformers).map((transformation) => ({
        id: transformation.id,
        name: transformation.name,
        transformation,
        editor: () => null,
      })) as never
  );
  setBackendSrv(new HostBackendSrv() as unknown as BackendSrv);
  setTemplateSrv(templateSrv);
  setAppEvents(new EventBusSrv());
  setEchoSrv(new FakeEchoSrv());
  setCurrentUser({
    ...(window as never as { grafanaBootData: { user: object } }).grafanaBootData.user,
    orgId: 1,
  } as never);
  setLocationSrv(locationService as never);
  setReturnToPreviousHook(() => () => {});
  setChromeHeaderHeightHook(() => 0);
  setPluginComponentHook((() => ({ isLoading: false, component: null })) as never);
  setPluginComponentsHook((() => ({ isLoading: false, components: [] })) as never);
  setPluginLinksHook((() => ({ isLoading: false, links: [] })) as never);
  setPluginFunctionsHook((() => ({ isLoading: false, functions: [] })) as never);
  setDataSourceSrv(dataSourceSrv());
}

function dataSourceSrv(): DataSourceSrv {
  const source = new MetricsDataSource(METRICS_SOURCE);
  source.meta = METRICS_SOURCE.meta;
  const uidOf = (ref: unknown) => (typeof ref === 'object' && ref !== null ? (ref as { uid?: string }).uid : ref);
  const known = (ref: unknown) =>
    ref == null || [METRICS_SOURCE.uid, METRICS_SOURCE.name].includes(uidOf(ref) as string);
  return {
    get: async (ref?: unknown) => {
      if (!known(ref)) {
        throw new Error(`Datasource ${uidOf(ref)} was not found`);
      }
      return source;
    },
    getInstanceSettings: (ref?: unknown) => (known(ref) ? METRICS_SOURCE : undefined),
    getList: () => [METRICS_SOURCE],
    reload: async () => {},
  } as unknown as DataSourceSrv;
}
