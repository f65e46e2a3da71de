import type { Probe, ProbeAnswer } from '../model/probe';
import type { EchoPlan, PingDriver } from '../ping/driver';
import type { Names } from '../ping/names';
import { askDns } from './dns';
import { failed, failedBy } from './failure';
import { askHttp } from './http';
import { askIcmp } from './icmp';
import { askTcp } from './tcp';

/** With what probes are asked. */
export interface ProbeMeans {
  driver: PingDriver;
  names: Names;
  echoes: Pick<EchoPlan, 'count' | 'gapMs'>;
}

/**
 * Asks a probe once. Never rejects: every trouble is an answer. The signal ends it; its reason is then either the timeout
 * or the end of the program.
 */
export async function askProbe(probe: Probe, means: ProbeMeans, signal: AbortSignal): Promise<ProbeAnswer> {
  const { question, timeoutMs } = probe;
  let address: string;
  try {
    address = await unlessAborted(means.names.resolve(question.host), signal);
  } catch (err) {
    return failed('lookup', `probe ${probe.name}`, (err as Error).message);
  }
  try {
    switch (question.type) {
      case 'icmp':
        return await askIcmp(address, { ...means.echoes, timeoutMs }, means.driver);
      case 'tcp':
        return await askTcp(address, question.port, signal);
      case 'http':
        return await askHttp(
          { url: new URL(question.url), shown: probe.target, status: question.status, address },
          signal
        );
      case 'dns':
        return await askDns(address, question.port, question.query, timeoutMs, signal);
    }
  } catch (err) {
    const what = `probe ${probe.name} (${probe.target})`;
    return signal.aborted && err === signal.reason
      ? failed('timeout', what, `no answer within ${timeoutMs} ms`)
      : failedBy(err, what);
  }
}

function unlessAborted<T>(value: T | Promise<T>, signal: AbortSignal): T | Promise<T> {
  if (!(value instanceof Promise)) {
    return value;
  }
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error('its name was not resolved in time'));
    signal.addEventListener('abort', abort, { once: true });
    value.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
