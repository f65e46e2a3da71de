import type { Logger } from 'pino';
import type { Config } from '../config/config';
import { instantQuery } from '../history/instant-query';
import { holdsOf, readPastStates } from '../history/past-states';
import { Recall } from '../history/recall';
import type { DeviceSeries } from '../metrics/device-series';

/** Has the states of before `startedAtMs` (Unix ms) go on, where the configuration names a database that knows them. */
export function recallStates(
  { metrics, ping, snmp }: Config,
  startedAtMs: number,
  devices: DeviceSeries,
  log: Logger
): Recall | undefined {
  if (!metrics) {
    log.info('no metrics.url is configured: what began before this start will be shown as approximate');
    return undefined;
  }
  const holds = holdsOf({ pingMs: ping.intervalMs, snmpMs: snmp.intervalMs });
  const recall = new Recall({
    read: (signal) => readPastStates((query) => instantQuery(metrics, query, startedAtMs, signal), holds),
    take: async (past) => {
      await devices.recall(past);
      log.info(`${metrics.url} knows the states of ${past.size} devices from before this start`);
    },
    onFailure: (err) =>
      log.warn(`${err.message}; what began before this start is shown as approximate until it answers`),
    forMs: Math.max(holds.deviceMs, holds.interfaceMs),
  });
  recall.start();
  return recall;
}
