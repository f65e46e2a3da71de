import { existsSync, readFileSync } from 'node:fs';
import { loadDiscoveryPart } from '../config/discovery-part';
import { ApiClient, DEFAULT_SIDECAR } from './api-client';
import { UsageError } from './command-line';

const DEFAULT_CONFIG = 'isp-monitor.yml';

/** Flags of every command that asks the sidecar. */
export const CONNECTION_OPTIONS = {
  url: { type: 'string' },
  'config.file': { type: 'string' },
  'token-file': { type: 'string' },
} as const;

/** Their lines in a usage text; `role` is the one that the command needs. */
export const connectionUsage = (
  role: string
) => `  --url URL                 the sidecar (default discovery.listen of the configuration, else ${DEFAULT_SIDECAR})
  --config.file FILE        configuration with its address (default ${DEFAULT_CONFIG}, where there is one)
  --token-file FILE         a token of the role ${role}; or ISPMON_TOKEN in the environment`;

/**
 * The client for CONNECTION_OPTIONS; without a file the token is in ISPMON_TOKEN, if anywhere.
 *
 * @throws UsageError when the file cannot be read or is empty, ConfigError when the configuration is wrong
 */
export function apiClient(
  flags: { [name in keyof typeof CONNECTION_OPTIONS]?: string | undefined },
  env: NodeJS.ProcessEnv = process.env
): ApiClient {
  const file = flags['token-file'];
  const token = file === undefined ? (env.ISPMON_TOKEN ?? '') : tokenOf(file);
  const url = flags.url ?? configuredUrl(flags['config.file'], env) ?? DEFAULT_SIDECAR;
  return new ApiClient({ url, token: token === '' ? null : token });
}

/** Where a sidecar with this configuration listens, as seen from its own machine. */
function configuredUrl(file: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  if (file === undefined && !existsSync(DEFAULT_CONFIG)) {
    return undefined;
  }
  const { listen } = loadDiscoveryPart(file ?? DEFAULT_CONFIG, env);
  if (!listen) {
    return undefined;
  }
  const host = listen.host === '0.0.0.0' ? '127.0.0.1' : listen.host === '::' ? '::1' : listen.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${listen.port}`;
}

function tokenOf(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (err) {
    throw new UsageError(`--token-file ${file} cannot be read (${(err as NodeJS.ErrnoException).code})`);
  }
  // During a rotation the sidecar's file holds the old token and the new one; either is valid.
  const token = text.split(/\r?\n/).find((line) => line.trim() !== '');
  if (token === undefined) {
    throw new UsageError(`--token-file ${file} is empty; it must hold the token`);
  }
  return token.trim();
}
