import { SecurityLevel, type User } from 'net-snmp';
import { SnmpError, type SnmpAuth } from './session';
import { CIPHERS, DIGESTS } from './v3/protocols';

/** @throws SnmpError with reason auth, naming what cannot be used and what can; never a password */
export function v3User(auth: SnmpAuth): User {
  const level = auth.securityLevel ?? 'noAuthNoPriv';
  const name = auth.username ?? '';
  if (name === '') {
    throw new SnmpError('auth', 'SNMPv3 credential without a user name');
  }
  const user: User = { name, level: SecurityLevel[level] };
  if (level !== 'noAuthNoPriv') {
    user.authProtocol = protocol('authentication', DIGESTS, auth.authProtocol ?? 'MD5', name);
    user.authKey = passphrase('password', auth.password, level, name);
  }
  if (level === 'authPriv') {
    user.privProtocol = protocol('privacy', CIPHERS, auth.privProtocol ?? 'DES', name);
    user.privKey = passphrase('privacy password', auth.privPassword, level, name);
  }
  return user;
}

function protocol(
  kind: string,
  known: Readonly<Record<string, { library: string }>>,
  wanted: string,
  user: string
): string {
  const found = known[wanted]?.library;
  if (found === undefined) {
    throw new SnmpError(
      'auth',
      `SNMPv3 user "${user}": ${kind} protocol ${wanted} is not available; one of ${Object.keys(known).join(', ')} is`
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
