import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DiscoveryMetrics } from '../discovery/discovery-metrics';
import { ScanMetrics } from '../discovery/scan/scan-metrics';
import { ApiMetrics } from '../http/api/api-metrics';
import type { Database } from '../inventory/database';
import { ReloadMetrics } from './reload-metrics';

interface Described {
  name: string;
  type: string;
  labelNames: string[];
  help: string;
}

it('every metric of the sidecar is documented, with its type and labels, and none that is not there', () => {
  const { registry } = new DiscoveryMetrics({ kind: 'embedded' } as Database, { version: '0' }, () => ({}));
  new ScanMetrics(registry);
  new ApiMetrics(registry);
  new ReloadMetrics(registry);
  const inCode = (registry.getMetricsAsArray() as unknown as Described[]).map(({ name, type, labelNames, help }) => {
    const labels = labelNames.filter((label) => label !== 'le').map((label) => `\`${label}\``);
    return `| \`${name}\` | ${type} | ${labels.join(' ') || '–'} | ${help} |`;
  });
  const page = readFileSync(path.join(__dirname, '../../../docs/metrics.md'), 'utf8');
  const inDocs = page.split('\n').filter((line) => line.startsWith('| `isp_discovery_'));
  expect(inDocs.sort()).toEqual(inCode.sort());
});
