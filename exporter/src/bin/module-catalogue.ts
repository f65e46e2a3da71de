import type { Config } from '../config/config';
import { ModuleCatalogue } from '../modules/catalogue';

/** Names of the modules that a device is polled for, by what it says of itself. Throws like moduleCatalogue. */
export function modulesByDevice(config: Config): (system: { sysObjectID: string; sysDescr: string }) => string[] {
  const catalogue = moduleCatalogue(config);
  return (system) => catalogue?.profileFor(system).modules.map(({ module }) => module.name) ?? [];
}

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
