import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseHostPort } from '../config/address';
import type { Config } from '../config/config';
import { loadConfig } from '../config/load';
import { ConfigError } from '../config/problem';
import { shardRule } from '../config/references';
import { MOST_SHARDS } from '../config/schema';

/** Exit codes of every program. */
export const EXIT_DONE = 0;
export const EXIT_FAILED = 1;
export const EXIT_WRONG_INPUT = 2;

/** Wrong words on the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Program {
  name: 'isp-exporter' | 'isp-discovery';
  purpose: string;
  /** Which part of the configuration `--web.listen-address` replaces. */
  web: 'exporter' | 'discovery';
  /** Reads what of a configuration only this program reads; throws ConfigError. */
  check?: (config: Config) => void;
}

const OPTIONS = {
  'config.file': { type: 'string' },
  'check-config': { type: 'boolean' },
  'web.listen-address': { type: 'string' },
  'web.allow-unauthenticated': { type: 'boolean' },
  'data.dir': { type: 'string' },
  'inventory.url': { type: 'string' },
  'metrics.url': { type: 'string' },
  'shard.index': { type: 'string' },
  'shard.count': { type: 'string' },
  version: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const SHARD_USAGE = `  --shard.index I                poll only part I of the devices, from 0, instead of exporter.shard.index
  --shard.count N                of N exporters that share them, instead of exporter.shard.count
`;

export function usage(program: Program): string {
  return `Usage: ${program.name} [options]

${program.purpose}

  --config.file FILE             configuration (default isp-monitor.yml)
  --check-config                 check the configuration, say what is wrong with it, and end
  --web.listen-address HOST:PORT listen there instead of ${program.web}.listen
  --web.allow-unauthenticated    listen on a public address although nobody has to log in
  --data.dir DIR                 keep data there instead of data_dir
  --inventory.url URL            follow the sidecar there instead of inventory.url
  --metrics.url URL              ask the database there for the past instead of metrics.url
${program.web === 'exporter' ? SHARD_USAGE : ''}  --version                      print the version and end
  --help                         print this text and end`;
}

export type Invocation =
  { kind: 'text'; text: string } | { kind: 'check'; config: Config } | { kind: 'run'; read: () => Config };

/** What the command line asks for; throws UsageError or ConfigError, both of which end the program with exit code 2. */
export function invocation(program: Program, argv: readonly string[], env: NodeJS.ProcessEnv): Invocation {
  const values = parse(program, argv);
  if (values.help) {
    return { kind: 'text', text: usage(program) };
  }
  if (values.version) {
    return { kind: 'text', text: `${program.name} ${version()}` };
  }
  const read = () => applyFlags(program, loadConfig(values['config.file'] ?? 'isp-monitor.yml', env), values);
  return values['check-config'] ? { kind: 'check', config: read() } : { kind: 'run', read };
}

function parse(program: Program, argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: false }).values;
  } catch (err) {
    throw new UsageError(`${err instanceof Error ? err.message : String(err)}\n\n${usage(program)}`);
  }
}

function applyFlags(program: Program, config: Config, values: ReturnType<typeof parse>): Config {
  const own = config[program.web];
  const address = values['web.listen-address'];
  const listen = address === undefined ? own.listen : parseHostPort(address, own.listen.port);
  if (!listen) {
    throw new UsageError(`--web.listen-address ${address}: it must be host:port, such as 127.0.0.1:${own.listen.port}`);
  }
  const inventoryUrl = httpAddress(values, 'inventory.url');
  const metricsUrl = httpAddress(values, 'metrics.url');
  return {
    ...config,
    [program.web]: {
      ...own,
      ...shard(program, config, values),
      listen,
      allowUnauthenticated: values['web.allow-unauthenticated'] ?? own.allowUnauthenticated,
    },
    dataDir: values['data.dir'] === undefined ? config.dataDir : path.resolve(values['data.dir']),
    inventory:
      inventoryUrl === undefined
        ? config.inventory
        : { token: null, tokenFile: null, refreshMs: 15_000, ...config.inventory, url: inventoryUrl },
    metrics:
      metricsUrl === undefined
        ? config.metrics
        : { token: null, timeoutMs: 10_000, ...config.metrics, url: metricsUrl },
  };
}

function shard(program: Program, { exporter }: Config, values: ReturnType<typeof parse>) {
  const [index, count] = [values['shard.index'], values['shard.count']];
  if (index === undefined && count === undefined) {
    return {};
  }
  if (program.web !== 'exporter') {
    throw new UsageError(`--shard.index and --shard.count are for isp-exporter; ${program.name} walks every device`);
  }
  const whole = (flag: string, text: string, min: number, max: number, right: string): number => {
    const value = /^\d{1,3}$/.test(text) ? Number(text) : NaN;
    if (!(value >= min && value <= max)) {
      throw new UsageError(`${flag} ${text}: ${right}`);
    }
    return value;
  };
  const many = whole(
    '--shard.count',
    count ?? String(exporter.shard.count),
    1,
    MOST_SHARDS,
    `it must be a whole number from 1 to ${MOST_SHARDS}`
  );
  const mine = whole('--shard.index', index ?? String(exporter.shard.index), 0, many - 1, shardRule(many));
  return { shard: { index: mine, count: many } };
}

/** Of a flag, without a final slash. */
function httpAddress(values: ReturnType<typeof parse>, flag: 'inventory.url' | 'metrics.url'): string | undefined {
  const url = values[flag];
  if (url !== undefined && !/^https?:\/\/[^/]+/.test(url)) {
    throw new UsageError(`--${flag} ${url}: it must be an http:// or https:// address`);
  }
  return url?.replace(/\/+$/, '');
}

export function version(): string {
  const file = path.join(__dirname, '../../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Runs a program's main function and ends the process the agreed way when it cannot go on. */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (err) {
    const wrongInput = err instanceof UsageError || err instanceof ConfigError;
    // A refusal is for the person at the terminal: its text alone. Anything else is our fault and shows its stack.
    const known = wrongInput || (err instanceof Error && 'exitCode' in err);
    console.error(known ? (err as Error).message : err);
    process.exit(wrongInput ? EXIT_WRONG_INPUT : EXIT_FAILED);
  }
}
