import { isUtf8 } from 'node:buffer';

const REPLACEMENT = '\ufffd';

/**
 * Octets as text; each run of octets that are no UTF-8 becomes a single U+FFFD, as Go's ToValidUTF8 does it. (A decoder
 * as browsers have it writes one for each octet, and a label would differ.)
 */
export function repairedText(octets: Buffer): string {
  if (isUtf8(octets)) {
    return octets.toString('utf8');
  }
  const parts: string[] = [];
  let from = 0;
  let inBadRun = false;
  for (let at = 0; at < octets.length;) {
    const length = sequenceLength(octets, at);
    if (length > 0) {
      from = inBadRun ? at : from;
      inBadRun = false;
      at += length;
      continue;
    }
    if (!inBadRun) {
      parts.push(octets.toString('utf8', from, at), REPLACEMENT);
      inBadRun = true;
    }
    at += 1;
  }
  return inBadRun ? parts.join('') : parts.join('') + octets.toString('utf8', from);
}

/** Octets of the sequence at `at` (RFC 3629 section 4: no overlong forms, no surrogates); 0 when there is none. */
function sequenceLength(octets: Buffer, at: number): number {
  const first = octets[at]!;
  if (first < 0x80) {
    return 1;
  }
  const length = first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  return first >= 0xc2 && length > 0 && at + length <= octets.length && isUtf8(octets.subarray(at, at + length))
    ? length
    : 0;
}
