import { TIMESTAMP_WIDTH, valueEnd } from './line';
import { writeNumber } from './number-slot';
import { CHANGED, HIDDEN, REMOVED, WRITTEN, type SeriesTable } from './series-table';

/** Takes bytes to be sent; copies them before it returns. */
export interface ByteSink {
  copy(source: Uint8Array, start: number, end: number): void;
}

/** The lines of one family for the devices of one bucket, in the order in which they were added. */
export class Page {
  /** Lines that are served. */
  visible = 0;
  /** True when a line has a value that is not written yet. */
  changed = false;
  /** Line after line; values are patched in place, so what is sent must be a copy. */
  private bytes: Buffer = Buffer.alloc(0);
  private series: number[] = [];
  /** Where the line of the series at the same place ends; it starts where the one before ends. */
  private ends: number[] = [];
  private removed = 0;
  private readonly valueEnd: number;

  constructor(
    private readonly table: SeriesTable,
    private readonly timestamped: boolean,
    /** Its number among all pages. */
    readonly number: number
  ) {
    this.valueEnd = valueEnd(timestamped);
  }

  get lines(): number {
    return this.series.length - this.removed;
  }

  /** Adds a line, not yet served. */
  append(series: number, line: string): void {
    const start = this.used;
    const end = start + Buffer.byteLength(line);
    if (end > this.bytes.length) {
      this.resize(Math.max(end, Math.ceil(start * 1.5)));
    }
    this.bytes.write(line, start);
    this.series.push(series);
    this.ends.push(end);
  }

  /** The line of a series without its last `tail` bytes; undefined when it is not here. */
  text(series: number, tail: number): string | undefined {
    const i = this.series.indexOf(series);
    return i < 0 ? undefined : this.bytes.toString('utf8', this.ends[i - 1] ?? 0, this.ends[i]! - tail);
  }

  /** The line is dropped at the next compaction: at once when a quarter of the page is such lines. */
  remove(series: number): void {
    this.table.status[series] = REMOVED;
    this.removed++;
    if (this.removed * 4 > this.series.length) {
      this.compact();
    }
  }

  /** Gives back the room that growing left, unless it is little. */
  trim(): void {
    if (this.used * 1.125 < this.bytes.length) {
      this.resize(this.used);
    }
  }

  /** All lines that are served, with their newest values, in runs as long as possible. */
  copyTo(sink: ByteSink): void {
    if (this.changed) {
      this.write();
    }
    if (this.visible === this.series.length) {
      sink.copy(this.bytes, 0, this.used);
      return;
    }
    let from = 0;
    for (let i = 0; i < this.series.length; i++) {
      const end = this.ends[i]!;
      if (this.table.status[this.series[i]!] !== WRITTEN) {
        const start = this.ends[i - 1] ?? 0;
        if (start > from) {
          sink.copy(this.bytes, from, start);
        }
        from = end;
      }
    }
    if (this.used > from) {
      sink.copy(this.bytes, from, this.used);
    }
  }

  private get used(): number {
    return this.ends[this.ends.length - 1] ?? 0;
  }

  /** Writes the values that changed since the last time: here, page by page, they are near each other in memory. */
  private write(): void {
    const { bytes, table, timestamped, valueEnd: fromEnd } = this;
    const { status, value, time } = table;
    let newest = -1;
    let newestEnd = 0;
    for (let i = 0; i < this.series.length; i++) {
      const series = this.series[i]!;
      if (status[series] !== CHANGED) {
        continue;
      }
      status[series] = WRITTEN;
      const end = this.ends[i]!;
      writeNumber(bytes, end - fromEnd, value[series]!);
      if (!timestamped) {
        continue;
      }
      if (time[series] === newest) {
        // The interfaces of a device stand together and were polled together.
        for (let back = 2; back <= TIMESTAMP_WIDTH + 1; back++) {
          bytes[end - back] = bytes[newestEnd - back]!;
        }
      } else {
        writeNumber(bytes, end - 1, time[series]!);
        newest = time[series]!;
        newestEnd = end;
      }
    }
    this.changed = false;
  }

  private compact(): void {
    const { status } = this.table;
    const series: number[] = [];
    const ends: number[] = [];
    let at = 0;
    let start = 0;
    this.series.forEach((line, i) => {
      const end = this.ends[i]!;
      if (status[line] === REMOVED) {
        this.table.give(line);
      } else {
        this.bytes.copyWithin(at, start, end);
        at += end - start;
        series.push(line);
        ends.push(at);
      }
      start = end;
    });
    this.series = series;
    this.ends = ends;
    this.removed = 0;
    if (at * 2 < this.bytes.length) {
      this.resize(at);
    }
  }

  private resize(size: number): void {
    // allocUnsafeSlow: a slice of the shared pool would pin all of it.
    const bytes = Buffer.allocUnsafeSlow(size);
    this.bytes.copy(bytes, 0, 0, this.used);
    this.bytes = bytes;
  }
}

/** True for the two statuses of a line that is served. */
export function isVisible(status: number | undefined): boolean {
  return status === WRITTEN || status === CHANGED;
}

/** True while the series is neither removed nor never added. */
export function isLive(status: number | undefined): boolean {
  return status === HIDDEN || isVisible(status);
}
