import { deviceHash } from '../model/device-hash';

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

export function bucketOf(deviceId: string): number {
  return deviceHash(deviceId) & (BUCKETS - 1);
}
