/** The few ASN.1 tags that requests and answers are built of (X.690, RFC 3416 section 3). */
const TAG = { integer: 0x02, octetString: 0x04, null: 0x05, objectId: 0x06 } as const;

export const ber = {
  tag: TAG,
  sequence: 0x30,
  null: Buffer.from([TAG.null, 0]),
  /** An INTEGER from 0 to 2^31-1 in as few octets as it needs (X.690 section 8.3.2). */
  integer: (value: number): Buffer => {
    const bytes = naturalBytes(value);
    const element = Buffer.from([TAG.integer, bytes, 0, 0, 0, 0]).subarray(0, 2 + bytes);
    element.writeUIntBE(value, 2, bytes);
    return element;
  },
} as const;

/** Octets of an INTEGER from 0 to 2^31-1. */
export function naturalBytes(value: number): number {
  return value < 0x80 ? 1 : value < 0x8000 ? 2 : value < 0x800000 ? 3 : 4;
}

export function element(tag: number, ...content: Buffer[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(length)]), ...content]);
}

/** Definite length (X.690 section 8.1.3). */
function lengthBytes(length: number): number[] {
  if (length < 0x80) {
    return [length];
  }
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

/** @throws RangeError */
export function oidContent(oid: string): Buffer {
  const arcs = oid.split('.').map(Number);
  if (arcs.length < 2 || arcs.some((arc) => !Number.isInteger(arc) || arc < 0 || arc > 0xffffffff)) {
    throw new RangeError(`"${oid}" is no object identifier`);
  }
  const bytes: number[] = [];
  for (const arc of [arcs[0]! * 40 + arcs[1]!, ...arcs.slice(2)]) {
    const groups = [arc % 128];
    for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
      groups.unshift((rest % 128) | 0x80);
    }
    bytes.push(...groups);
  }
  return Buffer.from(bytes);
}

/** Dotted; undefined when the content is empty or ends inside an arc. */
export function oidText(content: Buffer): string | undefined {
  const { length } = content;
  if (length === 0 || content[length - 1]! >= 0x80) {
    return undefined;
  }
  let text = '';
  let arc = 0;
  for (let i = 0; i < length; i += 1) {
    const byte = content[i]!;
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      if (text === '') {
        const first = Math.min(2, Math.floor(arc / 40));
        text = `${first}.${arc - first * 40}`;
      } else {
        text += `.${arc}`;
      }
      arc = 0;
    }
  }
  return text;
}

/**
 * Reads BER (X.690) within its bounds, whatever the bytes are. Everything that does not fit throws RangeError: a tag that
 * is another, a length beyond the end, the indefinite form that SNMP forbids (RFC 3417 section 8).
 */
export class BerReader {
  constructor(
    readonly bytes: Buffer,
    /** Where the next element begins. */
    public at = 0,
    readonly end = bytes.length
  ) {}

  get tag(): number {
    return this.at < this.end ? this.bytes[this.at]! : -1;
  }

  /** Steps inside an element with this tag; returns where it ends. */
  enter(tag: number): number {
    const { bytes, end } = this;
    if (this.tag !== tag || this.at + 2 > end) {
      throw new RangeError('another element than expected');
    }
    let length = bytes[this.at + 1]!;
    this.at += 2;
    if (length >= 0x80) {
      const count = length & 0x7f;
      if (count < 1 || count > 4 || this.at + count > end) {
        throw new RangeError('no length');
      }
      length = bytes.readUIntBE(this.at, count);
      this.at += count;
    }
    if (length > end - this.at) {
      throw new RangeError('an element that ends behind its packet');
    }
    return this.at + length;
  }

  /** Content of an element with this tag. */
  octets(tag: number): Buffer {
    const end = this.enter(tag);
    const content = this.bytes.subarray(this.at, end);
    this.at = end;
    return content;
  }

  /** An INTEGER from 0 to 2^31-1, as SNMPv3 has them in its header (RFC 3412 section 6). */
  natural(): number {
    const end = this.enter(TAG.integer);
    const { bytes, at } = this;
    if (end === at || end - at > 5 || bytes[at]! >= 0x80) {
      throw new RangeError('no integer, or a negative one');
    }
    let value = 0;
    for (let i = at; i < end; i += 1) {
      value = value * 256 + bytes[i]!;
    }
    if (value > 0x7fffffff) {
      throw new RangeError('an integer out of its range');
    }
    this.at = end;
    return value;
  }
}
