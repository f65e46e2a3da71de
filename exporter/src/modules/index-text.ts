import type { EnumValues, TextType } from './snmp-module';
import { repairedText } from './utf8-repair';

export interface IndexShape {
  type: TextType;
  fixedSize: number;
  implied: boolean;
  enumValues: EnumValues;
}

export interface IndexText {
  text: string;
  /** Arcs that the text was made of, the length in front included; arcs that were missing are 0. */
  used: number[];
}

/** A length that no OID can hold is the agent's mistake: what is there is taken, without millions of zeros. */
const MOST_ARCS = 1024;

const NO_ENUM: EnumValues = new Map();

/** Kinds of address by the number that stands in front of it (InetAddressType, LldpPortIdSubtype). */
export const TYPE_BY_NUMBER: Partial<Record<TextType | string, ReadonlyMap<number, TextType>>> = {
  InetAddress: new Map([
    [1, 'InetAddressIPv4'],
    [2, 'InetAddressIPv6'],
  ]),
  InetAddressMissingSize: new Map([
    [1, 'InetAddressIPv4'],
    [2, 'InetAddressIPv6'],
  ]),
  LldpPortId: new Map([
    [1, 'DisplayString'],
    [2, 'DisplayString'],
    [3, 'PhysAddress48'],
    [5, 'DisplayString'],
    [7, 'DisplayString'],
  ]),
};

/** Takes the arcs of one index object off a row index (RFC 2578 section 7.7), beginning at `from`, as text. */
export function indexText(shape: IndexShape, arcs: readonly number[], from: number): IndexText {
  const { type } = shape;
  switch (type) {
    case 'Integer32':
    case 'Integer':
    case 'gauge':
    case 'counter':
      return made(take(arcs, from, 1), String);
    case 'EnumAsInfo':
      return made(take(arcs, from, 1), (arc) => shape.enumValues.get(arc) ?? String(arc));
    case 'PhysAddress48':
      return made(take(arcs, from, 6), hex, ':');
    case 'InetAddressIPv4':
      return made(take(arcs, from, 4), String, '.');
    case 'InetAddressIPv6': {
      const used = take(arcs, from, 16);
      const groups = Array.from({ length: 8 }, (_, i) => hex(used[2 * i]!) + hex(used[2 * i + 1]!));
      return { used, text: groups.join(':') };
    }
    case 'OctetString':
    case 'DisplayString':
      return string(shape, arcs, from);
    case 'InetAddress':
    case 'InetAddressMissingSize':
    case 'LldpPortId':
      return typedByNumber(type, arcs, from);
  }
}

function string({ type, fixedSize, implied }: IndexShape, arcs: readonly number[], from: number): IndexText {
  const sized = !implied && fixedSize === 0;
  const length = implied ? Math.max(0, arcs.length - from) : sized ? (arcs[from] ?? 0) : fixedSize;
  const used = take(arcs, from, sized ? 1 + length : length);
  const octets = Buffer.from(sized ? used.slice(1) : used);
  return { used, text: octetsText(type, octets) };
}

/** OctetString as hex digits, DisplayString as the text that it is. */
export function octetsText(type: TextType, octets: Buffer): string {
  if (type === 'DisplayString') {
    return repairedText(octets);
  }
  return octets.length === 0 ? '' : `0x${octets.toString('hex').toUpperCase()}`;
}

function typedByNumber(type: TextType, arcs: readonly number[], from: number): IndexText {
  const inFront = take(arcs, from, type === 'InetAddressMissingSize' ? 1 : 2);
  const real = TYPE_BY_NUMBER[type]!.get(inFront[0]!);
  const plain = { fixedSize: 0, implied: false, enumValues: NO_ENUM };
  if (real) {
    const { text, used } = indexText({ ...plain, type: real }, arcs, from + inFront.length);
    return { text, used: [...inFront, ...used] };
  }
  return type === 'InetAddressMissingSize'
    ? indexText({ ...plain, type: 'OctetString', implied: true }, arcs, from)
    : indexText({ ...plain, type: 'OctetString', fixedSize: inFront[1]! + 2 }, arcs, from);
}

function take(arcs: readonly number[], from: number, count: number): number[] {
  const taken = arcs.slice(from, from + count);
  for (let missing = count - taken.length; missing > 0 && count <= MOST_ARCS; missing -= 1) {
    taken.push(0);
  }
  return taken;
}

function made(used: number[], text: (arc: number) => string, separator = ''): IndexText {
  return { used, text: used.map(text).join(separator) };
}

const hex = (arc: number) => arc.toString(16).toUpperCase().padStart(2, '0');
