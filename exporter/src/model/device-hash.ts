/**
 * FNV-1a over the UTF-16 code units, finished as in MurmurHash3 so that all 32 bits are equally good and ids which
 * differ in the last digit land far apart. It never changes: a device that moved to another shard between two versions
 * would be scraped twice or not at all meanwhile.
 *
 * Whoever divides the fleet takes bits of his own, so that one division does not gather what another one spreads: the
 * top bits say when a device is polled, the lowest eight which page it is on, those above them which exporter has it.
 */
export function deviceHash(deviceId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < deviceId.length; i++) {
    hash = Math.imul(hash ^ deviceId.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Which of several exporters polls which devices. */
export interface ExporterShard {
  /** 0 … count-1 */
  index: number;
  count: number;
}

/** Every device belongs to exactly one of `count` exporters. */
export function inShard(deviceId: string, { index, count }: ExporterShard): boolean {
  return (deviceHash(deviceId) >>> 8) % count === index;
}
