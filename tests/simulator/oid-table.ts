import { encodeArcs, type Value } from './ber-writer';

/** The rows of a table: index parts in ascending order, encoded once and shared by all columns. */
export class RowSet {
  readonly encoded: readonly Uint8Array[];

  constructor(readonly indexes: readonly (readonly number[])[]) {
    this.encoded = indexes.map((arcs) => encodeArcs(arcs, false));
    for (let i = 1; i < indexes.length; i++) {
      if (compareArcs(indexes[i - 1] as readonly number[], indexes[i] as readonly number[]) >= 0) {
        throw new Error(`row ${indexes[i]?.join('.')} does not come after ${indexes[i - 1]?.join('.')}`);
      }
    }
  }
}

/** The one instance `.0` of a scalar. */
export const SCALAR = new RowSet([[0]]);

/** One object, a scalar or a column, of agents whose state is an `S`. One such value serves all agents. */
export class ObjectColumn<S> {
  readonly prefix: Uint8Array;

  constructor(
    readonly oid: readonly number[],
    /** The value of a row, by its position in the row set. */
    readonly read: (source: S, row: number) => Value,
    /** SNMPv1 has no Counter64 (RFC 3584 section 4.2.2.1): such a column is not there for v1. */
    readonly counter64 = false
  ) {
    this.prefix = encodeArcs(oid, true);
  }
}

export interface TableEntry<S> {
  column: ObjectColumn<S>;
  rows: RowSet;
}

/** A place in the table. */
export interface Instance {
  column: number;
  row: number;
}

export function parseOid(text: string): number[] {
  return text.split('.').map(Number);
}

export function compareArcs(a: readonly number[], b: readonly number[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const d = (a[i] as number) - (b[i] as number);
    if (d !== 0) {
      return d;
    }
  }
  return a.length - b.length;
}

/** Everything that an agent answers, in the order of a walk (RFC 3416 section 4.2.2). */
export class OidTable<S> {
  private readonly entries: readonly TableEntry<S>[];

  constructor(
    readonly source: S,
    entries: readonly TableEntry<S>[]
  ) {
    this.entries = entries
      .filter((e) => e.rows.indexes.length > 0)
      .sort((a, b) => compareArcs(a.column.oid, b.column.oid));
  }

  entry(at: Instance): TableEntry<S> {
    return this.entries[at.column] as TableEntry<S>;
  }

  name(at: Instance): number[] {
    const { column, rows } = this.entry(at);
    return [...column.oid, ...(rows.indexes[at.row] as readonly number[])];
  }

  /** The instance with exactly this name; `noSuchInstance` when only its column is there, else `noSuchObject`. */
  exact(name: readonly number[]): Instance | 'noSuchObject' | 'noSuchInstance' {
    const column = this.lastColumnNotAfter(name);
    const found = this.entries[column];
    if (!found || !startsWith(name, found.column.oid)) {
      return 'noSuchObject';
    }
    const index = name.slice(found.column.oid.length);
    const row = firstRowNotBefore(found.rows.indexes, index);
    const at = found.rows.indexes[row];
    return at && compareArcs(at, index) === 0 ? { column, row } : 'noSuchInstance';
  }

  /** The first instance whose name comes after this one; undefined at the end of the view. */
  after(name: readonly number[]): Instance | undefined {
    const column = this.lastColumnNotAfter(name);
    const found = this.entries[column];
    if (found && startsWith(name, found.column.oid)) {
      const index = name.slice(found.column.oid.length);
      let row = firstRowNotBefore(found.rows.indexes, index);
      const at = found.rows.indexes[row];
      if (at && compareArcs(at, index) === 0) {
        row++;
      }
      if (row < found.rows.indexes.length) {
        return { column, row };
      }
    }
    return column + 1 < this.entries.length ? { column: column + 1, row: 0 } : undefined;
  }

  /** The instance after an instance: cheaper than by name, for GETBULK. */
  next({ column, row }: Instance): Instance | undefined {
    if (row + 1 < (this.entries[column]?.rows.indexes.length ?? 0)) {
      return { column, row: row + 1 };
    }
    return column + 1 < this.entries.length ? { column: column + 1, row: 0 } : undefined;
  }

  private lastColumnNotAfter(name: readonly number[]): number {
    let low = -1;
    let high = this.entries.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (compareArcs((this.entries[middle] as TableEntry<S>).column.oid, name) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}

function startsWith(name: readonly number[], prefix: readonly number[]): boolean {
  return name.length >= prefix.length && prefix.every((arc, i) => name[i] === arc);
}

function firstRowNotBefore(rows: readonly (readonly number[])[], index: readonly number[]): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareArcs(rows[middle] as readonly number[], index) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
