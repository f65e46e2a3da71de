import { TAG } from '../simulator/ber-reader';
import { encodeResponse, type Request } from '../simulator/message';
import { type Row, varbinds } from './scripted-agent';
import { ber, element, oidContent } from '../../exporter/src/snmp/ber';

/** Values that no agent should send, and some that a few do: whole elements, with tag and length. */
const ODD_VALUES = [
  '0200', // an INTEGER without content
  '020900ffffffffffffffff',
  '02057fffffffff',
  '0209ffffffffffffffffff',
  '4100',
  '41050100000000',
  '4209ffffffffffffffffff',
  '4300',
  '4600',
  '460900ffffffffffffffff',
  '460a00ffffffffffffffffff',
  '4608ffffffffffffffff',
  '0400',
  '040100',
  '0403e28028',
  '0600',
  '0601ff',
  '060a2b06ffffffffffffffff',
  '0500',
  '8000',
  '8100',
  '8200',
  '820101',
  '40020a00',
  '40040a000001',
  '4404deadbeef',
  '44079f780442f60000',
  '440b9f790840f0000000000000',
  '44079f780442f6',
  '300430020500',
  '1f81010100',
].map((hex) => Buffer.from(hex, 'hex'));

const ODD_LENGTHS = [
  [0x80],
  [0x81],
  [0xff],
  [0x84, 0xff, 0xff, 0xff, 0xff],
  [0x85, 1, 0, 0, 0, 0],
  [0x7f],
  [0],
  [0x81, 0xff],
];

/** Mangles good answers, the same way for the same seed (mulberry32). */
export class Mutator {
  private readonly encoded = new WeakMap<readonly Row[], { row: Buffer; oid: Buffer }[]>();

  constructor(private state: number) {}

  next(below: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.next(list.length)]!;
  }

  /** A response to the request whose content is odd, but whose lengths are right. */
  response(request: Request, rows: readonly Row[]): Buffer {
    let whole = this.encoded.get(rows);
    if (whole === undefined) {
      whole = rows.map((row) => ({
        row: Buffer.from(varbinds([row])),
        oid: element(ber.tag.objectId, oidContent(row[0])),
      }));
      this.encoded.set(rows, whole);
    }
    const list = whole.map(({ row }) => row);
    for (let times = 1 + this.next(3); times > 0; times -= 1) {
      const at = this.next(list.length + 1);
      const { oid } = whole[at % whole.length]!;
      const changes: (() => unknown)[] = [
        () => list.splice(at, 1, element(ber.sequence, oid, this.pick(ODD_VALUES))),
        () => list.splice(at, 1, element(ber.sequence, oid, this.pick(ODD_VALUES))),
        () => list.splice(at, 0, list[this.next(list.length)] ?? Buffer.alloc(0)),
        () => list.splice(at, 1),
        () => list.reverse(),
        () => list.splice(at, 1, element(ber.sequence, element(ber.tag.objectId, Buffer.alloc(0)), ber.null)),
        () => list.splice(at, 1, element(ber.sequence, oid)),
        () => list.splice(at, 1, element(ber.sequence, oid, ber.null, ber.null)),
        () => list.splice(0, list.length),
      ];
      this.pick(changes)();
    }
    const requestId = this.next(12) === 0 ? this.next(2 ** 31) : request.requestId;
    const status = this.next(6) === 0 ? this.pick([1, 2, 3, 5, 6, 13, 16, 18, 99, 255]) : 0;
    return encodeResponse({ ...request, requestId }, status, this.next(list.length + 3), Buffer.concat(list));
  }

  /** Another packet than this one: bits, ends, tags, lengths, parts twice or elsewhere. */
  bytes(packet: Buffer): Buffer {
    let out: Buffer = Buffer.from(packet);
    for (let times = 1 + this.next(3); times > 0 && out.length > 0; times -= 1) {
      const at = this.next(out.length);
      const elements = elementsOf(out);
      const one = elements.length > 0 ? this.pick(elements) : at;
      const changes: (() => Buffer)[] = [
        () => this.with(out, at, [out[at]! ^ (1 << this.next(8))]),
        () => this.with(out, at, [this.next(256)]),
        () => out.subarray(0, at),
        () => Buffer.concat([out, out.subarray(at)]),
        () => this.with(out, one, [this.pick([...Object.values(TAG), 0xa0, 0xa2, 0xa8, 0x1f, 0xff])]),
        () => this.with(out, one + 1, this.pick(ODD_LENGTHS)),
        () => this.with(out, one + 1, [(out[one + 1] ?? 0) + this.pick([1, -1, 2, 120])]),
        () => Buffer.concat([out.subarray(0, one), this.pick(ODD_VALUES), out.subarray(one)]),
        () => Buffer.concat([out.subarray(0, one), out.subarray(at)]),
      ];
      out = this.pick(changes)();
    }
    return out;
  }

  private with(packet: Buffer, at: number, bytes: readonly number[]): Buffer {
    const out = Buffer.from(packet);
    bytes.forEach((byte, i) => {
      if (at + i < out.length) {
        out[at + i] = byte & 0xff;
      }
    });
    return out;
  }
}

/** Where elements begin, as far as they nest rightly. */
function elementsOf(packet: Buffer): number[] {
  const found: number[] = [];
  const visit = (from: number, end: number) => {
    for (let at = from; at + 2 <= end;) {
      const first = packet[at + 1]!;
      const count = first < 0x80 ? 0 : first & 0x7f;
      if (count > 2 || at + 2 + count > end) {
        return;
      }
      const length = count === 0 ? first : packet.readUIntBE(at + 2, count);
      const content = at + 2 + count;
      if (content + length > end) {
        return;
      }
      found.push(at);
      if (packet[at]! & 0x20) {
        visit(content, content + length);
      }
      at = content + length;
    }
  };
  visit(0, packet.length);
  return found;
}
