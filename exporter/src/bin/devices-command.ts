import { once } from 'node:events';
import { createWriteStream, renameSync, rmSync, type WriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { parseArgs } from 'node:util';
import { ApiError, type ApiClient } from './api-client';
import { EXIT_DONE, EXIT_FAILED, UsageError } from './command-line';
import { importDevices } from './import-devices-command';
import { apiClient, CONNECTION_OPTIONS, connectionUsage } from './sidecar-connection';

export const DEVICES_USAGE = `Usage: ispmon devices [options] COMMAND

  import FILE|-             create and change devices by a table (CSV, or JSON as the export writes it)
  export                    devices as a table that an import takes back
  template                  a table to start from

  --format FORMAT           import: csv, json or netbox (default: json for FILE.json, else csv); export: csv or json
  --dry-run                 say what an import would do, and write nothing
  --mode MODE               all-or-nothing (default), or good-rows: leave wrong rows out
  --ignore-unknown          leave columns of other names aside
  --auth NAME               credential of new devices whose row names none (a name under auths:, or auto)
  --output FILE             export to a file instead of to standard output
  --filter KEY=VALUE        export only some: site, region, type, vendor, tag, …; may be repeated
  --bom                     with a byte order mark, for Excel
${connectionUsage('editor (viewer for export)')}
  --help                    print this text and end`;

const OPTIONS = {
  format: { type: 'string' },
  'dry-run': { type: 'boolean' },
  mode: { type: 'string' },
  'ignore-unknown': { type: 'boolean' },
  auth: { type: 'string' },
  output: { type: 'string' },
  filter: { type: 'string', multiple: true },
  bom: { type: 'boolean' },
  ...CONNECTION_OPTIONS,
  help: { type: 'boolean' },
} as const;

/** Which flags belong to which command, beside those of the connection. */
const OWN: Readonly<Record<string, readonly (keyof typeof OPTIONS)[]>> = {
  import: ['format', 'dry-run', 'mode', 'ignore-unknown', 'auth'],
  export: ['format', 'output', 'filter', 'bom'],
  template: ['output', 'bom'],
};
const EVERYWHERE: readonly string[] = [...Object.keys(CONNECTION_OPTIONS), 'help'];

/** `ispmon devices …`; prints, and resolves with the exit code. Rejects with UsageError, ConfigError or ApiError. */
export async function devicesCommand(args: readonly string[], env = process.env): Promise<number> {
  const { values, positionals } = parse(args);
  const [command = '', ...rest] = positionals;
  if (values.help) {
    console.log(DEVICES_USAGE);
    return EXIT_DONE;
  }
  const own = OWN[command];
  if (!own) {
    throw wrong(command === '' ? 'devices needs a command' : `devices has no command ${command}`);
  }
  const astray = Object.keys(values).find((flag) => !EVERYWHERE.includes(flag) && !own.includes(flag as never));
  if (astray !== undefined) {
    throw wrong(`--${astray} is not for ${command}`);
  }
  const client = () => apiClient(values, env);
  if (command === 'import') {
    const [file, ...more] = rest;
    if (file === undefined || more.length > 0) {
      throw wrong(`devices import needs one file, or - for standard input; found ${rest.join(' ') || 'none'}`);
    }
    const { format = file.toLowerCase().endsWith('.json') ? 'json' : 'csv', mode, auth } = values;
    return importDevices(client(), file, {
      format: oneOf('--format', format, ['csv', 'json', 'netbox']),
      mode: mode === undefined ? undefined : oneOf('--mode', mode, ['all-or-nothing', 'good-rows']),
      dry_run: values['dry-run'],
      unknown: values['ignore-unknown'] ? 'ignore' : undefined,
      auth,
    });
  }
  if (rest.length > 0) {
    throw wrong(`devices ${command} takes no names, found ${rest.join(' ')}`);
  }
  const what = command === 'export' ? 'export' : 'import-template';
  const query = {
    ...filters(values.filter ?? []),
    format: values.format === undefined ? undefined : oneOf('--format', values.format, ['csv', 'json']),
    bom: values.bom,
  };
  await download(client(), `/api/v1/devices/${what}`, query, values.output);
  return EXIT_DONE;
}

const wrong = (message: string) => new UsageError(`${message}\n\n${DEVICES_USAGE}`);

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (err) {
    throw wrong((err as Error).message);
  }
}

function oneOf(flag: string, value: string, right: readonly string[]): string {
  if (!right.includes(value)) {
    throw wrong(`${flag} ${value}: it must be ${right.join(', ')}`);
  }
  return value;
}

function filters(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) {
        throw wrong(`--filter ${text}: it must be like site=HQ`);
      }
      return [text.slice(0, at), text.slice(at + 1)];
    })
  );
}

/** A file appears under its name when it is whole, not before. */
async function download(
  client: ApiClient,
  from: string,
  query: Readonly<Record<string, string | boolean | undefined>>,
  output: string | undefined
): Promise<void> {
  const part = output === undefined ? undefined : `${output}.part`;
  // Before the sidecar is asked: a place that cannot be written to needs no export.
  const file = part === undefined ? undefined : await opened(part, output);
  try {
    const response = await client.open('GET', from, { query });
    const body = Readable.fromWeb(response.body as ReadableStream);
    if (file === undefined) {
      await pipeline(body, process.stdout, { end: false });
    } else {
      await pipeline(body, file);
      renameSync(part as string, output as string);
    }
  } catch (err) {
    if (part !== undefined) {
      file?.destroy();
      rmSync(part, { force: true });
    }
    if (err instanceof ApiError) {
      throw err;
    }
    const { code, message } = err as NodeJS.ErrnoException;
    if (code === 'EPIPE') {
      // Whoever reads has seen enough.
      return;
    }
    throw code === undefined || code.startsWith('UND_') || code.startsWith('ERR_')
      ? new ApiError(`GET ${from}: the answer broke off; nothing was kept`, undefined, undefined, { cause: err })
      : notWritten(output, message);
  }
}

async function opened(part: string, output: string | undefined): Promise<WriteStream> {
  const file = createWriteStream(part);
  await once(file, 'open').catch((err: Error) => {
    throw notWritten(output, err.message);
  });
  return file;
}

const notWritten = (output: string | undefined, why: string) =>
  Object.assign(new Error(`writing ${output ?? 'to standard output'}: ${why}`), { exitCode: EXIT_FAILED });
