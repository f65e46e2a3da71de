import { AUTO_AUTH, type SnmpAuth } from '../model/snmp-auth';
import { SnmpError, type SnmpEngine, type SnmpSession } from '../snmp/session';
import { SYS_OBJECT_ID, SYS_UP_TIME } from '../snmp/system';

/** What is asked, and with which credentials it may be. */
export interface AuthGround {
  engine: SnmpEngine;
  auths: Readonly<Record<string, SnmpAuth>>;
  /** Names of those that are tried for `auto`, in this order; absent: all of `auths`. */
  autoAuths?: readonly string[];
  /** Per attempt. */
  timeoutMs: number;
  /** Attempts after the first. */
  retries: number;
}

export interface AuthQuestion {
  /** Device id, for people. */
  id: string;
  /** IP literal. */
  ip: string;
  snmpPort: number;
  /** Name of an entry under `auths:`, or `auto`. */
  auth: string;
  /** For `auto`: the one that answered last; null when none ever did. */
  authFound?: string | null;
}

/** A wrong community is met with silence, which must not cost much: there may be many to try. */
const LONGEST_TRY_MS = 2_000;

/**
 * Name of the credential that opens a device: its own, or for `auto` the one that answers. That which answered last is
 * tried first, with the usual retries; of the others each gets one request. Never one that is not configured.
 * @throws SnmpError auth or timeout when none answers; unreachable at once, for no credential helps there
 */
export async function chooseAuth(ground: AuthGround, device: AuthQuestion): Promise<string> {
  const { auths } = ground;
  if (device.auth !== AUTO_AUTH) {
    if (Object.hasOwn(auths, device.auth)) {
      return device.auth;
    }
    throw new SnmpError(
      'auth',
      `device ${device.id} names the auth ${JSON.stringify(device.auth)}, which is not under auths: in the configuration; known are ${Object.keys(auths).join(', ') || 'none'}`
    );
  }
  const allowed = (ground.autoAuths ?? Object.keys(auths)).filter((name) => Object.hasOwn(auths, name));
  const last = allowed.find((name) => name === device.authFound);
  const tried = last === undefined ? allowed : [last, ...allowed.filter((name) => name !== last)];
  let refused: SnmpError | undefined;
  let silent: SnmpError | undefined;
  for (const name of tried) {
    const failure = await ask(ground, device, name, name === last);
    if (failure === undefined) {
      return name;
    }
    if (failure.reason === 'unreachable') {
      throw failure;
    }
    if (failure.reason === 'timeout') {
      silent ??= failure;
    } else {
      refused ??= failure;
    }
  }
  const why = refused ?? silent;
  const count = tried.length === 1 ? 'the one credential' : `any of the ${tried.length} credentials`;
  throw new SnmpError(
    silent && !refused ? 'timeout' : 'auth',
    tried.length === 0
      ? `device ${device.id} has "auth: ${AUTO_AUTH}", and there is no credential to try: name some under auths:`
      : `device ${device.id} does not answer to ${count} that "auth: ${AUTO_AUTH}" tries (${tried.join(', ')}): ${why?.message}`,
    { cause: why }
  );
}

/** Undefined when the device answers to it. */
async function ask(
  { engine, auths, timeoutMs, retries }: AuthGround,
  { ip, snmpPort }: AuthQuestion,
  name: string,
  answeredLast: boolean
): Promise<SnmpError | undefined> {
  let session: SnmpSession | undefined;
  try {
    session = engine.open({
      address: ip,
      port: snmpPort,
      auth: auths[name] as SnmpAuth,
      timeoutMs: answeredLast ? timeoutMs : Math.min(timeoutMs, LONGEST_TRY_MS),
      retries: answeredLast ? retries : 0,
    });
    const values = await session.get([SYS_OBJECT_ID, SYS_UP_TIME]);
    return values.size > 0
      ? undefined
      : new SnmpError('auth', `${ip} answers to ${name} but shows it no system group (1.3.6.1.2.1.1)`);
  } catch (err) {
    if (err instanceof SnmpError) {
      return err;
    }
    throw err;
  } finally {
    session?.close();
  }
}
