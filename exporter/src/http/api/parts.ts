import type { Database } from '../../inventory/database';

/** What the operations of the API work with. Each file of routes names those that it takes. */
export interface ApiParts {
  db: Database;
  /** Makes a device due for discovery; false when it is not asked by SNMP. */
  requestDiscovery: (deviceId: string) => Promise<boolean>;
  /** Names under `auths:` of the configuration in use. */
  authNames: () => readonly string[];
  /** Why this is production, as far as the inventory does not know; undefined, like an absent one: it is not. */
  production?: () => string | undefined;
}
