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
    const { last } = this;
    if (last && isAt(oid, last.entry.oid)) {
      return last;
    }
    let node: Node<T> | undefined = this.root;
    for (let from = 0; node && from <= oid.length;) {
      const dot = oid.indexOf('.', from);
      const to = dot < 0 ? oid.length : dot;
      node = node.below.get(Number(oid.slice(from, to)));
      if (node?.entry) {
        this.last = { entry: node.entry, length: to };
        return this.last;
      }
      from = to + 1;
    }
    return undefined;
  }
}

/** The OID itself or an instance below it, by whole arcs. */
export function isAt(oid: string, root: string): boolean {
  return oid.startsWith(root) && (oid.length === root.length || oid.charCodeAt(root.length) === 46);
}
