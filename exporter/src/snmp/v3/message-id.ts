/**
 * msgID of a version 3 message (RFC 3412 section 6), -1 when the packet is anything else. Reads no further than the id,
 * so that a packet of somebody else costs next to nothing.
 */
export function messageId(packet: Uint8Array): number {
  let at = behindLength(packet, 1);
  if (packet[0] !== 0x30 || packet[at] !== 0x02 || packet[at + 1] !== 1 || packet[at + 2] !== 3) {
    return -1;
  }
  at += 3;
  if (packet[at] !== 0x30) {
    return -1;
  }
  at = behindLength(packet, at + 1);
  if (packet[at] !== 0x02 || packet[at + 1] !== 4 || at + 6 > packet.length) {
    return -1;
  }
  return ((packet[at + 2]! << 24) | (packet[at + 3]! << 16) | (packet[at + 4]! << 8) | packet[at + 5]!) >>> 0;
}

function behindLength(packet: Uint8Array, at: number): number {
  const first = packet[at] ?? 0;
  return at + 1 + (first < 0x80 ? 0 : first & 0x7f);
}
