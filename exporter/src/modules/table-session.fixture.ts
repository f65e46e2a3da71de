import type { SnmpSession, Varbind } from '../snmp/session';
import { ModuleCatalogue } from './catalogue';
import { collectModule } from './collect';
import { metricFamilies } from './families';
import { normalise } from './normalise';
import type { DeviceProfile } from './profile';
import { renderModule } from './render';
import type { Sample } from '../model/sample';

/** An object of a device: OID, and a number or a text; ASN.1 tag where it matters. */
export type Fact = readonly [oid: string, value: number | string | Buffer, tag?: number];

const INTEGER = 2;
const OCTET_STRING = 4;

/** A session that answers from a table, as an agent with these objects would. */
export function tableSession(facts: readonly Fact[]): Pick<SnmpSession, 'get' | 'walk'> {
  const varbinds = facts.map(([oid, value, tag]): Varbind => {
    if (typeof value === 'string' && tag === undefined) {
      return { oid, type: OCTET_STRING, value: Buffer.from(value) };
    }
    return { oid, type: tag ?? (Buffer.isBuffer(value) ? OCTET_STRING : INTEGER), value };
  });
  return {
    get: async (oids) => new Map(varbinds.filter((v) => oids.includes(v.oid)).map((v) => [v.oid, v])),
    walk: async (root) => varbinds.filter((v) => v.oid.startsWith(`${root}.`)),
  };
}

export interface Told {
  profile: DeviceProfile;
  samples: Sample[];
  /** `name` or `name{sensor}` -> value. */
  normalised: Record<string, number>;
}

/** What the shipped modules make of a device. */
export async function askTable(
  system: { sysObjectID: string; sysDescr: string },
  facts: readonly Fact[],
  now = 0
): Promise<Told> {
  const session = tableSession(facts) as SnmpSession;
  const profile = shipped().profileFor(system);
  const byModule = new Map<string, Sample[]>();
  for (const { module } of profile.modules) {
    const { samples, problems } = renderModule(module, await collectModule(session, module));
    expect(problems).toEqual([]);
    const families = new Map(module.metrics.flatMap(metricFamilies).map((family) => [family.name, family]));
    for (const { name, type, help } of samples) {
      expect({ name, type, help }).toEqual(families.get(name));
    }
    byModule.set(module.name, samples);
  }
  const normalised = normalise(profile, byModule, now);
  return {
    profile,
    samples: [...byModule.values()].flat(),
    normalised: Object.fromEntries(
      normalised.map(({ name, labels, value }) => [
        labels.sensor === undefined ? name : `${name}{${labels.sensor}}`,
        value,
      ])
    ),
  };
}

let catalogue: ModuleCatalogue | undefined;
const shipped = () => (catalogue ??= ModuleCatalogue.shipped());
