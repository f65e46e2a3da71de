/** Names of snmp.yml for what both ends can do; SHA alone is SHA-1. */
export const AUTH_PROTOCOLS = ['MD5', 'SHA', 'SHA224', 'SHA256', 'SHA384', 'SHA512'] as const;
export type AuthProtocol = (typeof AUTH_PROTOCOLS)[number];
/** AES256 is the Blumenthal draft, AES256C the key extension of Cisco (Reeder). */
export const PRIV_PROTOCOLS = ['DES', 'AES', 'AES256', 'AES256C'] as const;
export type PrivProtocol = (typeof PRIV_PROTOCOLS)[number];

/** In the place of a credential's name: whichever of the configured ones answers. No credential can have this name. */
export const AUTO_AUTH = 'auto';

/** One credential, in the words of snmp.yml's `auths:`. */
export interface SnmpAuth {
  version: 1 | 2 | 3;
  /** v1 and v2c. */
  community: string;
  /** v3 (RFC 3414): used from here on only when `version` is 3. */
  securityLevel?: 'noAuthNoPriv' | 'authNoPriv' | 'authPriv';
  username?: string;
  password?: string;
  authProtocol?: string;
  privProtocol?: string;
  privPassword?: string;
  contextName?: string;
}
