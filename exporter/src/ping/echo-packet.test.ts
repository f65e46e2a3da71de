import { foldChecksum, HALF, PACKET_BYTES, partialSum, swap16, WORD, writeTemplate } from './echo-packet';

/** RFC 1071 in the plainest way: a packet with a right checksum sums up to all ones. */
function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += (bytes[i]! << 8) | bytes[i + 1]!;
    sum = (sum & 0xffff) + (sum >>> 16);
  }
  return sum;
}

it.each([
  ['small numbers', 1, 1, 1, 1],
  ['large numbers', 0xffff, 0xffff, 0xffffffff, 0xffffffff],
  ['mixed numbers', 0xbeef, 0x1234, 70_000, 0x80000001],
])('the checksum over the template and the token is right: %s', (_name, ident, sequence, slot, generation) => {
  const bytes = new Uint8Array(PACKET_BYTES);
  const halves = new Uint16Array(bytes.buffer);
  const words = new Uint32Array(bytes.buffer);
  writeTemplate(bytes, 0, 8, ident, 0xdeadbeef);
  const fixed = partialSum(halves, 0, halves.length);
  halves[HALF.sequence] = swap16(sequence);
  words[WORD.slot] = slot;
  words[WORD.generation] = generation;
  const token = (slot & 0xffff) + (slot >>> 16) + (generation & 0xffff) + (generation >>> 16);
  halves[HALF.checksum] = foldChecksum(fixed + swap16(sequence) + token);
  expect(sumOf(bytes)).toBe(0xffff);
  expect([bytes[0], bytes[1]]).toEqual([8, 0]);
  expect((bytes[4]! << 8) | bytes[5]!).toBe(ident);
  expect((bytes[6]! << 8) | bytes[7]!).toBe(sequence);
});

it('writes at its place and nowhere else', () => {
  const bytes = new Uint8Array(3 * PACKET_BYTES).fill(0xaa);
  writeTemplate(bytes, PACKET_BYTES, 128, 7, 0x01020304);
  expect(bytes.subarray(0, PACKET_BYTES).every((byte) => byte === 0xaa)).toBe(true);
  expect(bytes.subarray(2 * PACKET_BYTES).every((byte) => byte === 0xaa)).toBe(true);
  expect(bytes[PACKET_BYTES]).toBe(128);
});
