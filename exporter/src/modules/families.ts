import type { ModuleMetric, SnmpModule } from './snmp-module';

/** What is known of a family before any device has answered. */
export interface FamilyDescription {
  name: string;
  type: 'gauge' | 'counter';
  help: string;
}

/** The families that a metric of snmp.yml can give, as `renderModule` names them. */
export function metricFamilies({ name, type, help, regexExtracts }: ModuleMetric): FamilyDescription[] {
  switch (type) {
    case 'counter':
      return [{ name, type: 'counter', help }];
    case 'EnumAsInfo':
      return [{ name: `${name}_info`, type: 'gauge', help: `${help} (EnumAsInfo)` }];
    case 'EnumAsStateSet':
    case 'Bits':
      return [{ name, type: 'gauge', help: `${help} (${type})` }];
    case 'gauge':
    case 'Float':
    case 'Double':
    case 'DateAndTime':
    case 'ParseDateAndTime':
    case 'NTPTimeStamp':
      return [{ name, type: 'gauge', help }];
    default:
      return regexExtracts.length === 0
        ? [{ name, type: 'gauge', help }]
        : regexExtracts.map(({ suffix }) => ({
            name: name + suffix,
            type: 'gauge',
            help: `${help} (regex extracted)`,
          }));
  }
}

/** Every family of the modules, each once: where several modules give one, what the first says of it. */
export function moduleFamilies(modules: Iterable<SnmpModule>): FamilyDescription[] {
  const families = new Map<string, FamilyDescription>();
  for (const module of modules) {
    for (const family of module.metrics.flatMap(metricFamilies)) {
      if (!families.has(family.name)) {
        families.set(family.name, family);
      }
    }
  }
  return [...families.values()];
}
