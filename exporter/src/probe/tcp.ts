import { connect } from 'node:net';
import type { ProbeAnswer } from '../model/probe';
import { failedBy } from './failure';

/** Opens a connection and closes it. Rejects with the reason of the signal when that comes first. */
export function askTcp(address: string, port: number, signal: AbortSignal): Promise<ProbeAnswer> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const socket = connect({ host: address, port });
    const giveUp = () => {
      socket.destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    const end = (answer: ProbeAnswer) => {
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end({ reason: null, detail: '', durationMs: performance.now() - started }));
    socket.on('error', (err) => end(failedBy(err, `connect to ${address} port ${port}`)));
  });
}
