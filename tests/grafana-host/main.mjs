// node tests/grafana-host/main.mjs --prometheus URL [--inventory URL] [--port N] [--dist DIR] [--json-data JSON]
// The token for the inventory comes from the environment (INVENTORY_TOKEN), so that it is in no process list.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startHost } from './host.mjs';

const { values } = parseArgs({
  options: {
    prometheus: { type: 'string' },
    inventory: { type: 'string' },
    port: { type: 'string', default: '0' },
    dist: { type: 'string', default: fileURLToPath(new URL('../../grafana-plugin/dist', import.meta.url)) },
    'json-data': { type: 'string', default: '{}' },
  },
});
if (!values.prometheus) {
  console.error('--prometheus URL is missing: the base URL of the Prometheus API with the metrics');
  process.exit(2);
}
const host = await startHost({
  port: Number(values.port),
  prometheusUrl: values.prometheus,
  inventoryUrl: values.inventory,
  inventoryToken: process.env.INVENTORY_TOKEN,
  pluginDist: path.resolve(values.dist),
  jsonData: JSON.parse(values['json-data']),
});
console.log(`ready ${host.url}`);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void host.stop().then(() => process.exit(0)));
}
