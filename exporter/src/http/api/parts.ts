import type { NetworkScanner } from '../../discovery/scan/network-scanner';
import type { Database } from '../../inventory/database';
import type { ProviderRow } from '../../inventory/providers';

/** What the operations of the API work with. Each file of routes names those that it takes. */
export interface ApiParts {
  db: Database;
  /** Makes a device due for discovery; false when it is not asked by SNMP. */
  requestDiscovery: (deviceId: string) => Promise<boolean>;
  /** Looks for devices that are due, now that some may be; absent: nobody walks here. */
  discoverDue?: () => void;
  /** Names under `auths:` of the configuration in use. */
  authNames: () => readonly string[];
  /** Why this is production, as far as the inventory does not know; undefined, like an absent one: it is not. */
  production?: () => string | undefined;
  /** Looks through networks; absent: nobody may. */
  scanner?: Pick<NetworkScanner, 'request' | 'cancel'>;
  /** Classifies by the providers as they are now; absent: nothing classifies here. */
  providersChanged?: () => Promise<void>;
  /** The providers of the files, which operators' ones of the same name hide; absent: there are none. */
  catalogue?: () => readonly ProviderRow[];
}
