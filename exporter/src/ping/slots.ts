/**
 * Where in the interval a device has its turn: the same after every restart and in every process, and spread evenly
 * (FNV-1a over the id, finished with the mixer of MurmurHash3 because FNV alone leaves the low bits of similar ids
 * alike).
 */
export function slotOf(deviceId: string, slots: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < deviceId.length; i++) {
    hash = Math.imul(hash ^ deviceId.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) % slots;
}
