#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load';
import { readClassifierFiles } from '../discovery/provider-catalogue';
import { bundlesCommand } from './bundles-command';
import { checkModules } from './check-modules';
import { classifyCommand } from './classify-command';
import { runProgram, UsageError, version } from './command-line';
import { devicesCommand } from './devices-command';
import { scanCommand } from './scan-command';

const USAGE = `Usage: ispmon [options] COMMAND

  classify --explain TEXT   what an interface with this alias is taken for, and why; what else is known of it with
                            --name, --descr, --type NUMBER|NAME, --speed BIT/S, --neighbour TEXT, --device TYPE
  modules check FILE…       what is wrong with files of modules (snmp.yml format); profiles with --profiles FILE
  bundles COMMAND           ready-made fleets: list, load, remove, validate (ispmon bundles --help)
  devices COMMAND           tables of devices: import, export, template (ispmon devices --help)
  scan NETWORK              look through a network for devices (ispmon scan --help)
  status [--exporter URL]   devices that are not up, with the reason (default http://127.0.0.1:9760)

  --config.file FILE        configuration, for --check-config and classify (default isp-monitor.yml)
  --check-config            check the configuration, say what is wrong with it, and end
  --version                 print the version and end
  --help                    print this text and end`;

const OPTIONS = {
  'config.file': { type: 'string' },
  'check-config': { type: 'boolean' },
  explain: { type: 'string' },
  name: { type: 'string' },
  descr: { type: 'string' },
  type: { type: 'string' },
  speed: { type: 'string' },
  neighbour: { type: 'string' },
  device: { type: 'string' },
  profiles: { type: 'string', multiple: true },
  exporter: { type: 'string', default: 'http://127.0.0.1:9760' },
  version: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** Commands with flags of their own; each resolves with the exit code. */
const COMMANDS: ReadonlyMap<string, (args: readonly string[]) => Promise<number>> = new Map([
  ['bundles', bundlesCommand],
  ['devices', devicesCommand],
  ['scan', scanCommand],
]);

void runProgram(async () => {
  const [first = '', ...args] = process.argv.slice(2);
  const own = COMMANDS.get(first);
  if (own) {
    process.exitCode = await own(args);
    return;
  }
  const { values, positionals } = parse(process.argv.slice(2));
  const [command, ...rest] = positionals;
  if (values.help) {
    console.log(USAGE);
  } else if (values.version) {
    console.log(`ispmon ${version()}`);
  } else if (values['check-config']) {
    const { file, devices, discovery } = loadConfig(values['config.file'] ?? 'isp-monitor.yml');
    readClassifierFiles(discovery);
    console.log(`${file}: ${devices.length} devices, no problem found`);
  } else if (command === 'classify') {
    const { name, descr, type, speed, neighbour, device } = values;
    const text = values.explain ?? rest.join(' ');
    console.log(classifyCommand({ text, name, descr, type, speed, neighbour, device, config: values['config.file'] }));
  } else if (command === 'modules' && rest[0] === 'check') {
    process.exitCode = checkModules(rest.slice(1), values.profiles ?? []);
  } else if (command === 'status') {
    await status(values.exporter);
  } else {
    throw new UsageError(
      `${command === undefined ? 'a command is missing' : `there is no command ${command}`}\n\n${USAGE}`
    );
  }
});

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (err) {
    throw new UsageError(`${(err as Error).message}\n\n${USAGE}`);
  }
}

interface StatusDevice {
  name: string;
  state: string;
  since: number;
  hint: string | null;
  snmp: { reason: string } | null;
}

/** Ends with exit code 1 when anything is not up, so that scripts can ask. */
async function status(url: string): Promise<void> {
  const response = await fetch(new URL('/status', url)).catch((err: Error) => {
    throw Object.assign(
      new Error(`asking the exporter on ${url}: ${(err.cause as Error | undefined)?.message ?? err.message}`),
      { exitCode: 1 }
    );
  });
  const body = (await response.json()) as { devices: StatusDevice[] };
  const notUp = body.devices.filter(({ state }) => state !== 'up' && state !== 'disabled');
  for (const { name, state, since, hint, snmp } of notUp) {
    console.log(
      [name, state, `since ${new Date(since * 1000).toISOString()}`, snmp?.reason, hint].filter(Boolean).join('  ')
    );
  }
  console.log(`${body.devices.length - notUp.length} of ${body.devices.length} devices up or disabled`);
  process.exitCode = notUp.length > 0 ? 1 : 0;
}
