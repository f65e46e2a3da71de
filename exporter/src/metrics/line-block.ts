import type { LineMemory, Piece } from './line-memory';

/** What a block needs to say of one line: the series and where the line ends in the block. */
const SLOT = 8;

/**
 * Lines in one piece of memory: the lines from its begin, one after the other, and from its end downwards the slots that
 * tell whose they are. Lines keep their order; one starts where the one before ends.
 */
export class LineBlock {
  lines = 0;
  /** Bytes of the lines. */
  used = 0;

  constructor(private piece: Piece) {}

  /** The memory that holds the lines, from `start` on. */
  get bytes(): Buffer {
    return this.piece.bytes;
  }

  get start(): number {
    return this.piece.start;
  }

  get size(): number {
    return this.piece.size;
  }

  /** How large a block for one line must be, in bytes. */
  static sizeFor(line: number): number {
    return line + SLOT;
  }

  hasRoom(line: number): boolean {
    return this.used + line + (this.lines + 1) * SLOT <= this.piece.size;
  }

  /** Only where there is room. `length` in bytes. */
  append(series: number, line: string, length: number): void {
    const { bytes, start } = this.piece;
    bytes.write(line, start + this.used, length);
    this.used += length;
    this.setSlot(this.lines++, series, this.used);
  }

  series(i: number): number {
    return this.piece.ints[this.slotAt(i)]!;
  }

  /** Where line i ends, counted from the begin of the block. */
  end(i: number): number {
    return this.piece.ints[this.slotAt(i) + 1]!;
  }

  /** Moves the lines to another piece of memory; returns the one that it had. */
  moveTo(piece: Piece): Piece {
    const old = this.piece;
    old.bytes.copy(piece.bytes, piece.start, old.start, old.start + this.used);
    const from = this.slotAt(this.lines - 1);
    const to = (piece.start + piece.size - this.lines * SLOT) >> 2;
    piece.ints.set(old.ints.subarray(from, from + this.lines * 2), to);
    this.piece = piece;
    return old;
  }

  /** Closes the gaps that the lines leave of which `keep` says no; each series is asked about once, in order. */
  compact(keep: (series: number) => boolean): void {
    const { bytes, start } = this.piece;
    const all = this.lines;
    let from = 0;
    this.lines = 0;
    this.used = 0;
    for (let i = 0; i < all; i++) {
      const series = this.series(i);
      const end = this.end(i);
      if (keep(series)) {
        bytes.copyWithin(start + this.used, start + from, start + end);
        this.used += end - from;
        this.setSlot(this.lines++, series, this.used);
      }
      from = end;
    }
  }

  /** Appends the lines of another block, where there is room for all of them; false where there is not. */
  takeIn(other: LineBlock): boolean {
    const { piece, used } = this;
    if (used + other.used + (this.lines + other.lines) * SLOT > piece.size) {
      return false;
    }
    other.bytes.copy(piece.bytes, piece.start + used, other.start, other.start + other.used);
    for (let i = 0; i < other.lines; i++) {
      this.setSlot(this.lines++, other.series(i), used + other.end(i));
    }
    this.used += other.used;
    return true;
  }

  /** Gives its memory back; the block must not be used any more. */
  release(memory: LineMemory): void {
    memory.give(this.piece);
  }

  private setSlot(i: number, series: number, end: number): void {
    const { ints } = this.piece;
    const at = this.slotAt(i);
    ints[at] = series;
    ints[at + 1] = end;
  }

  private slotAt(i: number): number {
    return (this.piece.start + this.piece.size - (i + 1) * SLOT) >> 2;
  }
}
