const EMPTY = 0;
const GONE = -1;

/** FNV-1a over the UTF-16 code units. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash | 0;
}

/** Of two texts one after the other, where the second is that of many: the multiplications spread what they differ in. */
export function mixHashes(first: number, second: number): number {
  const mixed = Math.imul(second ^ (first >>> 15) ^ Math.imul(first, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}

/**
 * Finds a series by its labels with four to eight bytes a series: a hash table of series numbers that keeps no text,
 * because the text is in the lines already. Half a million strings as map keys would take as much memory as the lines.
 */
export class SeriesIndex {
  /** Series number + 1. */
  private table = new Int32Array(1024);
  private taken = 0;
  private live = 0;

  /** `hashOf` tells the hash that a series was added with. */
  constructor(private readonly hashOf: (series: number) => number) {}

  /** The series with this hash that `matches`, else undefined. */
  find(hash: number, matches: (series: number) => boolean): number | undefined {
    for (let at = hash & this.mask; ; at = (at + 1) & this.mask) {
      const entry = this.table[at]!;
      if (entry === EMPTY) {
        return undefined;
      }
      if (entry !== GONE && this.hashOf(entry - 1) === hash && matches(entry - 1)) {
        return entry - 1;
      }
    }
  }

  add(series: number): void {
    if ((this.taken + 1) * 2 > this.table.length) {
      this.rebuild();
    }
    this.put(series);
    this.taken++;
    this.live++;
  }

  delete(series: number): void {
    for (let at = this.hashOf(series) & this.mask; this.table[at] !== EMPTY; at = (at + 1) & this.mask) {
      if (this.table[at] === series + 1) {
        this.table[at] = GONE;
        this.live--;
        return;
      }
    }
  }

  private get mask(): number {
    return this.table.length - 1;
  }

  private put(series: number): void {
    let at = this.hashOf(series) & this.mask;
    while (this.table[at] !== EMPTY) {
      at = (at + 1) & this.mask;
    }
    this.table[at] = series + 1;
  }

  /** Without the marks of deleted series, at most a third full. */
  private rebuild(): void {
    let size = 1024;
    while (size < (this.live + 1) * 3) {
      size *= 2;
    }
    const old = this.table;
    this.table = new Int32Array(size);
    this.taken = this.live;
    for (const entry of old) {
      if (entry > 0) {
        this.put(entry - 1);
      }
    }
  }
}
