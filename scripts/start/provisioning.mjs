import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../setup/packages.mjs';

const VMAGENT = path.join(ROOT, 'provisioning/vmagent');

/** As shipped in provisioning/: enough for 12,000 interfaces. */
const SLICES = ['0', '1', '2', '3'];

/** Writes the shipped scrape configuration beside target files with the ports of this start; gives back where it is. */
export function renderScrapeConfig(directory, ports) {
  const targets = {
    exporter: group(ports.exporter),
    'exporter-snmp': SLICES.flatMap((shard) =>
      group(ports.exporter, { __param_shard: shard, __param_of: String(SLICES.length) })
    ),
    discovery: group(ports.discovery),
    victoriametrics: group(ports.victoriametrics),
    vmagent: group(ports.vmagent),
    vmalert: group(ports.vmalert),
    // Nobody is notified of a trial on one machine.
    alertmanager: [],
  };
  mkdirSync(path.join(directory, 'targets'), { recursive: true });
  for (const [part, groups] of Object.entries(targets)) {
    writeFileSync(path.join(directory, 'targets', `${part}.json`), `${JSON.stringify(groups, null, 2)}\n`);
  }
  const scrape = path.join(directory, 'scrape.yml');
  cpSync(path.join(VMAGENT, 'scrape.yml'), scrape);
  return scrape;
}

function group(port, labels = {}) {
  return [{ targets: [`127.0.0.1:${port}`], labels }];
}
