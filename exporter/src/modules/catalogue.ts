import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError, type Problem } from '../config/problem';
import { fingerprint } from '../model/fingerprint';
import { moduleFamilies, type FamilyDescription } from './families';
import { loadModules, type SnmpYmlFile } from './load';
import { bestMatch } from './match-profile';
import type { DeviceProfile } from './profile';
import { readProfiles, type MatchedProfile } from './profile-file';
import { shippedModuleFiles, SHIPPED_PROFILES } from './shipped';
import type { SnmpModule } from './snmp-module';

/** Files of a user's own; patterns of files are expanded by the caller. */
export interface CatalogueFiles {
  /** snmp.yml files. Their modules stand beside the shipped ones, so that a name of those is refused. */
  modules?: readonly string[];
  /** Asked before the shipped profiles, in this order. */
  profiles?: readonly string[];
}

/** Every module, and which of them are asked of which device. */
export class ModuleCatalogue {
  /** One object for each profile and vendor, so that a device whose profile stays the same can be told. */
  private readonly chosen = new Map<string, DeviceProfile>();

  private constructor(
    readonly modules: ReadonlyMap<string, SnmpModule>,
    /** Sets of profiles: the first that has one for a device is taken. */
    private readonly sets: readonly ReadonlyMap<string, MatchedProfile>[]
  ) {}

  /** What comes with the program. */
  static shipped(): ModuleCatalogue {
    return ModuleCatalogue.load({});
  }

  /** What comes with the program and a user's own. Throws ConfigError with the problems of all files. */
  static load(files: CatalogueFiles): ModuleCatalogue {
    const problems: Problem[] = [];
    const own = (files.modules ?? []).flatMap((file) => collected(problems, () => [readText(file)]) ?? []);
    const modules = collected(problems, () => loadModules([...shippedModuleFiles(), ...own]).modules);
    if (!modules || problems.length > 0) {
      throw new ConfigError(problems);
    }
    const shipped = readProfiles(SHIPPED_PROFILES, modules);
    const known = new Map(shipped);
    const sets = (files.profiles ?? []).map((file) => {
      const profiles =
        collected(problems, () => readProfiles(file, modules, known)) ?? new Map<string, MatchedProfile>();
      profiles.forEach((profile, name) => known.set(name, profile));
      return profiles;
    });
    if (problems.length > 0) {
      throw new ConfigError(problems);
    }
    return new ModuleCatalogue(modules, [...sets, shipped]);
  }

  /** There is always one: a device that nothing matches gets the fallback. The same object for the same answer. */
  profileFor(system: { sysObjectID: string; sysDescr: string }): DeviceProfile {
    const told = fingerprint(system).vendor;
    const found = this.sets.map((set) => bestMatch([...set.values()], system, told)).find((one) => one !== undefined);
    const profile = found ?? this.fallback();
    const vendor = profile.vendor ?? told;
    const key = JSON.stringify([this.sets.findIndex((set) => set.get(profile.name) === profile), profile.name, vendor]);
    const known = this.chosen.get(key);
    if (known) {
      return known;
    }
    const { name, modules, normalised } = profile;
    const chosen = { name, vendor, modules, normalised };
    this.chosen.set(key, chosen);
    return chosen;
  }

  /** Every profile, those of the user first. */
  profiles(): MatchedProfile[] {
    return this.sets.flatMap((set) => [...set.values()]);
  }

  /** Every family that the modules can give, each once. */
  families(): FamilyDescription[] {
    return moduleFamilies(this.modules.values());
  }

  private fallback(): MatchedProfile {
    const fallback = this.profiles().find((profile) => profile.fallback);
    if (!fallback) {
      throw new ConfigError([
        {
          file: SHIPPED_PROFILES,
          message: 'no profile has "fallback: true"; one must, for devices that nothing matches',
        },
      ]);
    }
    return fallback;
  }
}

function readText(file: string): SnmpYmlFile {
  try {
    return { name: path.resolve(file), text: readFileSync(file, 'utf8') };
  } catch (err) {
    const code = (err as NodeJS.ErrnoException).code ?? String(err);
    throw new ConfigError([
      { file, message: `cannot be read (${code}); name an existing file of modules that this user may read` },
    ]);
  }
}

/** Undefined where the input cannot be used; what is wrong with it is kept for the message about all files. */
function collected<T>(problems: Problem[], read: () => T): T | undefined {
  try {
    return read();
  } catch (err) {
    if (!(err instanceof ConfigError)) {
      throw err;
    }
    problems.push(...err.problems);
    return undefined;
  }
}
