import type { Config } from './config';

/** Why this is production, for people; undefined: nobody says that it is. */
export function whyProduction({ environment }: Pick<Config, 'environment'>, env = process.env): string | undefined {
  if (environment === 'production') {
    return 'the configuration says environment: production';
  }
  return env['NODE_ENV'] === 'production' ? 'the environment says NODE_ENV=production' : undefined;
}
