import type { Config } from '../config/config';
import { ModuleCatalogue } from '../modules/catalogue';

/**
 * What devices are asked beyond their interfaces; null when they are asked nothing. Throws ConfigError with every
 * problem of the user's modules and profiles.
 */
export function moduleCatalogue({ snmp }: Config): ModuleCatalogue | null {
  if (!snmp.deviceModules) {
    return null;
  }
  return ModuleCatalogue.load({
    modules: snmp.moduleFiles,
    profiles: snmp.profilesFile === null ? [] : [snmp.profilesFile],
  });
}
