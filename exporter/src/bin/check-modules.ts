import { readFileSync } from 'node:fs';
import { problemText } from '../config/problem';
import { ModuleCatalogue } from '../modules/catalogue';
import { lintModules } from '../modules/lint';
import { EXIT_DONE, EXIT_WRONG_INPUT, UsageError } from './command-line';

/**
 * `ispmon modules check`: a user's own files as the exporter would read them. Prints what is wrong with them, line by
 * line, and returns the exit code; throws ConfigError for what does not load.
 */
export function checkModules(files: readonly string[], profiles: readonly string[]): number {
  if (files.length === 0 && profiles.length === 0) {
    throw new UsageError('modules check needs files: ispmon modules check my-modules.yml --profiles my-profiles.yml');
  }
  const catalogue = ModuleCatalogue.load({ modules: files, profiles });
  const findings = lintModules(files.map((name) => ({ name, text: readFileSync(name, 'utf8') })));
  const asked = new Set(catalogue.profiles().flatMap((profile) => profile.modules.map(({ module }) => module.name)));
  for (const finding of findings) {
    console.log(`${finding.severity}: ${problemText(finding)}`);
  }
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const idle = [...catalogue.modules.keys()].filter((name) => !asked.has(name));
  if (idle.length > 0) {
    console.log(`hint: no profile asks for ${idle.join(', ')}; name a file of profiles that does`);
  }
  console.log(`${files.length + profiles.length} files, ${errors} errors`);
  return errors > 0 ? EXIT_WRONG_INPUT : EXIT_DONE;
}
