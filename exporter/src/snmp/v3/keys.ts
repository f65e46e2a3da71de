import { createHash } from 'node:crypto';
import { Authentication } from 'net-snmp';
import type { Cipher } from './protocols';

/** RFC 3414 appendix A.2: the password is repeated to this length before it is digested. */
const REPEATED_BYTES = 1_048_576;

/** More than any fleet has; agents that make up engine ids must not fill the memory. */
const MOST_DIGESTS = 1_000;
const MOST_KEYS = 50_000;

const digests = new Map<string, Buffer>();
const keys = new Map<string, Buffer>();

/**
 * The key of a password at one engine (RFC 3414 section 2.6). The digest of a megabyte takes about a millisecond and is
 * made once for each password; what is left for each engine takes microseconds, so that a start with ten thousand
 * devices does not stand still for ten seconds.
 * @param password text, or the octets of a key that is being lengthened
 */
export function localizedKey(hash: string, password: string | Buffer, engineId: Buffer): Buffer {
  const name = typeof password === 'string' ? `${hash}"${password}` : `${hash}:${password.toString('hex')}`;
  const keyName = `${engineId.toString('hex')}${name}`;
  let key = keys.get(keyName);
  if (key === undefined) {
    const digest = digestOf(hash, password, name);
    key = createHash(hash).update(digest).update(engineId).update(digest).digest();
    remember(keys, keyName, key, MOST_KEYS);
  }
  return key;
}

/** The key that a cipher takes, lengthened where the digest is shorter than it. */
export function privacyKey(hash: string, password: string, engineId: Buffer, cipher: Cipher): Buffer {
  let last = localizedKey(hash, password, engineId);
  let key = last;
  while (key.length < cipher.keyBytes) {
    last = cipher.lengthened === 'reeder' ? localizedKey(hash, last, engineId) : createHash(hash).update(key).digest();
    key = Buffer.concat([key, last]);
  }
  return key.subarray(0, cipher.keyBytes);
}

/** Has net-snmp take its keys from here too: its own digests a megabyte for each engine, and forgets nothing. */
export function provideKeys(): void {
  Authentication.passwordToKey = (authProtocol, password, engineId) =>
    localizedKey(Authentication.algorithms[authProtocol]!.CRYPTO_ALGORITHM, password, engineId);
}

function digestOf(hash: string, password: string | Buffer, name: string): Buffer {
  let digest = digests.get(name);
  if (digest === undefined) {
    digest = createHash(hash).update(Buffer.alloc(REPEATED_BYTES, password)).digest();
    if (typeof password === 'string') {
      remember(digests, name, digest, MOST_DIGESTS);
    }
  }
  return digest;
}

function remember(cache: Map<string, Buffer>, name: string, value: Buffer, most: number): void {
  if (cache.size >= most) {
    cache.clear();
  }
  cache.set(name, value);
}
