import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { ProbeAnswer } from '../model/probe';
import { failed, failedBy } from './failure';

export interface HttpQuestion {
  url: URL;
  /** For people: without what may be secret in the address. */
  shown: string;
  /** The only right status; null: any 2xx. */
  status: number | null;
  /** Where the host of the URL is. */
  address: string;
  /** Authorities to trust instead of the system's, PEM. */
  ca?: string;
}

/**
 * One GET on a connection of its own; the time is that until the head of the answer. Redirections are not followed: a
 * login page that a provider puts in the way must not look like the internet. Rejects with the reason of the signal.
 */
export function askHttp({ url, shown, status, address, ca }: HttpQuestion, signal: AbortSignal): Promise<ProbeAnswer> {
  return new Promise((resolve, reject) => {
    const what = `GET ${shown}`;
    const started = performance.now();
    let certExpiryMs: number | undefined;
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      agent: false,
      headers: { 'user-agent': 'isp-exporter', accept: '*/*' },
      lookup: fixed(address),
      // The certificate is judged below: when it is not valid, its expiry must still be told.
      rejectUnauthorized: false,
      ...(ca !== undefined && { ca }),
    });
    const giveUp = () => {
      request.destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    const end = (answer: ProbeAnswer) => {
      signal.removeEventListener('abort', giveUp);
      request.destroy();
      resolve({ ...answer, ...(certExpiryMs !== undefined && { certExpiryMs }) });
    };
    request.once('socket', (socket) =>
      socket.once('secureConnect', () => {
        const tls = socket as TLSSocket;
        certExpiryMs = earliestExpiry(tls.getPeerCertificate(true));
        if (!tls.authorized) {
          end(failed('tls', what, `the certificate is not valid: ${String(tls.authorizationError)}`));
        }
      })
    );
    request.on('response', (response) => {
      const found = response.statusCode!;
      const facts = { durationMs: performance.now() - started, httpStatus: found };
      const right = status === null ? found >= 200 && found < 300 : found === status;
      const wanted = status === null ? 'a status from 200 to 299' : `status ${status}`;
      end({
        ...(right ? { reason: null, detail: '' } : failed('status', what, `status ${found}; ${wanted} would be right`)),
        ...facts,
      });
    });
    request.on('error', (err) => end(failedBy(err, what)));
    request.end();
  });
}

/** Addresses are looked up, kept and renewed elsewhere. */
function fixed(address: string): LookupFunction {
  const family = isIP(address);
  return (_host, options, callback) =>
    options.all ? callback(null, [{ address, family }]) : callback(null, address, family);
}

/** Unix ms; undefined when the peer showed no certificate. A root names itself as its issuer. */
function earliestExpiry(leaf: DetailedPeerCertificate): number | undefined {
  let earliest: number | undefined;
  for (let cert: DetailedPeerCertificate | undefined = leaf; cert?.valid_to; cert = cert.issuerCertificate) {
    earliest = Math.min(earliest ?? Infinity, Date.parse(cert.valid_to));
    if (cert.issuerCertificate === cert) {
      break;
    }
  }
  return earliest;
}
