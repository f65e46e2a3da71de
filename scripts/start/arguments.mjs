import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../setup/packages.mjs';
import { UserError } from '../setup/terminal.mjs';

export const USAGE = `Usage: npm start -- [options]

Starts the whole product on this machine: collection, storage, rules and the page in the browser.
Without --config it watches a simulated network.

  --config FILE      watch your own network: an isp-monitor.yml
  --bundle NAME      the simulated network: demo_small (default) or demo_mid
  --data DIR         where everything is kept (default: a folder a network under ./data)
  --port-base N      first of seven ports on 127.0.0.1 (default 9760)
  --no-open          do not open the browser
  --help             this text`;

const wrong = (message) => Object.assign(new UserError(`${message}\n\n${USAGE}`), { exitCode: 2 });

/** What `npm start --` was told; wrong words are refused with the right ones. */
export function startArguments(argv) {
  let values;
  try {
    ({ values } = parseArgs({
      args: argv,
      options: {
        config: { type: 'string' },
        bundle: { type: 'string' },
        data: { type: 'string' },
        'port-base': { type: 'string' },
        'no-open': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }));
  } catch (err) {
    throw wrong(err.message);
  }
  const portBase = Number(values['port-base'] ?? 9760);
  if (!Number.isInteger(portBase) || portBase < 1024 || portBase > 65_500) {
    throw wrong(`--port-base ${values['port-base']}: it must be a whole number from 1024 to 65500`);
  }
  if (values.config && values.bundle) {
    throw wrong('--config and --bundle exclude each other: the first is your network, the second a simulated one');
  }
  if (values.config && !existsSync(values.config)) {
    throw wrong(`--config ${values.config}: there is no such file`);
  }
  const bundle = values.config ? undefined : bundleFile(values.bundle ?? 'demo_small');
  return {
    help: values.help ?? false,
    config: values.config && path.resolve(values.config),
    bundle,
    // One network's past must not show up as another's silence.
    data: path.resolve(values.data ?? path.join(ROOT, 'data', bundle ? path.parse(bundle).name : 'own')),
    portBase,
    open: !values['no-open'],
  };
}

function bundleFile(name) {
  const file = path.join(ROOT, 'exporter/bundles', `${name}.json`);
  if (/^[\w-]+$/.test(name) && existsSync(file)) {
    const { devices } = JSON.parse(readFileSync(file, 'utf8'));
    const real = devices.find(({ address }) => !address.startsWith('127.'));
    if (real) {
      throw wrong(
        `--bundle ${name}: ${real.name} is no simulated device (${real.address}); start with a --config that says "bundle: ${file}" and how to ask its devices (docs/bundles.md)`
      );
    }
    return file;
  }
  if (existsSync(name)) {
    return path.resolve(name);
  }
  throw wrong(`--bundle ${name}: it must be demo_small, demo_mid or a file`);
}
