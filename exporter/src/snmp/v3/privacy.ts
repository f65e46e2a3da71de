import { createCipheriv, createDecipheriv, type Decipher } from 'node:crypto';
import type { Cipher } from './protocols';

const DES_BLOCK = 8;
const AES_BLOCK = 16;
/** What UDP carries at most, with a block before and one behind it. */
const feed = Buffer.alloc(65_536 + 2 * AES_BLOCK);

/** What one direction of one engine's traffic is secured with. */
export interface PrivacyKey {
  cipher: string;
  key: Buffer;
  /** DES only (RFC 3414 section 8.1.1.1). */
  preIv: Buffer | null;
  /**
   * AES only: one for all messages, which costs half as much as one for each. Not for encryption too: it saves less
   * there, and its state takes three kilobytes of every device.
   */
  decipher: Decipher | null;
}

/** @param localized at least `cipher.keyBytes` long */
export function privacyKeyOf({ cipher, keyBytes }: Pick<Cipher, 'cipher' | 'keyBytes'>, localized: Buffer): PrivacyKey {
  if (cipher !== 'des-ede3-cbc') {
    const key = localized.subarray(0, keyBytes);
    return { cipher, key, preIv: null, decipher: createDecipheriv(cipher, key, Buffer.alloc(AES_BLOCK)) };
  }
  const single = localized.subarray(0, DES_BLOCK);
  return {
    cipher,
    key: Buffer.concat([single, single, single]),
    preIv: localized.subarray(DES_BLOCK, 2 * DES_BLOCK),
    decipher: null,
  };
}

/** Length of the ciphertext of so many octets: DES fills its last block. */
export function cipherBytes({ preIv }: PrivacyKey, plainBytes: number): number {
  return preIv ? Math.ceil(plainBytes / DES_BLOCK) * DES_BLOCK : plainBytes;
}

/** The scoped PDU as it stands in the message. `salt` has eight octets and is new for every message. */
export function encrypt(key: PrivacyKey, boots: number, time: number, salt: Uint8Array, plain: Buffer): Buffer {
  const cipher = createCipheriv(key.cipher, key.key, ivOf(key, boots, time, salt));
  if (!key.preIv) {
    // CFB has nothing left over.
    return cipher.update(plain);
  }
  const padded = Buffer.alloc(cipherBytes(key, plain.length));
  plain.copy(padded);
  return cipher.setAutoPadding(false).update(padded);
}

/** @throws RangeError for a salt or a length that the cipher does not have */
export function decrypt(key: PrivacyKey, boots: number, time: number, salt: Uint8Array, encrypted: Buffer): Buffer {
  if (
    salt.length !== 8 ||
    encrypted.length > feed.length - 2 * AES_BLOCK ||
    encrypted.length !== cipherBytes(key, encrypted.length)
  ) {
    throw new RangeError('no ciphertext of this protocol');
  }
  const iv = ivOf(key, boots, time, salt);
  if (!key.decipher) {
    return createDecipheriv(key.cipher, key.key, iv).setAutoPadding(false).update(encrypted);
  }
  // In CFB a block is mixed with what depends on the ciphertext before it and on nothing else: the IV fed in as
  // ciphertext starts a message anew, whatever came before it. Whole blocks keep it in step.
  const bytes = encrypted.length;
  feed.set(iv);
  feed.set(encrypted, AES_BLOCK);
  const end = AES_BLOCK + Math.ceil(bytes / AES_BLOCK) * AES_BLOCK;
  return key.decipher.update(feed.subarray(0, end)).subarray(AES_BLOCK, AES_BLOCK + bytes);
}

const vector = Buffer.alloc(AES_BLOCK);

/** DES: pre-IV and salt mixed (RFC 3414 section 8.1.1.1). AES: boots, time and salt (RFC 3826 section 3.1.2.1). */
function ivOf({ preIv }: PrivacyKey, boots: number, time: number, salt: Uint8Array): Buffer {
  if (preIv) {
    for (let i = 0; i < DES_BLOCK; i += 1) {
      vector[i] = preIv[i]! ^ salt[i]!;
    }
    return vector.subarray(0, DES_BLOCK);
  }
  vector.writeUInt32BE(boots, 0);
  vector.writeUInt32BE(time, 4);
  vector.set(salt, 8);
  return vector;
}
