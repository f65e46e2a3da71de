import { REMOVED, VISIBLE, type SeriesTable } from './series-table';

/** Takes bytes to be sent; copies them before it returns. */
export interface ByteSink {
  copy(source: Uint8Array, start: number, end: number): void;
}

/** The lines of one family for the devices of one bucket, in the order in which they were added. */
export class Page {
  /** Line after line; a value is patched in place, so what is sent must be a copy. */
  bytes: Buffer = Buffer.alloc(0);
  visible = 0;
  private used = 0;
  private series: number[] = [];
  private removed = 0;

  constructor(private readonly table: SeriesTable) {}

  get lines(): number {
    return this.series.length - this.removed;
  }

  /** Adds a line, not yet served. */
  append(series: number, line: string): void {
    const length = Buffer.byteLength(line);
    if (this.used + length > this.bytes.length) {
      this.resize(Math.max(this.used + length, Math.ceil(this.used * 1.5)));
    }
    this.bytes.write(line, this.used);
    this.table.start[series] = this.used;
    this.table.length[series] = length;
    this.used += length;
    this.series.push(series);
  }

  /** The line is dropped at the next compaction: at once when a quarter of the page is such lines. */
  remove(series: number): void {
    this.table.status[series] = REMOVED;
    this.removed++;
    if (this.removed * 4 > this.series.length) {
      this.compact();
    }
  }

  /** All lines that are served, in runs as long as possible. */
  copyTo(sink: ByteSink): void {
    if (this.visible === 0) {
      return;
    }
    if (this.visible === this.series.length) {
      sink.copy(this.bytes, 0, this.used);
      return;
    }
    const { status, start, length } = this.table;
    let from = -1;
    let to = -1;
    for (const series of this.series) {
      if (status[series] !== VISIBLE) {
        continue;
      }
      if (start[series] !== to) {
        if (from >= 0) {
          sink.copy(this.bytes, from, to);
        }
        from = start[series]!;
      }
      to = start[series]! + length[series]!;
    }
    sink.copy(this.bytes, from, to);
  }

  private compact(): void {
    const { status, start, length } = this.table;
    let at = 0;
    const kept: number[] = [];
    for (const series of this.series) {
      if (status[series] === REMOVED) {
        this.table.give(series);
        continue;
      }
      this.bytes.copyWithin(at, start[series]!, start[series]! + length[series]!);
      start[series] = at;
      at += length[series]!;
      kept.push(series);
    }
    this.series = kept;
    this.removed = 0;
    this.used = at;
    if (this.used * 2 < this.bytes.length) {
      this.resize(this.used);
    }
  }

  private resize(size: number): void {
    // allocUnsafeSlow: a slice of the shared pool would pin all of it.
    const bytes = Buffer.allocUnsafeSlow(size);
    this.bytes.copy(bytes, 0, 0, this.used);
    this.bytes = bytes;
  }
}
