import { AuthProtocols, PrivProtocols } from 'net-snmp';
import type { AuthProtocol, PrivProtocol } from '../../model/snmp-auth';

export interface Digest {
  /** Name for node:crypto. */
  hash: string;
  /** Octets of the truncated digest in a message: RFC 3414 section 6.3.1, RFC 7860 section 4.1. */
  macBytes: number;
  /** Name of the library's constant. */
  library: string;
}

export interface Cipher {
  /** Name for node:crypto. */
  cipher: string;
  /** Octets of the localized key that are used; of DES eight are the key and eight the pre-IV (RFC 3414 section 8.1.1.1). */
  keyBytes: number;
  /** How a digest shorter than the key is lengthened: draft-blumenthal-aes-usm-04, draft-reeder-snmpv3-usm-3desede-00. */
  lengthened: 'blumenthal' | 'reeder';
  library: string;
}

export const DIGESTS: Readonly<Record<AuthProtocol, Digest>> = {
  MD5: { hash: 'md5', macBytes: 12, library: AuthProtocols.md5! },
  SHA: { hash: 'sha1', macBytes: 12, library: AuthProtocols.sha! },
  SHA224: { hash: 'sha224', macBytes: 16, library: AuthProtocols.sha224! },
  SHA256: { hash: 'sha256', macBytes: 24, library: AuthProtocols.sha256! },
  SHA384: { hash: 'sha384', macBytes: 32, library: AuthProtocols.sha384! },
  SHA512: { hash: 'sha512', macBytes: 48, library: AuthProtocols.sha512! },
};

/**
 * OpenSSL 3 no longer offers single DES, while many boxes in the field can do nothing else: triple DES with the same
 * key three times is single DES. AES is CFB128 (RFC 3826).
 */
export const CIPHERS: Readonly<Record<PrivProtocol, Cipher>> = {
  DES: { cipher: 'des-ede3-cbc', keyBytes: 16, lengthened: 'blumenthal', library: PrivProtocols.des! },
  AES: { cipher: 'aes-128-cfb', keyBytes: 16, lengthened: 'blumenthal', library: PrivProtocols.aes! },
  AES256: { cipher: 'aes-256-cfb', keyBytes: 32, lengthened: 'blumenthal', library: PrivProtocols.aes256b! },
  AES256C: { cipher: 'aes-256-cfb', keyBytes: 32, lengthened: 'reeder', library: PrivProtocols.aes256r! },
};
