import { TIMESTAMP_WIDTH, valueEnd } from './line';
import { LineBlock } from './line-block';
import type { LineMemory } from './line-memory';
import { writeNumber } from './number-slot';
import { CHANGED, HIDDEN, REMOVED, WRITTEN, type SeriesTable } from './series-table';

/** Takes bytes to be sent; copies them before it returns. */
export interface ByteSink {
  copy(source: Uint8Array, start: number, end: number): void;
}

/** Most families of modules are few devices': a page begins small. */
const SMALLEST = 512;
/** A page that is larger has several blocks: half of the last one is what a page wastes. */
const BLOCK = 4096;

/** The lines of one family for the devices of one bucket. */
export class Page {
  /** Lines that are served. */
  visible = 0;
  /** Lines, hidden ones included. */
  lines = 0;
  /** True when a line has a value that is not written yet. */
  changed = false;
  /** Line after line; values are patched in place, so what is sent must be a copy. */
  private blocks: LineBlock[] = [];
  /** Lines that are removed and still there. */
  private removed = 0;
  private readonly valueEnd: number;

  constructor(
    private readonly table: SeriesTable,
    private readonly memory: LineMemory,
    private readonly timestamped: boolean,
    /** Its number among all pages. */
    readonly number: number
  ) {
    this.valueEnd = valueEnd(timestamped);
  }

  /** Adds a line, not yet served. */
  append(series: number, line: string): void {
    const length = Buffer.byteLength(line);
    this.blockFor(length).append(series, line, length);
    this.lines++;
  }

  /** The line of a series without its last `tail` bytes; undefined when it is not here. */
  text(series: number, tail: number): string | undefined {
    for (const block of this.blocks) {
      let from = 0;
      for (let i = 0; i < block.lines; i++) {
        const end = block.end(i);
        if (block.series(i) === series) {
          return block.bytes.toString('utf8', block.start + from, block.start + end - tail);
        }
        from = end;
      }
    }
    return undefined;
  }

  /** The line is dropped at the next compaction: at once when a quarter of the page is such lines. */
  remove(series: number): void {
    this.table.status[series] = REMOVED;
    this.removed++;
    this.lines--;
    if (this.removed * 3 > this.lines) {
      this.compact();
    }
  }

  /** All lines that are served, with their newest values, in runs as long as possible. */
  copyTo(sink: ByteSink): void {
    const { status } = this.table;
    if (this.changed) {
      this.write();
    }
    const all = this.visible === this.lines && this.removed === 0;
    for (const block of this.blocks) {
      const { bytes, start } = block;
      let from = 0;
      let end = block.used;
      for (let i = 0; !all && i < block.lines; i++) {
        end = block.end(i);
        if (status[block.series(i)] !== WRITTEN) {
          const before = i === 0 ? 0 : block.end(i - 1);
          if (before > from) {
            sink.copy(bytes, start + from, start + before);
          }
          from = end;
        }
      }
      if (end > from) {
        sink.copy(bytes, start + from, start + end);
      }
    }
  }

  /** Writes the values that changed since the last time: here, page by page, they are near each other in memory. */
  private write(): void {
    const { timestamped, valueEnd: fromEnd } = this;
    const { status, value, time } = this.table;
    for (const block of this.blocks) {
      const { bytes, start } = block;
      let newest = -1;
      let newestEnd = 0;
      for (let i = 0; i < block.lines; i++) {
        const series = block.series(i);
        if (status[series] !== CHANGED) {
          continue;
        }
        status[series] = WRITTEN;
        const end = start + block.end(i);
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
    }
    this.changed = false;
  }

  /** The last block where it has room for the line, else a larger or another one. */
  private blockFor(length: number): LineBlock {
    const last = this.blocks.at(-1);
    if (last?.hasRoom(length)) {
      return last;
    }
    if (last && last.size < BLOCK) {
      this.memory.give(last.moveTo(this.memory.take(last.size * 2)));
      return this.blockFor(length);
    }
    const block = new LineBlock(this.memory.take(Math.max(last ? BLOCK : SMALLEST, LineBlock.sizeFor(length))));
    this.blocks.push(block);
    return block;
  }

  private compact(): void {
    const { table } = this;
    const keep = (series: number) => {
      const stays = table.status[series] !== REMOVED;
      if (!stays) {
        table.give(series);
      }
      return stays;
    };
    for (const block of this.blocks) {
      block.compact(keep);
    }
    this.removed = 0;
    this.join();
  }

  /** Fills what compaction left: blocks that are half empty take in the ones after them, which are given back. */
  private join(): void {
    const joined: LineBlock[] = [];
    for (const block of this.blocks) {
      const last = joined.at(-1);
      if (block.lines > 0 && !last?.takeIn(block)) {
        joined.push(block);
      } else {
        block.release(this.memory);
      }
    }
    this.blocks = joined;
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
