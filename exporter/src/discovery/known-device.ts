import type { DiscoveredInterface, DiscoveredSystem } from '../model/discovered';
import type { IfRow, IfState, IfTable } from '../snmp/if-table';
import { resolveNames } from '../snmp/interface-name';
import type { AgentSigns } from './agent-signs';

/** An interface as the last walks found it. */
export interface KnownPort extends Pick<
  DiscoveredInterface,
  'ifName' | 'weakIdentity' | 'ifIndex' | 'ifDescr' | 'ifAlias' | 'ifType' | 'mtu' | 'physAddress' | 'speed'
> {
  /** The last full walk did not have it. */
  missed: boolean;
}

/** What the inventory has of a device that was walked before. */
export interface KnownDevice {
  system: DiscoveredSystem;
  signs: AgentSigns;
  interfaces: readonly KnownPort[];
}

/**
 * Rows of a full walk. Where its names and aliases broke off, an interface that is in its old place keeps those that
 * are known: without them it would look like another one, or like no uplink any more.
 */
export function withKnownNames({ rows, namesComplete }: IfTable, known: readonly KnownPort[]): IfRow[] {
  if (namesComplete) {
    return rows;
  }
  const byIndex = new Map(known.map((port) => [port.ifIndex, port]));
  return rows.map((row) => {
    const port = byIndex.get(row.ifIndex);
    return port && port.ifDescr === row.ifDescr && !port.weakIdentity
      ? { ...row, ifName: row.ifName || port.ifName, ifAlias: row.ifAlias || port.ifAlias }
      : row;
  });
}

/** The known rows with what was seen of them now; undefined when any interface is another one, new or gone. */
export function sameInterfaces(states: readonly IfState[], known: readonly KnownPort[]): IfRow[] | undefined {
  const names = resolveNames(states);
  const left = new Map(known.map((port) => [port.ifIndex, port]));
  const rows: IfRow[] = [];
  for (const state of states) {
    const port = left.get(state.ifIndex);
    if (!port || port.ifName !== names.get(state.ifIndex)?.name) {
      return undefined;
    }
    left.delete(state.ifIndex);
    rows.push({
      ...state,
      ifDescr: port.ifDescr,
      ifAlias: state.ifAlias ?? port.ifAlias,
      ifType: port.ifType,
      ifMtu: port.mtu ?? undefined,
      physAddress: port.physAddress,
      speed: port.speed ?? undefined,
    });
  }
  return [...left.values()].every(({ missed }) => missed) ? rows : undefined;
}
