export interface NameSource {
  ifIndex: number;
  ifName: string;
  ifDescr: string;
}

export interface ResolvedName {
  name: string;
  /** The name was invented or suffixed: it may not survive a renumbering. */
  weak: boolean;
}

/** Name of a row on its own: ifName, else ifDescr, else the index. */
export function baseName(row: NameSource): string {
  return row.ifName || row.ifDescr || String(row.ifIndex);
}

/**
 * Names of all rows of one device, unique among them. 269 of 996 recorded devices have no ifName at all and 61 have
 * duplicates: every row of a shared name gets `#ifIndex` behind it, so that none of them takes over when the other goes.
 */
export function resolveNames(rows: readonly NameSource[]): Map<number, ResolvedName> {
  const uses = new Map<string, number>();
  for (const row of rows) {
    const name = baseName(row);
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  const resolved = new Map<number, ResolvedName>();
  for (const row of rows) {
    const name = baseName(row);
    const shared = (uses.get(name) ?? 0) > 1;
    resolved.set(row.ifIndex, {
      name: shared ? `${name}#${row.ifIndex}` : name,
      weak: shared || (row.ifName === '' && row.ifDescr === ''),
    });
  }
  return resolved;
}

/** Whether the row that an agent shows under an index can be the interface that we know under `known`. */
export function isNameOf(known: string, row: NameSource): boolean {
  const name = baseName(row);
  return known === name || known === `${name}#${row.ifIndex}`;
}
