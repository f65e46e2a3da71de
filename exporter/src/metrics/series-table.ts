/** The newest value of every series, by series number: columns, so that half a million cost no objects. */
export class SeriesTable {
  status = new Uint8Array(1024);
  value = new Float64Array(1024);
  /** Unix ms, of families that carry timestamps. */
  time = new Float64Array(1024);
  /** Number of the page that has the line. */
  page = new Uint32Array(1024);
  /** Hash of name and labels. */
  hash = new Int32Array(1024);
  private readonly free: number[] = [];
  private used = 0;

  /** A series number that no one else has, hidden. */
  take(): number {
    const again = this.free.pop();
    if (again === undefined && this.used === this.status.length) {
      this.grow();
    }
    const series = again ?? this.used++;
    this.status[series] = HIDDEN;
    return series;
  }

  give(series: number): void {
    this.status[series] = FREE;
    this.free.push(series);
  }

  private grow(): void {
    const size = this.used * 2;
    const copy = <T extends Uint8Array | Uint32Array | Int32Array | Float64Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.status = copy(new Uint8Array(size), this.status);
    this.value = copy(new Float64Array(size), this.value);
    this.time = copy(new Float64Array(size), this.time);
    this.page = copy(new Uint32Array(size), this.page);
    this.hash = copy(new Int32Array(size), this.hash);
  }
}

/**
 * Status of a series number: no series; a line that is not served; one that is, with the newest value written or still
 * to be written; one that compaction will drop.
 */
export const FREE = 0;
export const HIDDEN = 1;
export const WRITTEN = 2;
export const CHANGED = 3;
export const REMOVED = 4;
