import type { ParentSource } from '../model/discovered';
import type { IfLayer } from '../snmp/if-stack';

/** What tells an interface's place. */
export interface NamedRow {
  ifIndex: number;
  /** Unique on the device. */
  name: string;
  /** IANAifType. */
  ifType: number;
}

export interface Parent {
  ifName: string;
  source: ParentSource;
}

const NONE: Parent = { ifName: '', source: '' };
const IEEE_8023AD_LAG = 161;
/** Bundles that their agents call propVirtual (53), propMultiplexor (54) or Ethernet: Cisco, HPE, Linux and others. */
const BUNDLE =
  /^(?:port-?channel|po|bundle-?ether|be|ae|eth-?trunk|trk|bond(?:ing)?|lag|bridge-aggregation|agg)[-_ ]?\d+$/i;
/** A sub-interface after the port that it lies on: Gi0/1.100, ether1.100, ge-0/0/0.0. Plain numbers (1.1) are slots. */
const SUB_INTERFACE = /^(.*[a-z].*)\.\d+$/i;

/**
 * What carries each interface, by ifIndex: a port its VLANs, a bundle its members; ifStackTable (RFC 2863) where it
 * says so, else the name. Without `layers` names alone tell it. No interface is above itself, over however many.
 */
export function interfaceParents(rows: readonly NamedRow[], layers: readonly IfLayer[]): Map<number, Parent> {
  const byIndex = new Map(rows.map((row) => [row.ifIndex, row]));
  const byName = new Map(rows.map((row) => [row.name, row]));
  const stacked = stackParents(byIndex, layers);
  const parents = new Map<number, number>();
  const found = new Map<number, Parent>();
  for (const row of rows) {
    const above = stacked.get(row.ifIndex);
    const named = byName.get(SUB_INTERFACE.exec(row.name)?.[1] ?? '');
    const choice: [NamedRow | undefined, ParentSource] = above ? [above, 'stack'] : [named, 'name'];
    const [parent, source] = choice;
    if (!parent || closesCircle(parents, row.ifIndex, parent.ifIndex)) {
      found.set(row.ifIndex, NONE);
      continue;
    }
    parents.set(row.ifIndex, parent.ifIndex);
    found.set(row.ifIndex, { ifName: parent.name, source });
  }
  return found;
}

/**
 * A member's parent is its bundle, which lies above it; any other interface's is the one below it. What lies on several
 * (a routed VLAN, a bridge) is carried by none of them alone.
 */
function stackParents(rows: ReadonlyMap<number, NamedRow>, layers: readonly IfLayer[]): Map<number, NamedRow> {
  const below = new Map<NamedRow, NamedRow[]>();
  for (const layer of layers) {
    const higher = rows.get(layer.higher);
    const lower = rows.get(layer.lower);
    if (higher && lower) {
      below.set(higher, [...(below.get(higher) ?? []), lower]);
    }
  }
  const parents = new Map<number, NamedRow>();
  for (const [bundle, members] of below) {
    if (isBundle(bundle)) {
      members.forEach((member) => parents.set(member.ifIndex, bundle));
    }
  }
  for (const [higher, lowers] of below) {
    // Agents list a bundle's members below its VLANs too.
    const carriers = lowers.filter((lower) => !lowers.includes(parents.get(lower.ifIndex) as NamedRow));
    if (!isBundle(higher) && !parents.has(higher.ifIndex) && carriers.length === 1) {
      parents.set(higher.ifIndex, carriers[0] as NamedRow);
    }
  }
  return parents;
}

const isBundle = (row: NamedRow) => row.ifType === IEEE_8023AD_LAG || BUNDLE.test(row.name);

function closesCircle(parents: ReadonlyMap<number, number>, of: number, parent: number): boolean {
  for (let up: number | undefined = parent; up !== undefined; up = parents.get(up)) {
    if (up === of) {
      return true;
    }
  }
  return false;
}
