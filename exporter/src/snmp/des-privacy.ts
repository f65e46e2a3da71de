import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Authentication, Encryption, type EngineClock, PrivProtocols } from 'net-snmp';

const KEY = 8;
const BLOCK = 8;

/**
 * CBC-DES privacy (RFC 3414 section 8). OpenSSL 3 no longer offers single DES, which net-snmp asks for, while many boxes
 * in the field can do nothing else. Triple DES with the same key three times is single DES.
 */
function keyAndIv(
  password: string,
  authProtocol: string,
  engine: EngineClock,
  salt: Buffer
): { key: Buffer; iv: Buffer } {
  const localized = Authentication.passwordToKey(authProtocol, password, engine.engineID);
  const single = localized.subarray(0, KEY);
  const iv = Buffer.alloc(BLOCK);
  for (let i = 0; i < BLOCK; i += 1) {
    iv[i] = localized[KEY + i]! ^ salt[i]!;
  }
  return { key: Buffer.concat([single, single, single]), iv };
}

export function encryptDes(
  scopedPdu: Buffer,
  _privProtocol: string,
  password: string,
  authProtocol: string,
  engine: EngineClock
): { encryptedPdu: Buffer; msgPrivacyParameters: Buffer } {
  // Section 8.1.1.1: engine boots and a counter; without lasting state, random bits serve as well.
  const salt = randomBytes(BLOCK);
  const { key, iv } = keyAndIv(password, authProtocol, engine, salt);
  const cipher = createCipheriv('des-ede3-cbc', key, iv).setAutoPadding(false);
  const padded = Buffer.alloc(Math.ceil(scopedPdu.length / BLOCK) * BLOCK);
  scopedPdu.copy(padded);
  return { encryptedPdu: Buffer.concat([cipher.update(padded), cipher.final()]), msgPrivacyParameters: salt };
}

export function decryptDes(
  encrypted: Buffer,
  _privProtocol: string,
  salt: Buffer,
  password: string,
  authProtocol: string,
  engine: EngineClock
): Buffer {
  const { key, iv } = keyAndIv(password, authProtocol, engine, salt);
  const decipher = createDecipheriv('des-ede3-cbc', key, iv).setAutoPadding(false);
  return Buffer.concat([decipher.update(encrypted), decipher.final()]);
}

/** Puts our DES in place of net-snmp's; AES is its own. */
export function provideDes(): void {
  Object.assign(Encryption.algorithms[PrivProtocols.des!]!, { encryptPdu: encryptDes, decryptPdu: decryptDes });
}
