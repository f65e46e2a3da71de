import { parseArgs } from 'node:util';
import { decodeBundle, readBundleFile, type Bundle } from '../config/bundle';
import { ConfigError } from '../config/problem';
import type { ApiClient } from './api-client';
import { EXIT_DONE, EXIT_WRONG_INPUT, UsageError } from './command-line';
import { apiClient, CONNECTION_OPTIONS, connectionUsage } from './sidecar-connection';

export const BUNDLES_USAGE = `Usage: ispmon bundles [options] COMMAND

  list                      ready-made fleets that ship or are loaded
  load NAME|FILE            add the sites and devices of one to the inventory
  remove NAME               take out everything that it brought
  validate FILE…            what is wrong with files of bundles; needs no sidecar

  --force                   load it into an inventory in production too
${connectionUsage('admin (viewer for list)')}
  --help                    print this text and end`;

const OPTIONS = {
  force: { type: 'boolean', default: false },
  ...CONNECTION_OPTIONS,
  help: { type: 'boolean' },
} as const;

interface ListedBundle {
  name: string;
  description: string;
  contents: { sites: number; devices: number } | null;
  loaded: { sites: number; devices: number } | null;
}

interface LoadedBundle {
  devices_added: string[];
  sites_added: string[];
  devices_kept: number;
}

interface RemovedBundle {
  devices_removed: string[];
  sites_removed: string[];
  sites_kept: string[];
  edited: string[];
}

/** `ispmon bundles …`; prints, and resolves with the exit code. Rejects with UsageError, ConfigError or ApiError. */
export async function bundlesCommand(args: readonly string[], env = process.env): Promise<number> {
  const { values, positionals } = parse(args);
  const [command, ...names] = positionals;
  if (values.help) {
    console.log(BUNDLES_USAGE);
    return EXIT_DONE;
  }
  if (values.force && command !== 'load') {
    throw wrong('--force is for load');
  }
  switch (command) {
    case 'list':
      none(names);
      await list(apiClient(values, env));
      return EXIT_DONE;
    case 'load':
      await load(apiClient(values, env), one(names, 'load'), values.force);
      return EXIT_DONE;
    case 'remove':
      await remove(apiClient(values, env), one(names, 'remove'));
      return EXIT_DONE;
    case 'validate':
      return validate(names);
    default:
      throw wrong(command === undefined ? 'bundles needs a command' : `bundles has no command ${command}`);
  }
}

const wrong = (message: string) => new UsageError(`${message}\n\n${BUNDLES_USAGE}`);

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (err) {
    throw wrong((err as Error).message);
  }
}

function none(names: readonly string[]): void {
  if (names.length > 0) {
    throw wrong(`bundles list takes no names, found ${names.join(' ')}`);
  }
}

function one(names: readonly string[], command: string): string {
  const [name] = names;
  if (name === undefined || names.length > 1) {
    throw wrong(`bundles ${command} needs one bundle, found ${names.join(' ') || 'none'}`);
  }
  return name;
}

async function list(client: ApiClient): Promise<void> {
  const { items } = (await client.request('GET', '/api/v1/bundles')) as { items: ListedBundle[] };
  const rows = items.map(({ name, contents, loaded, description }) => [
    name,
    contents ? sizes(contents) : 'from a file',
    loaded ? `${sizes(loaded)} loaded` : 'not loaded',
    description,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    console.log(
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()
    );
  }
}

async function load(client: ApiClient, nameOrFile: string, force: boolean): Promise<void> {
  const file = isName(nameOrFile) ? undefined : readBundleFile(nameOrFile);
  const name = file?.name ?? nameOrFile;
  const body = { force, ...(file ? { bundle: file } : {}) };
  const done = (await client.request('POST', `/api/v1/bundles/${name}`, { body })) as LoadedBundle;
  const [devices, sites] = [done.devices_added.length, done.sites_added.length];
  const kept = done.devices_kept > 0 ? `; ${counted(done.devices_kept, 'device')} of it stayed as they were` : '';
  console.log(
    devices + sites === 0
      ? `${name} is loaded already: nothing was written`
      : `${name}: ${sizes({ sites, devices })} added${kept}`
  );
}

async function remove(client: ApiClient, name: string): Promise<void> {
  if (!isName(name)) {
    throw wrong(`bundles remove needs the name of a bundle, found ${name}`);
  }
  const done = (await client.request('DELETE', `/api/v1/bundles/${name}`)) as RemovedBundle;
  const [devices, sites] = [done.devices_removed.length, done.sites_removed.length];
  console.log(`${name}: ${sizes({ sites, devices })} removed`);
  if (done.sites_kept.length > 0) {
    console.log(`sites that stay, because other devices are there: ${done.sites_kept.join(', ')}`);
  }
  if (done.edited.length > 0) {
    console.log(`devices that people had edited, whose words are in the audit log: ${done.edited.join(', ')}`);
  }
}

/** What the API takes as the name of a bundle; a file has a dot or a slash in its name, ./demo_small at least. */
const isName = (text: string): boolean => /^[a-z0-9_-]{1,64}$/.test(text);

function validate(files: readonly string[]): number {
  if (files.length === 0) {
    throw wrong('bundles validate needs files: ispmon bundles validate my-fleet.yml');
  }
  let problems = 0;
  for (const file of files) {
    try {
      console.log(`${file}: ${contents(decodeBundle(readBundleFile(file)))}; no problem found`);
    } catch (err) {
      if (!(err instanceof ConfigError)) {
        throw err;
      }
      problems += err.problems.length;
      console.log(err.message);
    }
  }
  if (problems > 0) {
    console.log(`${counted(problems, 'problem')} in ${counted(files.length, 'file')}`);
  }
  return problems > 0 ? EXIT_WRONG_INPUT : EXIT_DONE;
}

function contents({ sites, devices, links, dependencies, probeTargets, alertPacks }: Bundle): string {
  return [
    counted(sites.length, 'site'),
    counted(devices.length, 'device'),
    counted(
      devices.reduce((sum, { interfaces }) => sum + interfaces.length, 0),
      'interface'
    ),
    counted(links.length, 'link'),
    counted(dependencies.length, 'dependency', 'dependencies'),
    counted(probeTargets.length, 'probe target'),
    counted(alertPacks.length, 'alert pack'),
  ].join(', ');
}

const sizes = ({ sites, devices }: { sites: number; devices: number }) =>
  `${counted(sites, 'site')}, ${counted(devices, 'device')}`;

const counted = (n: number, singular: string, plural = `${singular}s`) => `${n} ${n === 1 ? singular : plural}`;
