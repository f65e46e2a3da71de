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
