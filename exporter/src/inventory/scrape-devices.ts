import type { Device, DeviceTier } from '../model/device';
import type { Queryable } from './database';

/** A device as scrapers of other exporters need it; `auth` is the credential in effect. */
export interface ScrapeDevice extends Pick<
  Device,
  'id' | 'name' | 'address' | 'snmpPort' | 'site' | 'region' | 'type' | 'role' | 'auth' | 'ping' | 'vendor' | 'model'
> {
  tier: DeviceTier;
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
