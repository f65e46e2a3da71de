import type { DeviceProfile } from './profile';
import type { SnmpModule } from './snmp-module';

export interface FamilyDescription {
  name: string;
  type: 'gauge' | 'counter';
  help: string;
}

/** Files of a user's own; patterns of files are expanded by the caller. */
export interface CatalogueFiles {
  /** snmp.yml files whose modules stand beside the shipped ones; a name that is taken already is refused. */
  modules?: readonly string[];
  /** Profiles that are asked before the shipped ones. */
  profiles?: readonly string[];
}

/** Every module and which of them is asked of which device. */
export class ModuleCatalogue {
  private constructor(
    readonly modules: ReadonlyMap<string, SnmpModule>,
    private readonly profiles: readonly DeviceProfile[]
  ) {}

  /** The shipped ones. */
  static shipped(): ModuleCatalogue {
    return ModuleCatalogue.load({});
  }

  /** The shipped ones and a user's own. Throws ConfigError with every problem of all files. */
  static load(_files: CatalogueFiles): ModuleCatalogue {
    return new ModuleCatalogue(new Map(), []);
  }

  profileFor(_system: { sysObjectID: string; sysDescr: string }): DeviceProfile {
    return this.profiles[0] as DeviceProfile;
  }

  /** Every family that the modules can give, each once. */
  families(): FamilyDescription[] {
    return [];
  }
}
