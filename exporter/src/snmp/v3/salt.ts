import { randomBytes } from 'node:crypto';

const salt = randomBytes(8);

/** Eight octets that no message under the same key has had (RFC 3826 section 3.1.2.1): counted on from a random start. */
export function nextSalt(): Buffer {
  for (let i = 7; i >= 0; i -= 1) {
    salt[i] = (salt[i]! + 1) & 0xff;
    if (salt[i] !== 0) {
      break;
    }
  }
  return salt;
}
