import { useEffect, useMemo, useState } from 'react';
import { lastValueFrom } from 'rxjs';
import {
  dateTime,
  EventBusSrv,
  getPanelOptionsWithDefaults,
  LoadingState,
  type DataFrame,
  type PanelData,
  type PanelPlugin,
} from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { useLocation, useParams } from 'react-router-dom-v5-compat';
import { System } from './shared-modules';
import { templateSrv } from './services';

interface PanelPageProps {
  /** plugin.json of the nested plugins by id, with the path of their module. */
  nested: Record<string, { module: string }>;
}

/** A nested panel alone, as on a dashboard: ?options={…} and, for data of its own, ?expr=PromQL (repeatable). */
export const PanelPage = ({ nested }: PanelPageProps) => {
  const { panelId = '' } = useParams();
  const { search } = useLocation();
  const params = useMemo(() => new URLSearchParams(search), [search]);
  const [plugin, setPlugin] = useState<PanelPlugin>();
  const [data, setData] = useState<PanelData>();
  useEffect(() => {
    const meta = nested[panelId];
    if (meta) {
      void System.import<{ plugin: PanelPlugin }>(meta.module).then(({ plugin }) => {
        plugin.meta = { ...plugin.meta, ...meta } as never;
        setPlugin(plugin);
      });
    }
  }, [nested, panelId]);
  useEffect(() => void queryPanel(params.getAll('expr')).then(setData), [params]);
  if (!nested[panelId]) {
    return <p>{`No nested panel ${panelId}`}</p>;
  }
  const Panel = plugin?.panel;
  if (!plugin || !Panel || !data) {
    return null;
  }
  const { options, fieldConfig } = getPanelOptionsWithDefaults({
    plugin,
    currentOptions: JSON.parse(params.get('options') ?? '{}'),
    currentFieldConfig: { defaults: {}, overrides: [] },
    isAfterPluginChange: false,
  });
  return (
    <Panel
      id={1}
      title="Panel"
      data={data}
      timeRange={data.timeRange}
      timeZone="browser"
      options={options}
      fieldConfig={fieldConfig}
      transparent={false}
      width={window.innerWidth - 20}
      height={window.innerHeight - 20}
      renderCounter={0}
      replaceVariables={(text) => templateSrv.replace(text)}
      onOptionsChange={() => {}}
      onFieldConfigChange={() => {}}
      onChangeTimeRange={() => {}}
      eventBus={new EventBusSrv()}
    />
  );
};

async function queryPanel(expressions: string[]): Promise<PanelData> {
  const now = dateTime();
  const range = { from: now, to: now, raw: { from: now, to: now } };
  if (expressions.length === 0) {
    return { state: LoadingState.Done, series: [], timeRange: range };
  }
  const source = await getDataSourceSrv().get('metrics');
  const response = (await lastValueFrom(
    source.query({
      requestId: 'panel',
      app: 'dashboard',
      interval: '15s',
      intervalMs: 15_000,
      maxDataPoints: 1,
      range,
      scopedVars: {},
      startTime: Date.now(),
      timezone: 'browser',
      targets: expressions.map((expr, index) => ({ refId: `q${index}`, expr, instant: true }) as never),
    }) as never
  )) as { data: DataFrame[] };
  return { state: LoadingState.Done, series: response.data, timeRange: range };
}
