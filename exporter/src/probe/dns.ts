import { Resolver } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import type { ProbeAnswer, ProbeFailure } from '../model/probe';
import { failed, reasonOf } from './failure';

/** Words of the resolver that are no answer, or none that can be read; all others are response codes of the server. */
const NO_ANSWER: Readonly<Record<string, ProbeFailure>> = { ETIMEOUT: 'timeout', EBADRESP: 'malformed' };
/** RFC 1035 section 4.1.1 response codes, as the resolver calls them: the server answers, but not with what was asked for. */
const RESPONSE_CODES = new Set(['EFORMERR', 'ESERVFAIL', 'ENOTFOUND', 'ENOTIMP', 'EREFUSED']);

/** Asks a name server for the IPv4 addresses of a name, once. Rejects with the reason of the signal. */
export async function askDns(
  address: string,
  port: number,
  query: string,
  timeoutMs: number,
  signal: AbortSignal
): Promise<ProbeAnswer> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  resolver.setServers([`${isIPv6(address) ? `[${address}]` : address}:${port}`]);
  const giveUp = () => resolver.cancel();
  signal.addEventListener('abort', giveUp, { once: true });
  const started = performance.now();
  const facts = () => ({ durationMs: performance.now() - started });
  try {
    await resolver.resolve4(query);
    return { reason: null, detail: '', ...facts() };
  } catch (err) {
    signal.throwIfAborted();
    const code = (err as NodeJS.ErrnoException).code ?? '';
    const what = `ask name server ${address} port ${port} for "${query}"`;
    if (code === 'ENODATA') {
      // No error: the name exists and has no IPv4 address.
      return { reason: null, detail: '', ...facts() };
    }
    return RESPONSE_CODES.has(code)
      ? { ...failed('status', what, `it answered ${code.slice(1)}; an address would be right`), ...facts() }
      : failed(NO_ANSWER[code] ?? reasonOf(code), what, code);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
