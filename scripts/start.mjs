// npm start: everything on this machine, from a fresh clone to the page in the browser.
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureBuilt } from './setup/build.mjs';
import { ensurePackages, requireNode } from './setup/packages.mjs';
import { ensureSystemParts } from './setup/system-parts.mjs';
import { fail, step } from './setup/terminal.mjs';
import { addressTable } from './start/addresses.mjs';
import { startArguments, USAGE } from './start/arguments.mjs';
import { openBrowser } from './start/browser.mjs';
import { writeDemoConfig } from './start/demo-config.mjs';
import { waitForAnswer, waitForFirstValues } from './start/first-values.mjs';
import { claimPorts } from './start/ports.mjs';
import { programs } from './start/programs.mjs';
import { renderScrapeConfig } from './start/provisioning.mjs';
import { Supervisor } from './start/supervisor.mjs';

async function main() {
  const options = startArguments(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return;
  }
  requireNode();
  const ports = await claimPorts(options.portBase);
  await ensurePackages();
  await ensureSystemParts('start');
  await ensureBuilt();

  const supervisor = new Supervisor(path.join(options.data, 'logs'), (line) => console.log(line));
  let stopping;
  const stop = async (code) => {
    stopping ??= supervisor.stop();
    await stopping;
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (!stopping) {
        console.log('\nStopping …');
        void stop(0);
      }
    });
  }
  try {
    await bringUp(options, ports, supervisor);
  } catch (err) {
    if (stopping) {
      return;
    }
    await supervisor.stop();
    throw err;
  }
  // The supervisor's children keep nothing of this process alive while one waits to be started again.
  for (;;) {
    await delay(60_000);
  }
}

async function bringUp(options, ports, supervisor) {
  const simulated = options.config === undefined;
  const config = options.config ?? path.join(options.data, 'isp-monitor.yml');
  const env = simulated ? { SIMULATOR_COMMUNITY: randomBytes(16).toString('hex') } : {};
  if (simulated) {
    writeDemoConfig(config, { bundle: options.bundle, simulatorUrl: `http://127.0.0.1:${ports.simulator}` });
  }
  const scrapeConfig = renderScrapeConfig(path.join(options.data, 'vmagent-config'), ports);
  const all = programs({ ...options, config, ports, scrapeConfig });
  for (const [name, { command, health }] of Object.entries(all)) {
    if (name === 'simulator' && !simulated) {
      continue;
    }
    await step(`Start ${name}`, async () => {
      supervisor.start(name, command, { env });
      await waitForAnswer(name, health, supervisor);
    });
  }
  const metrics = `http://127.0.0.1:${ports.victoriametrics}`;
  await step('First values', (show) => waitForFirstValues(metrics, supervisor, { uplinks: simulated, show }));
  await step('First round of every device', () =>
    waitForAnswer('exporter', `http://127.0.0.1:${ports.exporter}/-/ready`, supervisor)
  );
  const page = `http://127.0.0.1:${ports.page}/`;
  console.log(`\n${addressTable(ports, { simulated, logs: supervisor.logs })}\n`);
  console.log(`ready ${page}   (Ctrl-C stops everything)`);
  if (options.open) {
    openBrowser(page);
  }
}

main().catch(fail);
