export interface Due {
  /** Clock time in ms. */
  dueAt: number;
}

/** Binary heap: the earliest entry in constant time, changes in logarithmic time. */
export class DueHeap<T extends Due> {
  private readonly entries: T[] = [];

  get size(): number {
    return this.entries.length;
  }

  peek(): T | undefined {
    return this.entries[0];
  }

  push(entry: T): void {
    const { entries } = this;
    let at = entries.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (entries[parent]!.dueAt <= entry.dueAt) {
        break;
      }
      entries[at] = entries[parent]!;
      at = parent;
    }
    entries[at] = entry;
  }

  pop(): T | undefined {
    const { entries } = this;
    const first = entries[0];
    const last = entries.pop();
    if (last === undefined || entries.length === 0) {
      return first;
    }
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= entries.length) {
        break;
      }
      if (child + 1 < entries.length && entries[child + 1]!.dueAt < entries[child]!.dueAt) {
        child += 1;
      }
      if (entries[child]!.dueAt >= last.dueAt) {
        break;
      }
      entries[at] = entries[child]!;
      at = child;
    }
    entries[at] = last;
    return first;
  }

  clear(): void {
    this.entries.length = 0;
  }
}
