import { fingerprint } from '../../model/fingerprint';
import type { SnmpAuth } from '../../model/snmp-auth';
import type { PingDriver } from '../../ping/driver';
import { SnmpError, type SnmpEngine, type SnmpSession } from '../../snmp/session';
import { readSystem, type SystemGroup } from '../../snmp/system';
import type { FoundAddress } from '../../inventory/candidates';
import type { Pace } from './pace';

/** What addresses are asked with; one for a whole scan. */
export interface ScanWays {
  engine: SnmpEngine;
  /** In the order in which they are tried. */
  auths: readonly { name: string; auth: SnmpAuth }[];
  snmpPort: number;
  /** Null: nobody is pinged. */
  ping: PingDriver | null;
  /** For one request, or the echo. */
  timeoutMs: number;
  pace: Pace;
}

export type Answer =
  | { kind: 'snmp'; found: FoundAddress }
  /** Somebody is there: echoes come back, or the SNMP agent refuses all credentials. */
  | { kind: 'alive'; found: FoundAddress }
  | { kind: 'silent' }
  /** Nothing could be sent there, so that nothing is known. */
  | { kind: 'unsent'; why: string };

/**
 * SNMPv3 asks for the engine, proves the user with one small request, perhaps once more with the engine's clock, and
 * only then asks (RFC 3414 section 4).
 */
const V3_PACKETS = 4;

/**
 * Asks one address who it is: an echo, and at the same time one credential after another until one answers.
 * Rejects when the signal aborts, and with nothing else.
 */
export async function askAddress(ways: ScanWays, address: string, signal: AbortSignal): Promise<Answer> {
  const [echo, snmp] = await Promise.all([askEcho(ways, address, signal), askSnmp(ways, address, signal)]);
  if (snmp.kind === 'snmp') {
    return snmp;
  }
  if (snmp.kind === 'alive' || echo?.kind === 'alive') {
    return { kind: 'alive', found: foundAt(address, null) };
  }
  return snmp.kind === 'silent' || echo?.kind === 'silent' ? { kind: 'silent' } : snmp;
}

type Echo = { kind: 'alive' } | { kind: 'silent' } | { kind: 'unsent' };

async function askEcho({ ping, timeoutMs, pace }: ScanWays, address: string, signal: AbortSignal) {
  if (!ping) {
    return undefined;
  }
  await pace.take(1, signal);
  let echo: Echo = { kind: 'unsent' };
  // A driver that fails as a whole tells nothing about the address; its SNMP agent may.
  await ping
    .round([address], { count: 1, gapMs: 0, timeoutMs }, (_, { sent, rttsMs }) => {
      echo = { kind: rttsMs.length > 0 ? 'alive' : sent > 0 ? 'silent' : 'unsent' };
    })
    .catch(() => undefined);
  signal.throwIfAborted();
  return echo as Echo;
}

type SnmpAnswer = Extract<Answer, { kind: 'snmp' | 'silent' | 'unsent' }> | { kind: 'alive' };

async function askSnmp(ways: ScanWays, address: string, signal: AbortSignal): Promise<SnmpAnswer> {
  let answer: SnmpAnswer = { kind: 'unsent', why: 'no credential was tried' };
  for (const { name, auth } of ways.auths) {
    try {
      return { kind: 'snmp', found: foundAt(address, name, await askWith(ways, address, auth, signal)) };
    } catch (err) {
      signal.throwIfAborted();
      if (!(err instanceof SnmpError)) {
        throw err;
      }
      answer = afterFailure(answer, err);
      if (err.reason === 'unreachable') {
        // No other credential goes another way.
        return answer;
      }
    }
  }
  return answer;
}

/** What is known after one more credential has failed. */
function afterFailure(before: SnmpAnswer, { reason, message }: SnmpError): SnmpAnswer {
  if (before.kind === 'alive' || reason === 'auth' || reason === 'malformed') {
    return { kind: 'alive' };
  }
  return reason === 'unreachable' && before.kind === 'unsent' ? { kind: 'unsent', why: message } : { kind: 'silent' };
}

async function askWith(ways: ScanWays, address: string, auth: SnmpAuth, signal: AbortSignal): Promise<SystemGroup> {
  const session = ways.engine.open({
    address,
    port: ways.snmpPort,
    auth,
    // Never reached: closing the session first keeps it from looking why nobody answers, which takes a packet more.
    timeoutMs: ways.timeoutMs * 2,
    retries: 0,
  });
  const close = () => session.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    return await readSystem(paced(session, ways, auth, signal));
  } catch (err) {
    if (err instanceof SnmpError && err.reason === 'no_such_object') {
      // It answers to the credential; that its view is narrow is for whoever approves it.
      return { sysDescr: '', sysObjectID: '', sysName: '', sysLocation: '' };
    }
    throw err;
  } finally {
    signal.removeEventListener('abort', close);
    session.close();
  }
}

/** The session with a pause before each request and a limit to how long it may take. */
function paced(session: SnmpSession, ways: ScanWays, auth: SnmpAuth, signal: AbortSignal): Pick<SnmpSession, 'get'> {
  let packets = auth.version === 3 ? V3_PACKETS : 1;
  return {
    get: async (oids) => {
      await ways.pace.take(packets, signal);
      packets = 1;
      const late = setTimeout(() => session.close(), ways.timeoutMs);
      try {
        return await session.get(oids);
      } finally {
        clearTimeout(late);
      }
    },
  };
}

function foundAt(address: string, auth: string | null, system?: SystemGroup): FoundAddress {
  const { sysName = '', sysDescr = '', sysObjectID = '' } = system ?? {};
  return { address, auth, sysName, sysDescr, sysObjectID, ...fingerprint({ sysDescr, sysObjectID }) };
}
