import type { SessionOptions } from 'net-snmp';
import { CheckedSession } from './checked-session';
import { where } from './failure';
import { SnmpError, type SnmpEndpoint } from './session';
import type { SharedSocket } from './shared-socket';
import { v3User } from './v3-user';

const VERSION = { 1: 0, 2: 1, 3: 3 } as const;

/** @throws SnmpError (auth) when the credential cannot be used at all */
export function refuseUnusable(endpoint: SnmpEndpoint): void {
  if (endpoint.auth.version === 3) {
    v3User(endpoint.auth);
  } else if (endpoint.auth.community === '') {
    throw new SnmpError('auth', `no community to ask ${where(endpoint)} with: it is empty`);
  }
}

/** net-snmp's session to one agent, on the shared socket. */
export function openSession(endpoint: SnmpEndpoint, transport: 'udp4' | 'udp6', socket: SharedSocket): CheckedSession {
  const { auth } = endpoint;
  const options: SessionOptions = {
    version: VERSION[auth.version],
    transport,
    port: endpoint.port,
    retries: endpoint.retries,
    timeout: endpoint.timeoutMs,
    // Our walk checks order; the library would fail the whole answer.
    backwardsGetNexts: true,
    reportOidMismatchErrors: false,
    context: auth.contextName ?? '',
    dgramModule: { createSocket: () => socket.attach(endpoint.address, endpoint.port) },
  };
  return new CheckedSession(endpoint.address, auth.version === 3 ? v3User(auth) : auth.community, options);
}
