import { isLoopback } from '../config/address';
import { EXPORTER, type ApiToken } from '../config/api-tokens';
import type { Config } from '../config/config';
import { ConfigError } from '../config/problem';
import type { AccessRules } from '../http/auth/access';
import { TokenBook, type TokenLog } from '../http/auth/token-book';

/** Every token that opens the sidecar: those of people and programs, and what exporters send. */
export function apiTokens({ discovery, inventory }: Config): ApiToken[] {
  const exporters: ApiToken[] =
    inventory === null || inventory.token === null
      ? []
      : [
          {
            name: EXPORTER,
            role: 'viewer',
            token: inventory.tokenFile === null ? inventory.token : null,
            file: inventory.tokenFile,
          },
        ];
  return [...discovery.tokens, ...exporters];
}

/** Who may what, as the configuration says, where the sidecar listens on `host`. Throws ConfigError for tokens that cannot be used. */
export const accessRules = (config: Config, host: string, log: TokenLog): AccessRules => ({
  tokens: TokenBook.open(apiTokens(config), log),
  anonymous: isLoopback(host) ? 'admin' : 'viewer',
});

/** As accessRules; refuses too what the start would have refused to serve: everything to everybody. */
export function reloadedRules(config: Config, host: string, log: TokenLog): AccessRules {
  const rules = accessRules(config, host, log);
  if (rules.tokens.isEmpty && !isLoopback(host) && !config.discovery.allowUnauthenticated) {
    const message = `discovery.tokens: found none, while the sidecar listens on ${host}: anybody who reaches it could read everything; keep a token`;
    throw new ConfigError([{ file: config.file, message }]);
  }
  return rules;
}
