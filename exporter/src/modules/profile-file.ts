import { openDocument, schemaFindings, type Finding } from '../config/document';
import { nearestKey } from '../config/known-keys';
import { ConfigError } from '../config/problem';
import { metricFamilies } from './families';
import { MODULE_TIERS, type DeviceProfile, type NormalisedValues, type Source } from './profile';
import { profileFileSchema, type ProfileEntry } from './profile-schema';
import { normalisedValues, sourcesOf } from './profile-sources';
import type { SnmpModule } from './snmp-module';

/** A profile, and the devices that it is for. */
export interface MatchedProfile extends Omit<DeviceProfile, 'vendor'> {
  /** Null where the fingerprint tells it. */
  vendor: string | null;
  match: ProfileEntry['match'];
  /** For devices that nothing else matches. */
  fallback: boolean;
}

/**
 * Reads a file of profiles. `modules` are those that a profile may name, `before` the profiles of other files that it
 * may extend. Throws ConfigError with every problem of the file.
 */
export function readProfiles(
  file: string,
  modules: ReadonlyMap<string, SnmpModule>,
  before: ReadonlyMap<string, MatchedProfile> = new Map()
): Map<string, MatchedProfile> {
  const source = openDocument(file);
  const raw = source.value();
  const parsed = profileFileSchema.safeParse(raw);
  const isBroken = source.problems.length > 0;
  const findings = parsed.success || isBroken ? [] : schemaFindings(profileFileSchema, raw, parsed.error.issues);
  const profiles = new Map<string, MatchedProfile>();
  if (parsed.success) {
    const reading: Reading = { entries: parsed.data.profiles, modules, before, findings };
    for (const name of Object.keys(reading.entries)) {
      resolve(name, reading, profiles, []);
    }
  }
  const problems = [...source.problems, ...findings.map((finding) => source.problem(finding))];
  if (problems.length > 0) {
    throw new ConfigError(problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)));
  }
  return profiles;
}

interface Reading {
  entries: Readonly<Record<string, ProfileEntry>>;
  modules: ReadonlyMap<string, SnmpModule>;
  before: ReadonlyMap<string, MatchedProfile>;
  findings: Finding[];
}

function resolve(
  name: string,
  reading: Reading,
  done: Map<string, MatchedProfile>,
  below: readonly string[]
): MatchedProfile | undefined {
  const entry = reading.entries[name];
  if (done.has(name) || !entry) {
    return done.get(name) ?? reading.before.get(name);
  }
  const parent = entry.extends === undefined ? undefined : parentOf(name, entry.extends, reading, done, below);
  const profile = {
    name,
    vendor: entry.vendor ?? parent?.vendor ?? null,
    match: entry.match,
    fallback: entry.fallback,
    modules: modulesOf(name, entry, parent, reading),
    normalised: normalisedValues(entry, parent?.normalised),
  };
  done.set(name, profile);
  checkMetrics(profile, entry, reading);
  return profile;
}

function parentOf(
  name: string,
  parent: string,
  reading: Reading,
  done: Map<string, MatchedProfile>,
  below: readonly string[]
): MatchedProfile | undefined {
  const path = ['profiles', name, 'extends'];
  // An own profile may extend the one of its name that an earlier file holds.
  const earlier = parent === name ? reading.before.get(name) : undefined;
  if (earlier) {
    return earlier;
  }
  if (parent === name || below.includes(parent)) {
    reading.findings.push({ path, message: `profiles.${name}.extends: ${parent} extends this profile itself` });
    return undefined;
  }
  const found = resolve(parent, reading, done, [...below, name]);
  if (!found) {
    const known = [...Object.keys(reading.entries), ...reading.before.keys()];
    reading.findings.push({ path, message: unknown(`profiles.${name}.extends`, 'profile', parent, known) });
  }
  return found;
}

function modulesOf(name: string, entry: ProfileEntry, parent: MatchedProfile | undefined, reading: Reading) {
  const asked = new Map((parent?.modules ?? []).map((one) => [one.module.name, one]));
  for (const tier of MODULE_TIERS) {
    entry.modules[tier].forEach((moduleName, i) => {
      const module = reading.modules.get(moduleName);
      if (module) {
        asked.set(moduleName, { module, tier });
        return;
      }
      const where = `profiles.${name}.modules.${tier}[${i}]`;
      reading.findings.push({
        path: ['profiles', name, 'modules', tier, i],
        message: unknown(where, 'module', moduleName, [...reading.modules.keys()]),
      });
    });
  }
  return [...asked.values()];
}

/** A value can come only from what the modules of the profile give. */
function checkMetrics(profile: MatchedProfile, entry: ProfileEntry, reading: Reading): void {
  const given = profile.modules.flatMap(({ module }) => module.metrics.flatMap(metricFamilies)).map((f) => f.name);
  const known = new Set(given);
  const check = (path: Finding['path'], metric: string) => {
    if (!known.has(metric)) {
      const where = `profiles.${profile.name}.${String(path[2])}`;
      reading.findings.push({ path, message: unknown(where, 'metric of its modules called', metric, given) });
    }
  };
  for (const key of ['cpu', 'memory', 'temperature'] as const satisfies readonly (keyof NormalisedValues)[]) {
    if (entry[key] === undefined) {
      continue;
    }
    sourcesOf(profile.normalised, key).forEach((sources, i) => {
      const metrics = sources.flatMap((source: Source) => [source.metric, source.times, source.status?.metric]);
      metrics
        .filter((metric) => typeof metric === 'string')
        .forEach((metric) => check(['profiles', profile.name, key, i], metric));
    });
  }
}

function unknown(where: string, kind: string, name: string, known: readonly string[]): string {
  const near = nearestKey(name, known);
  return `${where}: there is no ${kind} "${name}"${near ? `; did you mean "${near}"?` : `; known are ${[...new Set(known)].join(', ')}`}`;
}
