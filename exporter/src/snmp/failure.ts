import { RequestFailedError, RequestTimedOutError, ResponseInvalidCode, ResponseInvalidError } from 'net-snmp';
import { SnmpError, type SnmpEndpoint } from './session';
import { CAUSES } from './v3/report';

/** Error status of an answer (RFC 3416 section 3). */
export const ERROR_STATUS = { tooBig: 1, noSuchName: 2, noAccess: 6, authorizationError: 16 } as const;

const STATUS_NAMES: Record<number, string> = {
  1: 'tooBig',
  2: 'noSuchName',
  3: 'badValue',
  4: 'readOnly',
  5: 'genErr',
  6: 'noAccess',
  13: 'resourceUnavailable',
  16: 'authorizationError',
};

/** The agent answered with an error status instead of values. */
export class AgentError extends SnmpError {
  constructor(
    readonly status: number,
    /** The OID that the error index points at; undefined when it points nowhere. */
    readonly oid: string | undefined,
    endpoint: Pick<SnmpEndpoint, 'address' | 'port'>
  ) {
    const name = STATUS_NAMES[status] ?? `error status ${status}`;
    super(reasonOfStatus(status), `${where(endpoint)} answered ${name}${oid === undefined ? '' : ` for ${oid}`}`);
    this.name = 'AgentError';
  }
}

/** The agent took the user for who it is, and does not let it read this. */
export function isRefusal(status: number): boolean {
  return status === ERROR_STATUS.noAccess || status === ERROR_STATUS.authorizationError;
}

/** The agent has another clock or engine id than we asked with: it restarted, or is another one. */
export class OutOfStepError extends SnmpError {
  constructor(message: string) {
    super('auth', message);
    this.name = 'OutOfStepError';
  }
}

function reasonOfStatus(status: number): SnmpError['reason'] {
  if (status === ERROR_STATUS.noSuchName) {
    return 'no_such_object';
  }
  return isRefusal(status) ? 'auth' : 'malformed';
}

/** System errors that say: no packet gets there. */
const UNREACHABLE = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EADDRNOTAVAIL']);

/**
 * What net-snmp or the system reports, as our error. The texts of net-snmp are not passed on: some quote the community
 * or digests, and its error objects carry the user with both keys.
 */
export function failureOf(error: unknown, endpoint: SnmpEndpoint): SnmpError {
  if (error instanceof SnmpError) {
    return error;
  }
  if (error instanceof RequestTimedOutError) {
    return timeoutOf(endpoint);
  }
  if (error instanceof RequestFailedError) {
    return new AgentError(error.status, /: ([\d.]+)$/.exec(error.message)?.[1], endpoint);
  }
  if (error instanceof ResponseInvalidError) {
    return invalidAnswer(error, endpoint);
  }
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code !== undefined && UNREACHABLE.has(code)) {
    return new SnmpError('unreachable', `no way to ${where(endpoint)}: ${code}`);
  }
  if (code?.startsWith('ERR_OSSL') || code?.startsWith('ERR_CRYPTO')) {
    return new SnmpError('auth', `cannot secure a request to ${where(endpoint)}: this system's OpenSSL says ${code}`);
  }
  if (code !== undefined && /^E[A-Z0-9]+$/.test(code)) {
    return new SnmpError('unreachable', `cannot send to ${where(endpoint)}: ${code}`);
  }
  return noMessageOf(endpoint);
}

export function noMessageOf(endpoint: SnmpEndpoint): SnmpError {
  return new SnmpError('malformed', `${where(endpoint)} sent an answer that is no SNMP message`);
}

export function timeoutOf(endpoint: SnmpEndpoint): SnmpError {
  const attempts = endpoint.retries + 1;
  const asked = `${attempts} ${attempts === 1 ? 'request' : 'requests'} of ${endpoint.timeoutMs} ms each`;
  return new SnmpError('timeout', `no answer from ${where(endpoint)} to ${asked}`);
}

function invalidAnswer(error: ResponseInvalidError, endpoint: SnmpEndpoint): SnmpError {
  const at = where(endpoint);
  switch (error.code) {
    case ResponseInvalidCode.ECouldNotDecrypt:
      return new SnmpError('auth', `${at} sent an answer that the privacy password does not decrypt`);
    case ResponseInvalidCode.EAuthFailure:
      return refusedUser(error.message, at);
    case ResponseInvalidCode.ENotInTimeWindow:
      return new OutOfStepError(`${at} answered outside the SNMPv3 time window: its engine time jumped`);
    case ResponseInvalidCode.EUnexpectedReport:
      return new SnmpError('auth', `${at} answered with an SNMPv3 report instead of values`);
    case ResponseInvalidCode.ECommunityNoMatch:
      return new SnmpError('malformed', `${at} answered with another community than it was asked with`);
    case ResponseInvalidCode.EReqResOidNoMatch:
      return new SnmpError('malformed', `${at} answered with another number of values than it was asked for`);
    default:
      return new SnmpError('malformed', `${at} sent an answer that does not fit the request`);
  }
}

function refusedUser(text: string, at: string): SnmpError {
  const cause = CAUSES.find(({ library }) => library !== undefined && text.startsWith(library));
  const said = cause?.text ?? 'its answer does not carry a valid digest for the password';
  const message = `${at} refused the SNMPv3 user: ${said}`;
  return cause === undefined || cause.kind === 'refused' ? new SnmpError('auth', message) : new OutOfStepError(message);
}

export function where(endpoint: Pick<SnmpEndpoint, 'address' | 'port'>): string {
  return endpoint.address.includes(':')
    ? `[${endpoint.address}]:${endpoint.port}`
    : `${endpoint.address}:${endpoint.port}`;
}
