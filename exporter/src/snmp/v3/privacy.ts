import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Cipher } from './protocols';

const DES_BLOCK = 8;

/** What one direction of one engine's traffic is secured with. */
export interface PrivacyKey {
  cipher: string;
  key: Buffer;
  /** DES only (RFC 3414 section 8.1.1.1). */
  preIv: Buffer | null;
}

/** @param localized at least `cipher.keyBytes` long */
export function privacyKeyOf({ cipher, keyBytes }: Pick<Cipher, 'cipher' | 'keyBytes'>, localized: Buffer): PrivacyKey {
  if (cipher !== 'des-ede3-cbc') {
    return { cipher, key: localized.subarray(0, keyBytes), preIv: null };
  }
  const single = localized.subarray(0, DES_BLOCK);
  return {
    cipher,
    key: Buffer.concat([single, single, single]),
    preIv: localized.subarray(DES_BLOCK, 2 * DES_BLOCK),
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
  cipher.setAutoPadding(false);
  const padded = Buffer.alloc(cipherBytes(key, plain.length));
  plain.copy(padded);
  return cipher.update(padded);
}

/** @throws RangeError for a salt or a length that the cipher does not have */
export function decrypt(key: PrivacyKey, boots: number, time: number, salt: Uint8Array, encrypted: Buffer): Buffer {
  if (salt.length !== 8 || encrypted.length !== cipherBytes(key, encrypted.length)) {
    throw new RangeError('no ciphertext of this protocol');
  }
  const decipher = createDecipheriv(key.cipher, key.key, ivOf(key, boots, time, salt));
  if (key.preIv) {
    decipher.setAutoPadding(false);
  }
  return decipher.update(encrypted);
}

const iv = Buffer.alloc(16);

/** DES: pre-IV and salt mixed (RFC 3414 section 8.1.1.1). AES: boots, time and salt (RFC 3826 section 3.1.2.1). */
function ivOf({ preIv }: PrivacyKey, boots: number, time: number, salt: Uint8Array): Buffer {
  if (preIv) {
    for (let i = 0; i < DES_BLOCK; i += 1) {
      iv[i] = preIv[i]! ^ salt[i]!;
    }
    return iv.subarray(0, DES_BLOCK);
  }
  iv.writeUInt32BE(boots, 0);
  iv.writeUInt32BE(time, 4);
  iv.set(salt, 8);
  return iv;
}
