/** Every device lives in one of so many buckets; a shard is a set of buckets, so that serving one reads nothing else. */
export const BUCKETS = 256;

/** A slice of the devices: bucket b belongs to shard b mod `of`. */
export interface Shard {
  /** 0 … of-1 */
  index: number;
  /** 1 … BUCKETS */
  of: number;
}

export const WHOLE: Shard = { index: 0, of: 1 };

/**
 * FNV-1a over UTF-16 code units, finished as in MurmurHash3 so that the low bits are as good as the others. It never
 * changes: a device that moved to another shard between two versions would be scraped twice or not at all meanwhile.
 */
export function bucketOf(deviceId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < deviceId.length; i++) {
    hash = Math.imul(hash ^ deviceId.charCodeAt(i), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & (BUCKETS - 1);
}
