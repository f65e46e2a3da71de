import type { DataSourceInstanceSettings } from '@grafana/data';
import { DataSourceWithBackend } from '@grafana/runtime';

/** Settings of the one data source, as Grafana hands them to the browser. */
export const METRICS_SOURCE = {
  id: 1,
  uid: 'metrics',
  name: 'VictoriaMetrics',
  type: 'prometheus',
  url: '/api/datasources/proxy/uid/metrics',
  access: 'proxy',
  isDefault: true,
  readOnly: false,
  jsonData: { httpMethod: 'POST', timeInterval: '5s' },
  meta: {
    id: 'prometheus',
    name: 'Prometheus',
    type: 'datasource',
    metrics: true,
    module: '',
    baseUrl: '',
    info: { logos: { small: '', large: '' } },
  },
} as unknown as DataSourceInstanceSettings;

/** Sends queries to /api/ds/query and reads the frames that come back: the part of a data source that Grafana shares. */
export class MetricsDataSource extends DataSourceWithBackend {}
