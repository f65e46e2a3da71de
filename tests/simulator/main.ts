import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseHostPort } from '../../exporter/src/config/address';
import { loadBundle, type Bundle } from '../../exporter/src/config/bundle';
import { makeFleet, parseFleetSize } from './fleet';
import { startSimulator } from './simulator';

const BUNDLES = path.resolve(__dirname, '../../exporter/bundles');

const USAGE = `usage: npx tsx tests/simulator/main.ts (--bundle FILE|NAME | --fleet devices=N,interfaces=M)
  --listen HOST:PORT      control port, loopback only (default 127.0.0.1:0, a free one)
  --snmp-port N           one UDP port for all agents, 0 = a free one (default: the bundle's)
  --seed N                the same seed makes the same traffic (default 1)
  --community-file FILE   what requests must carry; or SIMULATOR_COMMUNITY in the environment
`;

class UsageError extends Error {}

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      bundle: { type: 'string' },
      fleet: { type: 'string' },
      listen: { type: 'string', default: '127.0.0.1:0' },
      'snmp-port': { type: 'string' },
      seed: { type: 'string', default: '1' },
      'community-file': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const listen = /^(.+):(\d+)$/.exec(values.listen);
  if (!listen || (listen[2] !== '0' && !parseHostPort(values.listen, 1))) {
    throw new UsageError(`--listen ${values.listen}: it must be host:port, such as 127.0.0.1:9770`);
  }
  const simulator = await startSimulator({
    bundle: bundleOf(values.bundle, values.fleet),
    community: community(values['community-file']),
    controlHost: listen[1] as string,
    controlPort: Number(listen[2]),
    snmpPort: values['snmp-port'] === undefined ? undefined : whole('--snmp-port', values['snmp-port'], 65_535),
    seed: whole('--seed', values.seed, 0xffff_ffff),
  });
  const stop = () => void simulator.stop().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const { devices, bundle } = simulator;
  const ready = { ready: true, control: simulator.controlUrl, bundle: bundle.name, devices: devices.length };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

function bundleOf(bundle: string | undefined, fleet: string | undefined): Bundle {
  if ((bundle === undefined) === (fleet === undefined)) {
    throw new UsageError('name one of --bundle and --fleet');
  }
  if (fleet !== undefined) {
    return makeFleet(parseFleetSize(fleet));
  }
  const named = path.join(BUNDLES, `${bundle}.json`);
  return loadBundle(existsSync(named) ? named : (bundle as string));
}

function community(file: string | undefined): string {
  const found = file === undefined ? process.env['SIMULATOR_COMMUNITY'] : readFileSync(file, 'utf8').trim();
  if (!found) {
    throw new UsageError(
      file === undefined
        ? 'no community: set SIMULATOR_COMMUNITY or name a --community-file; there is no default'
        : `--community-file ${file} is empty; it must hold the community`
    );
  }
  return found;
}

function whole(option: string, value: string, max: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > max) {
    throw new UsageError(`${option} ${value}: it must be a whole number from 0 to ${max}`);
  }
  return number;
}

main(process.argv.slice(2)).catch((err: Error) => {
  // Wrong input is told in one line; what the program could not do keeps its message too, without a stack.
  process.stderr.write(`simulator: ${err.message}\n`);
  process.exitCode = err instanceof UsageError || /^ERR_PARSE_ARGS/.test((err as { code?: string }).code ?? '') ? 2 : 1;
});
