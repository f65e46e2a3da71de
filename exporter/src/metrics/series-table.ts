/** Where a line is and what state it is in, by series number: columns, so that half a million cost no objects. */
export class SeriesTable {
  page = new Uint32Array(1024);
  start = new Uint32Array(1024);
  length = new Uint32Array(1024);
  hash = new Int32Array(1024);
  status = new Uint8Array(1024);
  value = new Float64Array(1024);
  private readonly free: number[] = [];
  private used = 0;

  /** A series number that no one else has. */
  take(): number {
    const again = this.free.pop();
    if (again !== undefined) {
      return again;
    }
    if (this.used === this.status.length) {
      this.grow();
    }
    return this.used++;
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
    this.page = copy(new Uint32Array(size), this.page);
    this.start = copy(new Uint32Array(size), this.start);
    this.length = copy(new Uint32Array(size), this.length);
    this.hash = copy(new Int32Array(size), this.hash);
    this.status = copy(new Uint8Array(size), this.status);
    this.value = copy(new Float64Array(size), this.value);
  }
}

/** Status of a series number: no series, a line that is not served, one that is, one that compaction will drop. */
export const FREE = 0;
export const HIDDEN = 1;
export const VISIBLE = 2;
export const REMOVED = 3;
