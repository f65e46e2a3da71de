import type { ProbeAnswer, ProbeFailure } from '../model/probe';

/** What Node.js says of a connection that did not come about. */
const REASONS: Readonly<Record<string, ProbeFailure>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'refused',
  EPIPE: 'refused',
  ETIMEDOUT: 'timeout',
  // No way leads there: the same for whoever waits for an answer, whichever hop knew of none.
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EPROTO: 'tls',
};

/** Any other word of the system is this machine's own trouble (no descriptors left, a firewall that forbids sending). */
export function reasonOf(code: string | undefined): ProbeFailure {
  if (code === undefined) {
    return 'local';
  }
  if (code.startsWith('HPE_')) {
    return 'malformed';
  }
  if (/^ERR_(SSL|TLS)_/.test(code)) {
    return 'tls';
  }
  return REASONS[code] ?? 'local';
}

/** `what`: what was being asked of whom. */
export function failed(reason: ProbeFailure, what: string, found: string): ProbeAnswer {
  return { reason, detail: `${what}: ${found}` };
}

/** The answer that an error of the network is. */
export function failedBy(err: unknown, what: string): ProbeAnswer {
  const { code, message } = err as NodeJS.ErrnoException;
  return failed(reasonOf(code), what, code === undefined ? message : `${code} (${message})`);
}
