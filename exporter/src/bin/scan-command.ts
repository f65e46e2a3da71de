import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import { alignedRows } from './aligned-rows';
import type { ApiClient } from './api-client';
import { EXIT_DONE, EXIT_FAILED, UsageError } from './command-line';
import { apiClient, CONNECTION_OPTIONS, connectionUsage } from './sidecar-connection';

export const SCAN_USAGE = `Usage: ispmon scan [options] NETWORK

Has the sidecar look through a network (10.1.0.0/24) for devices. It must be inside discovery.scan.networks of the
configuration. What answers becomes a candidate: GET /api/v1/candidates lists them, nothing is watched before somebody
approves it.

  --auths NAME,…            credentials of the configuration, in this order (default discovery.auths, else all)
  --port PORT               where the SNMP agents listen (default 161)
  --ping, --no-ping         ping as well; the default is to, where the sidecar's machine can
  --wait                    wait for the end and list whom it found; Ctrl-C leaves the scan running
${connectionUsage('admin')}
  --help                    print this text and end`;

const OPTIONS = {
  auths: { type: 'string' },
  port: { type: 'string' },
  ping: { type: 'boolean' },
  'no-ping': { type: 'boolean' },
  wait: { type: 'boolean', default: false },
  ...CONNECTION_OPTIONS,
  help: { type: 'boolean' },
} as const;

/** How often the sidecar is asked how far it is. */
const LOOK_MS = 500;
const PAGE = 1000;

interface Scan {
  id: number;
  network: string;
  auths: string[];
  ping: boolean;
  state: 'running' | 'done' | 'cancelled' | 'failed';
  addresses: number;
  skipped: number;
  asked: number;
  answered: number;
  error: string;
}

interface Candidate {
  address: string;
  auth: string | null;
  suggested_name: string;
  vendor: string;
  model: string;
  os_version: string;
  state: string;
}

/** `ispmon scan …`; prints, and resolves with the exit code. Rejects with UsageError or ApiError. */
export async function scanCommand(args: readonly string[], env = process.env): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) {
    console.log(SCAN_USAGE);
    return EXIT_DONE;
  }
  const [network, ...more] = positionals;
  if (network === undefined || more.length > 0) {
    throw wrong(`scan needs one network, found ${positionals.join(' ') || 'none'}`);
  }
  const body = { network, ...wishes(values) };
  const client = apiClient(values, env);
  const scan = (await client.request('POST', '/api/v1/scans', { body })) as Scan;
  console.log(described(scan));
  if (!values.wait) {
    console.log(`it goes on in the sidecar: GET /api/v1/scans/${scan.id}`);
    return EXIT_DONE;
  }
  const end = await followed(client, scan);
  console.log(outcome(end));
  for (const line of alignedRows(await candidateRows(client, end))) {
    console.log(line);
  }
  return end.state === 'done' ? EXIT_DONE : EXIT_FAILED;
}

const wrong = (message: string) => new UsageError(`${message}\n\n${SCAN_USAGE}`);

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (err) {
    throw wrong((err as Error).message);
  }
}

function wishes(values: ReturnType<typeof parse>['values']) {
  const { auths, port, ping, 'no-ping': noPing } = values;
  if (ping && noPing) {
    throw wrong('--ping and --no-ping contradict each other');
  }
  if (port !== undefined && !/^\d{1,5}$/.test(port)) {
    throw wrong(`--port ${port}: it must be a whole number from 1 to 65535`);
  }
  return {
    ...(auths === undefined ? {} : { auths: auths.split(',').filter((name) => name !== '') }),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(ping || noPing ? { ping: ping ?? false } : {}),
  };
}

function described({ id, network, addresses, auths, ping }: Scan): string {
  const asked = auths.length === 0 ? 'no credential' : `${counted(auths.length, 'credential')} (${auths.join(', ')})`;
  return `scan ${id} of ${network}: ${counted(addresses, 'address', 'es')}, ${asked}, ${ping ? 'with pings' : 'without pings'}`;
}

/** The scan when it has ended. The bar is for people: it is drawn on a terminal only. */
async function followed(client: ApiClient, begun: Scan): Promise<Scan> {
  const bar = new SingleBar(
    {
      format: '{bar} {percentage} %  {value} of {total} addresses, {answered} answered',
      barsize: 30,
      noTTYOutput: false,
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.rect
  );
  bar.start(begun.addresses, 0, { answered: 0 });
  try {
    for (;;) {
      const scan = (await client.request('GET', `/api/v1/scans/${begun.id}`)) as Scan;
      bar.update(scan.asked + scan.skipped, { answered: scan.answered });
      if (scan.state !== 'running') {
        return scan;
      }
      await wait(LOOK_MS);
    }
  } finally {
    bar.stop();
  }
}

function outcome({ state, asked, addresses, skipped, answered, error }: Scan): string {
  const devices = skipped > 0 ? `, ${skipped} left out as ${skipped === 1 ? 'a device' : 'devices'} already` : '';
  const why = error === '' ? '' : `; ${error}`;
  return `${state}: ${asked} of ${counted(addresses, 'address', 'es')} asked${devices}, ${answered} answered${why}`;
}

async function candidateRows(client: ApiClient, { id }: Scan): Promise<string[][]> {
  const rows: string[][] = [];
  for (let offset = 0; ; offset += PAGE) {
    const query = { scan_id: id, limit: PAGE, offset };
    const page = (await client.request('GET', '/api/v1/candidates', { query })) as {
      total: number;
      items: Candidate[];
    };
    for (const one of page.items) {
      rows.push([
        one.address,
        one.suggested_name === one.address ? '-' : one.suggested_name,
        one.auth ?? '-',
        [one.vendor, one.model, one.os_version].filter(Boolean).join(' ') || '-',
        one.state,
      ]);
    }
    if (offset + PAGE >= page.total) {
      return rows.length === 0 ? [] : [['ADDRESS', 'NAME', 'CREDENTIAL', 'WHAT IT IS', 'STATE'], ...rows];
    }
  }
}

const counted = (count: number, what: string, plural = 's') => `${count} ${what}${count === 1 ? '' : plural}`;
