import type { DeviceTier } from '../model/device';
import type { Queryable } from './database';

/** A device as scrapers of other exporters need it. */
export interface ScrapeDevice {
  id: string;
  name: string;
  /** IP literal or DNS name. */
  address: string;
  snmpPort: number;
  site: string;
  region: string;
  type: string;
  role: string;
  /** Name of the credential that is in effect; null: it is only pinged. */
  auth: string | null;
  ping: boolean;
  tier: DeviceTier;
  vendor: string;
  model: string;
  /** SNMP modules of its vendor and model, apart from IF-MIB. */
  modules: string[];
  tags: string[];
}

/** Every device that is enabled and did not leave, by id. */
export const scrapeDevices = (db: Queryable): Promise<ScrapeDevice[]> =>
  db.query<ScrapeDevice>(
    `select id, name, address, snmp_port as "snmpPort", site, region, type, role, auth_in_effect as auth, ping, tier,
            vendor_in_effect as vendor, model_in_effect as model, modules, tags
       from devices_in_effect where enabled order by id collate "C"`
  );
