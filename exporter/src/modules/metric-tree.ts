interface Node<T> {
  entry: T | undefined;
  below: Map<number, Node<T>>;
}

export interface Found<T> {
  entry: T;
  /** Length of the OID that leads to it. */
  length: number;
}

/** Entries by OID; the shallowest on the way to an instance wins and hides what is below it. */
export class MetricTree<T extends { oid: string }> {
  private readonly root: Node<T> = { entry: undefined, below: new Map() };
  /** A walk brings one column after the other: mostly it is the one of the value before. */
  private last: Found<T> | undefined;
  /** The same for values that no metric takes: the OID at which the tree was left. */
  private lastOutside: string | undefined;

  /** A later entry replaces an earlier one of the same OID. */
  constructor(entries: Iterable<T>) {
    for (const entry of entries) {
      let node = this.root;
      for (const arc of entry.oid.split('.')) {
        let next = node.below.get(Number(arc));
        if (!next) {
          next = { entry: undefined, below: new Map() };
          node.below.set(Number(arc), next);
        }
        node = next;
      }
      node.entry = entry;
    }
  }

  find(oid: string): Found<T> | undefined {
    if (this.last && isAt(oid, this.last.entry.oid)) {
      return this.last;
    }
    if (this.lastOutside !== undefined && isAt(oid, this.lastOutside)) {
      return undefined;
    }
    let node = this.root;
    for (let from = 0; from <= oid.length;) {
      const dot = oid.indexOf('.', from);
      const to = dot < 0 ? oid.length : dot;
      const next = node.below.get(Number(oid.slice(from, to)));
      if (!next) {
        this.lastOutside = oid.slice(0, to);
        return undefined;
      }
      if (next.entry) {
        this.last = { entry: next.entry, length: to };
        return this.last;
      }
      node = next;
      from = to + 1;
    }
    return undefined;
  }
}

/** The OID itself or an instance below it, by whole arcs. */
export function isAt(oid: string, root: string): boolean {
  // Twice as fast as startsWith, and asked for every value.
  return (oid.length === root.length || oid.charCodeAt(root.length) === DOT) && oid.slice(0, root.length) === root;
}

const DOT = 46;
