import path from 'node:path';
import { z } from 'zod';
import type { Config } from './config';
import { openDocument, schemaFindings } from './document';
import { namedFiles } from './named-files';
import { ConfigError } from './problem';

const named = z.string().trim().min(1, { error: 'it must not be empty' }).optional();
const schema = z.looseObject({ discovery: z.looseObject({ rules: named, providers: named }).prefault({}) });

/**
 * The files of rules and providers that a configuration names, and nothing else of it: explaining a text needs no
 * device, and no secret that only the service has in its environment. Throws ConfigError.
 */
export function loadClassifierFiles(
  file: string,
  env: NodeJS.ProcessEnv = process.env
): Pick<Config['discovery'], 'rulesFile' | 'providersFile'> {
  const source = openDocument(file, env, { expands: ([first]) => first === 'discovery' });
  const raw = source.value();
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    source.problems.push(...schemaFindings(schema, raw, parsed.error.issues).map((one) => source.problem(one)));
    throw new ConfigError(source.problems);
  }
  const { rules, providers } = parsed.data.discovery;
  const files = namedFiles(source, path.dirname(path.resolve(file)));
  const found = {
    rulesFile: files.one(['discovery', 'rules'], rules),
    providersFile: files.one(['discovery', 'providers'], providers),
  };
  if (source.problems.length > 0) {
    throw new ConfigError(source.problems);
  }
  return found;
}
