import { AuthProtocols, PrivProtocols, SecurityLevel, type User } from 'net-snmp';
import { SnmpError, type SnmpAuth } from './session';

/** Names of snmp.yml on the left. AES256 there is the Blumenthal draft, AES256C the key extension of Cisco (Reeder). */
const AUTH: Record<string, string> = {
  MD5: 'md5',
  SHA: 'sha',
  SHA224: 'sha224',
  SHA256: 'sha256',
  SHA384: 'sha384',
  SHA512: 'sha512',
};
const PRIV: Record<string, string> = { DES: 'des', AES: 'aes', AES256: 'aes256b', AES256C: 'aes256r' };

/** @throws SnmpError with reason auth, naming what cannot be used and what can; never a password */
export function v3User(auth: SnmpAuth): User {
  const level = auth.securityLevel ?? 'noAuthNoPriv';
  const name = auth.username ?? '';
  if (name === '') {
    throw new SnmpError('auth', 'SNMPv3 credential without a user name');
  }
  const user: User = { name, level: SecurityLevel[level] };
  if (level !== 'noAuthNoPriv') {
    user.authProtocol = protocol('authentication', AUTH, AuthProtocols, auth.authProtocol ?? 'MD5', name);
    user.authKey = passphrase('password', auth.password, level, name);
  }
  if (level === 'authPriv') {
    user.privProtocol = protocol('privacy', PRIV, PrivProtocols, auth.privProtocol ?? 'DES', name);
    user.privKey = passphrase('privacy password', auth.privPassword, level, name);
  }
  return user;
}

function protocol(
  kind: string,
  names: Record<string, string>,
  library: Record<string, string>,
  wanted: string,
  user: string
): string {
  const found = library[names[wanted.toUpperCase()] ?? ''];
  if (found === undefined) {
    throw new SnmpError(
      'auth',
      `SNMPv3 user "${user}": ${kind} protocol ${wanted} is not available; one of ${Object.keys(names).join(', ')} is`
    );
  }
  return found;
}

function passphrase(what: string, value: string | undefined, level: string, user: string): string {
  if (value === undefined || value === '') {
    throw new SnmpError('auth', `SNMPv3 user "${user}": security level ${level} needs a ${what}`);
  }
  return value;
}
