/** BER (X.690) as far as SNMP needs it, reading. Every malformed input throws BerError and nothing else. */
export class BerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BerError';
  }
}

export const TAG = {
  integer: 0x02,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
  ipAddress: 0x40,
  counter32: 0x41,
  gauge32: 0x42,
  timeTicks: 0x43,
  counter64: 0x46,
  noSuchObject: 0x80,
  noSuchInstance: 0x81,
  endOfMibView: 0x82,
} as const;

export class BerReader {
  constructor(
    private readonly bytes: Uint8Array,
    public offset = 0,
    private readonly end = bytes.length
  ) {}

  get done(): boolean {
    return this.offset >= this.end;
  }

  private byte(): number {
    if (this.offset >= this.end) {
      throw new BerError(`ends at octet ${this.offset}, in the middle of a value`);
    }
    return this.bytes[this.offset++] as number;
  }

  peekTag(): number {
    if (this.done) {
      throw new BerError(`ends at octet ${this.offset}, a tag must follow`);
    }
    return this.bytes[this.offset] as number;
  }

  /** Length octets of the definite form; the value must lie inside this reader. */
  private length(): number {
    const first = this.byte();
    let length = first;
    if (first >= 0x80) {
      const count = first & 0x7f;
      if (count === 0 || count > 4) {
        throw new BerError(`length of ${count} octets at ${this.offset - 1}; SNMP has 1 to 4`);
      }
      length = 0;
      for (let i = 0; i < count; i++) {
        length = length * 256 + this.byte();
      }
    }
    if (this.offset + length > this.end) {
      throw new BerError(`value of ${length} octets at ${this.offset}, but only ${this.end - this.offset} are there`);
    }
    return length;
  }

  /** Enters a constructed value and leaves it behind in this reader. */
  enter(tag: number): BerReader {
    this.expect(tag);
    const length = this.length();
    const inner = new BerReader(this.bytes, this.offset, this.offset + length);
    this.offset += length;
    return inner;
  }

  private expect(tag: number): void {
    const at = this.offset;
    const found = this.byte();
    if (found !== tag) {
      throw new BerError(`tag 0x${found.toString(16)} at octet ${at}, expected 0x${tag.toString(16)}`);
    }
  }

  /** INTEGER, 32 bit signed (RFC 2578 section 7.1.1). */
  integer(): number {
    this.expect(TAG.integer);
    const length = this.length();
    if (length < 1 || length > 4) {
      throw new BerError(`INTEGER of ${length} octets, SNMP has 1 to 4`);
    }
    let value = (this.byte() << 24) >> 24;
    for (let i = 1; i < length; i++) {
      value = (value << 8) | this.byte();
    }
    return value;
  }

  octets(): Uint8Array {
    return this.content(TAG.octetString);
  }

  /** The octets of a value of this tag, uninterpreted. */
  content(tag: number): Uint8Array {
    this.expect(tag);
    const length = this.length();
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  /** OBJECT IDENTIFIER as arcs of 32 bit. */
  oid(): number[] {
    this.expect(TAG.oid);
    const length = this.length();
    const end = this.offset + length;
    if (length === 0) {
      throw new BerError('OBJECT IDENTIFIER of no octets');
    }
    const arcs: number[] = [];
    while (this.offset < end) {
      let arc = 0;
      let octet: number;
      do {
        if (this.offset >= end) {
          throw new BerError('OBJECT IDENTIFIER ends in the middle of an arc');
        }
        octet = this.byte();
        arc = arc * 128 + (octet & 0x7f);
        if (arc > 0xffffffff) {
          throw new BerError('arc beyond 32 bit');
        }
      } while (octet >= 0x80);
      if (arcs.length === 0) {
        const first = Math.min(2, Math.floor(arc / 40));
        arcs.push(first, arc - first * 40);
      } else {
        arcs.push(arc);
      }
    }
    return arcs;
  }

  /** Skips one value of any kind. */
  skip(): void {
    this.byte();
    const length = this.length();
    this.offset += length;
  }
}
