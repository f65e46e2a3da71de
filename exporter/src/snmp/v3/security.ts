import { createHmac } from 'node:crypto';
import type { AuthProtocol, PrivProtocol, SnmpAuth } from '../../model/snmp-auth';
import { localizedKey, privacyKey } from './keys';
import { type PrivacyKey, privacyKeyOf } from './privacy';
import { CIPHERS, DIGESTS } from './protocols';

/** msgFlags (RFC 3412 section 6.4). */
export const FLAG = { auth: 1, priv: 2, reportable: 4 } as const;

/** What messages of one user at one engine are secured with. */
export interface Security {
  engineId: Buffer;
  user: Buffer;
  contextName: Buffer;
  /** auth and priv of msgFlags. */
  flags: number;
  mac: { hash: string; key: Buffer } | null;
  macBytes: number;
  privacy: PrivacyKey | null;
}

/** The digest of a message, one character an octet: as a Buffer it would cost a third more. */
export function digest({ hash, key }: { hash: string; key: Buffer }, packet: Buffer): string {
  return createHmac(hash, key).update(packet).digest('binary');
}

/** The credential was checked by `v3User`: what its level needs is there. */
export function securityAt(auth: SnmpAuth, engineId: Buffer): Security {
  const level = auth.securityLevel ?? 'noAuthNoPriv';
  const digest = DIGESTS[(auth.authProtocol ?? 'MD5') as AuthProtocol];
  const cipher = CIPHERS[(auth.privProtocol ?? 'DES') as PrivProtocol];
  const authenticates = level !== 'noAuthNoPriv';
  const encrypts = level === 'authPriv';
  return {
    engineId,
    user: Buffer.from(auth.username ?? '', 'utf8'),
    contextName: Buffer.from(auth.contextName ?? '', 'utf8'),
    flags: (authenticates ? FLAG.auth : 0) | (encrypts ? FLAG.priv : 0),
    mac: authenticates ? { hash: digest.hash, key: localizedKey(digest.hash, auth.password ?? '', engineId) } : null,
    macBytes: authenticates ? digest.macBytes : 0,
    privacy: encrypts ? privacyKeyOf(cipher, privacyKey(digest.hash, auth.privPassword ?? '', engineId, cipher)) : null,
  };
}
