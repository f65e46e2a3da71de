import { repairedText } from './utf8-repair';

interface HintPart {
  repeats: boolean;
  /** Octets of one application. */
  count: number;
  format: string;
  separator: string;
  terminator: string;
}

/** A hint that was read once; ends with null where its text stops making sense. */
type Hint = readonly (HintPart | null)[];

const PART = /(\*?)(\d+)([dxoat])([^\d*]?)/uy;
const TERMINATOR = /[^\d*]/uy;
/** What fits the 64 bits in which snmp_exporter reads an integer. */
const INTEGER_OCTETS = 8;

const read = new Map<string, Hint>();

/**
 * Octets as RFC 2579 section 3.1 says in a DISPLAY-HINT for OCTET STRING.
 * @returns undefined when the hint is broken or does not fit: the value is then shown as if there were none
 */
export function hintedText(hint: string, octets: Buffer): string | undefined {
  if (hint === '' || octets.length === 0) {
    return undefined;
  }
  let parts = read.get(hint);
  if (!parts) {
    parts = readHint(hint);
    read.set(hint, parts);
  }
  const text: Buffer[] = [];
  for (let at = 0, next = 0; at < octets.length; next += 1) {
    const part = parts[Math.min(next, parts.length - 1)];
    if (!part) {
      return undefined;
    }
    const end = apply(part, octets, at, text);
    if (end === undefined || (end === at && next >= parts.length - 1)) {
      return undefined;
    }
    at = end;
  }
  return repairedText(Buffer.concat(text));
}

function readHint(hint: string): Hint {
  const parts: (HintPart | null)[] = [];
  for (let at = 0; at < hint.length;) {
    PART.lastIndex = at;
    const found = PART.exec(hint);
    if (!found) {
      return [...parts, null];
    }
    at = PART.lastIndex;
    const repeats = found[1] === '*';
    TERMINATOR.lastIndex = at;
    const terminator = repeats && found[4] !== '' ? (TERMINATOR.exec(hint)?.[0] ?? '') : '';
    at += terminator.length;
    parts.push({ repeats, count: Number(found[2]), format: found[3]!, separator: found[4]!, terminator });
  }
  return parts;
}

/** Writes one part; the place after it, or undefined when the octets make no such number. */
function apply(part: HintPart, octets: Buffer, from: number, text: Buffer[]): number | undefined {
  let at = from;
  const repeats = part.repeats ? octets[at++]! : 1;
  for (let i = 1; i <= repeats && at <= octets.length; i += 1) {
    const piece = octets.subarray(at, at + part.count);
    at += piece.length;
    const shown = formatted(part.format, piece);
    if (shown === undefined) {
      return undefined;
    }
    text.push(shown);
    const rest = at < octets.length;
    if (part.separator !== '' && rest && !(i === repeats && part.terminator !== '')) {
      text.push(Buffer.from(part.separator));
    }
    if (!rest) {
      break;
    }
  }
  if (part.terminator !== '' && at < octets.length) {
    text.push(Buffer.from(part.terminator));
  }
  return at;
}

function formatted(format: string, piece: Buffer): Buffer | undefined {
  if (format === 'a' || format === 't' || piece.length === 0) {
    return piece;
  }
  if (format === 'x') {
    return Buffer.from(piece.toString('hex').toUpperCase());
  }
  return piece.length > INTEGER_OCTETS
    ? undefined
    : Buffer.from(BigInt(`0x${piece.toString('hex')}`).toString(format === 'o' ? 8 : 10));
}
