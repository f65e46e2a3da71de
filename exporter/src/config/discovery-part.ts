import path from 'node:path';
import { z } from 'zod';
import { parseHostPort, type HostPort } from './address';
import type { Config } from './config';
import { openDocument, schemaFindings } from './document';
import { namedFiles } from './named-files';
import { ConfigError } from './problem';
import { listen } from './schema';

const named = z.string().trim().min(1, { error: 'it must not be empty' }).optional();
const schema = z.looseObject({
  discovery: z.looseObject({ rules: named, providers: named, listen: listen.optional() }).prefault({}),
});

/** What the command line needs of a configuration: no device, and no secret that only the service has. */
export interface DiscoveryPart extends Pick<Config['discovery'], 'rulesFile' | 'providersFile'> {
  /** Where the sidecar listens; null: where it does by default. */
  listen: HostPort | null;
}

/** Reads some keys of `discovery:` and nothing else of a configuration. Throws ConfigError. */
export function loadDiscoveryPart(file: string, env: NodeJS.ProcessEnv = process.env): DiscoveryPart {
  const source = openDocument(file, env, { expands: ([first]) => first === 'discovery' });
  const raw = source.value();
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    source.problems.push(...schemaFindings(schema, raw, parsed.error.issues).map((one) => source.problem(one)));
    throw new ConfigError(source.problems);
  }
  const { rules, providers, listen: address } = parsed.data.discovery;
  const files = namedFiles(source, path.dirname(path.resolve(file)));
  const found = {
    rulesFile: files.one(['discovery', 'rules'], rules),
    providersFile: files.one(['discovery', 'providers'], providers),
    listen: (address === undefined ? undefined : parseHostPort(address, 9761)) ?? null,
  };
  if (source.problems.length > 0) {
    throw new ConfigError(source.problems);
  }
  return found;
}
