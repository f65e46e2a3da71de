/**
 * Echo requests and replies (RFC 792, RFC 4443 section 4): 8 bytes of header, then 56 bytes of data as ping has sent
 * since ever, so that a firewall which looks at sizes sees nothing unusual. The first three words of the data are our
 * token: who we are, which echo in flight, and which use of that place.
 */
export const HEADER_BYTES = 8;
export const DATA_BYTES = 56;
export const PACKET_BYTES = HEADER_BYTES + DATA_BYTES;
export const TOKEN_BYTES = 12;

/** Places inside the packet, in 16-bit and 32-bit units. */
export const HALF = { typeAndCode: 0, checksum: 1, ident: 2, sequence: 3 } as const;
export const WORD = { owner: 2, slot: 3, generation: 4 } as const;

/** Host order to network order and back; our machines are little-endian. */
export function swap16(value: number): number {
  return ((value & 0xff) << 8) | (value >>> 8);
}

/**
 * Writes everything that stays the same from echo to echo.
 * @param at offset of the packet in bytes, a multiple of 4
 */
export function writeTemplate(bytes: Uint8Array, at: number, type: number, ident: number, owner: number): void {
  bytes.fill(0, at, at + PACKET_BYTES);
  bytes[at] = type;
  bytes[at + 4] = ident >>> 8;
  bytes[at + 5] = ident & 0xff;
  for (let i = HEADER_BYTES + TOKEN_BYTES; i < PACKET_BYTES; i++) {
    bytes[at + i] = i;
  }
  new Uint32Array(bytes.buffer, bytes.byteOffset + at, PACKET_BYTES / 4)[WORD.owner] = owner;
}

/** The internet checksum (RFC 1071) before folding, over whole 16-bit units in host order. */
export function partialSum(halves: Uint16Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) {
    sum += halves[i]!;
  }
  return sum;
}

/** Folds a partial sum into the checksum, in the order in which the sum was taken (RFC 1071 section 2B). */
export function foldChecksum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) {
    folded = (folded & 0xffff) + Math.floor(folded / 0x10000);
  }
  return ~folded & 0xffff;
}
