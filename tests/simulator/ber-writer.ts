import { TAG } from './ber-reader';

/** A value on the wire: its tag and what it is. Counter64 beyond 2^53 is not needed here and not exact. */
export type Value = { tag: number; value: number | Uint8Array | readonly number[] | null };

/** Octets of the arcs of an OBJECT IDENTIFIER, without tag and length; `whole` joins the first two arcs. */
export function encodeArcs(arcs: readonly number[], whole: boolean): Uint8Array {
  const joined = whole ? [(arcs[0] ?? 0) * 40 + (arcs[1] ?? 0), ...arcs.slice(2)] : arcs;
  const out: number[] = [];
  for (const arc of joined) {
    const groups = [arc % 128];
    for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
      groups.unshift((rest % 128) + 128);
    }
    out.push(...groups);
  }
  return Uint8Array.from(out);
}

/** Writes BER (X.690) into a fixed buffer, forwards, at `offset`. */
export class BerWriter {
  readonly bytes: Buffer;
  offset = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  tagged(tag: number, length: number): void {
    this.bytes[this.offset++] = tag;
    if (length >= 0x80) {
      if (length < 0x100) {
        this.bytes[this.offset++] = 0x81;
      } else {
        this.bytes[this.offset++] = 0x82;
        this.bytes[this.offset++] = length >>> 8;
      }
    }
    this.bytes[this.offset++] = length & 0xff;
  }

  octets(tag: number, value: Uint8Array): void {
    this.tagged(tag, value.length);
    this.bytes.set(value, this.offset);
    this.offset += value.length;
  }

  /** INTEGER: signed, as few octets as it takes. */
  integer(value: number): void {
    const length = value >= -0x80 && value < 0x80 ? 1 : value >= -0x8000 && value < 0x8000 ? 2 : fitsIn3(value) ? 3 : 4;
    this.tagged(TAG.integer, length);
    for (let shift = (length - 1) * 8; shift >= 0; shift -= 8) {
      this.bytes[this.offset++] = (value >> shift) & 0xff;
    }
  }

  /** Counter, gauge or ticks: a whole number from 0 to 2^64, with a leading zero octet where the top bit is set. */
  unsigned(tag: number, value: number): void {
    let high = Math.floor(value / 0x1_0000_0000);
    const low = value - high * 0x1_0000_0000;
    let length = 1;
    for (let rest = high > 0 ? high : low; rest >= 0x80; rest = Math.floor(rest / 256)) {
      length++;
    }
    if (high > 0) {
      length += 4;
    }
    this.bytes[this.offset++] = tag;
    this.bytes[this.offset++] = length;
    if (high > 0) {
      const top = this.offset + length - 5;
      for (let at = top; at >= this.offset; at--) {
        this.bytes[at] = high % 256;
        high = Math.floor(high / 256);
      }
      this.offset = this.bytes.writeUInt32BE(low, top + 1);
      return;
    }
    let rest = low;
    for (let at = this.offset + length - 1; at >= this.offset; at--) {
      this.bytes[at] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    this.offset += length;
  }

  value({ tag, value }: Value): void {
    if (value === null) {
      this.tagged(tag, 0);
    } else if (typeof value === 'number') {
      if (tag === TAG.integer) {
        this.integer(value);
      } else {
        this.unsigned(tag, value);
      }
    } else if (value instanceof Uint8Array) {
      this.octets(tag, value);
    } else {
      this.octets(tag, encodeArcs(value as readonly number[], true));
    }
  }

  /**
   * One variable binding (RFC 3416 section 3): the name in two parts, so that a column and an index need not be joined
   * for every row.
   */
  varbind(prefix: Uint8Array, suffix: Uint8Array, value: Value): void {
    const start = this.offset;
    this.offset += 2;
    this.tagged(TAG.oid, prefix.length + suffix.length);
    this.bytes.set(prefix, this.offset);
    this.bytes.set(suffix, this.offset + prefix.length);
    this.offset += prefix.length + suffix.length;
    this.value(value);
    this.wrap(TAG.sequence, start);
  }

  /** Puts tag and length into the two octets kept free at `start`; makes room where the length needs more. */
  private wrap(tag: number, start: number): void {
    const length = this.offset - start - 2;
    const extra = length < 0x80 ? 0 : length < 0x100 ? 1 : 2;
    if (extra > 0) {
      this.bytes.copyWithin(start + 2 + extra, start + 2, this.offset);
    }
    const end = this.offset + extra;
    this.offset = start;
    this.tagged(tag, length);
    this.offset = end;
  }
}

function fitsIn3(value: number): boolean {
  return value >= -0x80_0000 && value < 0x80_0000;
}
