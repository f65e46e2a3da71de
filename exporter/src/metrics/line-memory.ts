/** A piece of memory for lines. */
export interface Piece {
  /** The slab that it lies in. */
  bytes: Buffer;
  /** The same memory as numbers of four bytes. */
  ints: Int32Array;
  /** Where it begins in `bytes`. */
  start: number;
  /** A power of two. */
  size: number;
}

/** Slabs are this large; a piece that is larger has a slab of its own. */
const SLAB = 1 << 20;

/**
 * Memory for the lines of all pages, cut from large slabs in powers of two. What is given back is used again. Pages that
 * each grew a buffer of their own left holes all over the heap of the process, as much as the lines of a fleet, and each
 * new buffer counted as external memory, for which V8 collects garbage.
 */
export class LineMemory {
  private readonly free = new Map<number, Piece[]>();
  private slab: Buffer = Buffer.alloc(0);
  private ints: Int32Array = new Int32Array(0);
  private used = 0;

  /** At least `size` bytes; what is in them is not defined. */
  take(size: number): Piece {
    const rounded = 2 ** Math.ceil(Math.log2(size));
    return this.free.get(rounded)?.pop() ?? this.cut(rounded);
  }

  give(piece: Piece): void {
    if (piece.size > SLAB) {
      return;
    }
    const same = this.free.get(piece.size);
    if (same) {
      same.push(piece);
    } else {
      this.free.set(piece.size, [piece]);
    }
  }

  private cut(size: number): Piece {
    if (size > SLAB) {
      const own = Buffer.allocUnsafeSlow(size);
      return { bytes: own, ints: new Int32Array(own.buffer), start: 0, size };
    }
    if (this.used + size > this.slab.length) {
      this.slab = Buffer.allocUnsafeSlow(SLAB);
      this.ints = new Int32Array(this.slab.buffer);
      this.used = 0;
    }
    const piece = { bytes: this.slab, ints: this.ints, start: this.used, size };
    this.used += size;
    return piece;
  }
}
