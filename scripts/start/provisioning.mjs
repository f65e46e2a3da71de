import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export function renderProvisioning(directory, ports) {
  mkdirSync(directory, { recursive: true });
  const scrape = path.join(directory, 'scrape.yml');
  writeFileSync(
    scrape,
    `scrape_configs:
  - job_name: isp-monitor-states
    scrape_interval: 5s
    params: { 'collect[]': [ping, states] }
    static_configs: [{ targets: ['127.0.0.1:${ports.exporter}'] }]
    metric_relabel_configs: [{ regex: instance, action: labeldrop }]
  - job_name: isp-monitor
    scrape_interval: 30s
    honor_timestamps: true
    params: { 'collect[]': [interfaces, device, inventory] }
    static_configs: [{ targets: ['127.0.0.1:${ports.exporter}'] }]
    metric_relabel_configs: [{ regex: instance, action: labeldrop }]
`
  );
  const notifier = path.join(directory, 'notifier.yml');
  writeFileSync(notifier, 'static_configs: []\n');
  return { scrape, notifier };
}
