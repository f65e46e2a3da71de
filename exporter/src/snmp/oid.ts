/**
 * Lexicographic order of OIDs by arcs (RFC 3416 section 4.2.2): negative when `a` comes first. Arcs are compared as
 * numbers, so 9 comes before 11 and a prefix before what it begins.
 */
export function compareOids(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  let same = 0;
  while (same < shared && a.charCodeAt(same) === b.charCodeAt(same)) {
    same += 1;
  }
  const arc = a.lastIndexOf('.', same - 1) + 1;
  return arcAt(a, arc) - arcAt(b, arc) || a.length - b.length;
}

function arcAt(oid: string, start: number): number {
  const end = oid.indexOf('.', start);
  return Number(end < 0 ? oid.slice(start) : oid.slice(start, end));
}

/** Index part of `oid` below `column`, dotted; null when it is not below. Whole arcs: 1.9 is not below 1.99. */
export function indexBelow(column: string, oid: string): string | null {
  return oid.length > column.length + 1 && oid.startsWith(column) && oid[column.length] === '.'
    ? oid.slice(column.length + 1)
    : null;
}

/** Bytes of one varbind with a NULL value in a request: the measure for how many fit into a PDU. */
export function requestVarbindBytes(oid: string): number {
  return 6 + oidBytes(oid);
}

/** Length of the BER content of an OID (X.690 section 8.19). */
export function oidBytes(oid: string): number {
  const arcs = oid.split('.');
  let bytes = 1;
  for (let i = 2; i < arcs.length; i += 1) {
    let rest = Number(arcs[i]);
    do {
      bytes += 1;
      rest = Math.floor(rest / 128);
    } while (rest > 0);
  }
  return bytes;
}
