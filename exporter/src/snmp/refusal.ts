import { createSocket } from 'node:dgram';
import { renderGet } from './fast/request';
import type { SnmpEndpoint } from './session';
import { SYS_UP_TIME } from './system';
import { renderDiscovery } from './v3/request';

/** How long a refusal may take: ICMP comes back as fast as an answer would. */
const WAIT_MS = 500;

/** A fleet that falls silent at once must not take every file descriptor. */
const MAX_AT_ONCE = 64;
let running = 0;

function probePacket({ auth }: SnmpEndpoint): Buffer {
  return auth.version === 3
    ? renderDiscovery().packet
    : renderGet(auth.community, [SYS_UP_TIME], auth.version === 1 ? 0 : 1).packet;
}

/**
 * Asks the system whether packets to the agent are refused (ICMP port or host unreachable). Linux reports that only to
 * a connected socket, which the shared one cannot be.
 * @returns the system's error code, null when nothing was heard
 */
export function refusesPackets(
  endpoint: SnmpEndpoint,
  transport: 'udp4' | 'udp6',
  signal: AbortSignal
): Promise<string | null> {
  if (running >= MAX_AT_ONCE) {
    return Promise.resolve(null);
  }
  running += 1;
  return new Promise((resolve) => {
    const socket = createSocket(transport);
    let finished = false;
    const finish = (code: string | null) => {
      if (finished) {
        return;
      }
      finished = true;
      running -= 1;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners('error');
      // An error that arrives while closing has nobody left to tell.
      socket.on('error', () => undefined);
      try {
        socket.close();
      } catch {
        // It failed before it was bound.
      }
      resolve(code);
    };
    const onAbort = () => finish(null);
    const timer = setTimeout(finish, WAIT_MS, null);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? null));
    socket.connect(endpoint.port, endpoint.address, () => {
      if (finished) {
        return;
      }
      socket.send(probePacket(endpoint), (error) => {
        if (error) {
          finish((error as NodeJS.ErrnoException).code ?? null);
        }
      });
    });
  });
}
