import path from 'node:path';
import { findProgram } from '../setup/system-parts.mjs';
import { ROOT } from '../setup/packages.mjs';
import { readFlags } from './flags.mjs';

const tsx = ['--import', 'tsx'];
const at = (port) => `http://127.0.0.1:${port}`;

/**
 * What `npm start` runs, in the order of the start. Flags that do not depend on this machine's ports and folders come
 * from provisioning/, the same that the containers use.
 */
export function programs({ config, bundle, data, ports, scrapeConfig }) {
  const dir = (name) => path.join(data, name);
  const metrics = at(ports.victoriametrics);
  return {
    simulator: {
      command: [
        process.execPath,
        ...tsx,
        path.join(ROOT, 'tests/simulator/main.ts'),
        '--bundle',
        bundle,
        '--listen',
        `127.0.0.1:${ports.simulator}`,
      ],
      health: `${at(ports.simulator)}/-/healthy`,
    },
    victoriametrics: {
      command: [
        findProgram('victoria-metrics'),
        `-storageDataPath=${dir('victoriametrics')}`,
        `-httpListenAddr=127.0.0.1:${ports.victoriametrics}`,
        ...readFlags('victoriametrics'),
      ],
      health: `${metrics}/health`,
    },
    discovery: {
      command: [
        process.execPath,
        path.join(ROOT, 'exporter/dist/bin/discovery.js'),
        ...['--config.file', config, '--data.dir', data, '--web.listen-address', `127.0.0.1:${ports.discovery}`],
      ],
      health: `${at(ports.discovery)}/-/ready`,
    },
    exporter: {
      command: [
        process.execPath,
        path.join(ROOT, 'exporter/dist/bin/exporter.js'),
        ...['--config.file', config, '--data.dir', data, '--web.listen-address', `127.0.0.1:${ports.exporter}`],
        ...['--inventory.url', at(ports.discovery), '--metrics.url', metrics],
      ],
      health: `${at(ports.exporter)}/-/healthy`,
    },
    vmagent: {
      command: [
        findProgram('vmagent'),
        `-promscrape.config=${scrapeConfig}`,
        `-remoteWrite.url=${metrics}/api/v1/write`,
        `-remoteWrite.tmpDataPath=${dir('vmagent')}`,
        `-httpListenAddr=127.0.0.1:${ports.vmagent}`,
        ...readFlags('vmagent'),
      ],
      health: `${at(ports.vmagent)}/health`,
    },
    vmalert: {
      command: [
        findProgram('vmalert'),
        `-rule=${path.join(ROOT, 'alert-rules')}/*.yml`,
        `-datasource.url=${metrics}`,
        `-remoteWrite.url=${metrics}`,
        `-remoteRead.url=${metrics}`,
        `-httpListenAddr=127.0.0.1:${ports.vmalert}`,
        `-notifier.config=${path.join(ROOT, 'provisioning/vmalert/notifier-none.yml')}`,
        ...readFlags('vmalert'),
      ],
      health: `${at(ports.vmalert)}/health`,
    },
    page: {
      command: [
        process.execPath,
        path.join(ROOT, 'tests/grafana-host/main.mjs'),
        ...['--prometheus', metrics, '--inventory', at(ports.discovery), '--port', String(ports.page)],
      ],
      health: `${at(ports.page)}/host/plugin.json`,
    },
  };
}
