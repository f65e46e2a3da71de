import { randomBytes } from 'node:crypto';
import { Authentication, Encryption, type EngineClock, PrivProtocols } from 'net-snmp';
import { decrypt, encrypt, type PrivacyKey, privacyKeyOf } from './privacy';
import { CIPHERS } from './protocols';

function keyAt(password: string, authProtocol: string, { engineID }: EngineClock): PrivacyKey {
  return privacyKeyOf(CIPHERS.DES, Authentication.passwordToKey(authProtocol, password, engineID));
}

function encryptDes(
  scopedPdu: Buffer,
  _privProtocol: string,
  password: string,
  authProtocol: string,
  engine: EngineClock
): { encryptedPdu: Buffer; msgPrivacyParameters: Buffer } {
  // RFC 3414 section 8.1.1.1: engine boots and a counter; without lasting state, random bits serve as well.
  const salt = randomBytes(8);
  const key = keyAt(password, authProtocol, engine);
  return { encryptedPdu: encrypt(key, 0, 0, salt, scopedPdu), msgPrivacyParameters: salt };
}

function decryptDes(
  encrypted: Buffer,
  _privProtocol: string,
  salt: Buffer,
  password: string,
  authProtocol: string,
  engine: EngineClock
): Buffer {
  return decrypt(keyAt(password, authProtocol, engine), 0, 0, salt, encrypted);
}

/** Puts our DES in place of net-snmp's, which asks OpenSSL for a cipher that it no longer has; AES is its own. */
export function provideDes(): void {
  Object.assign(Encryption.algorithms[PrivProtocols.des!]!, { encryptPdu: encryptDes, decryptPdu: decryptDes });
}
