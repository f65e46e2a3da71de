import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { DeviceSeries } from '../metrics/device-series';
import type { OwnMetrics } from '../metrics/own';
import type { ProbeSeries } from '../metrics/probe-series';
import { STATES } from '../model/state';
import { queryOf } from './metrics-route';
import type { Readiness } from './readiness';
import { statusHint } from './status-hint';

/** Devices written between two turns of the event loop. */
const BATCH = 200;

const schema = z.strictObject(
  {
    state: z.enum(STATES, { error: `state must be one of ${STATES.join(', ')}` }).optional(),
    device: z.string().min(1, { error: 'device must be a device_id or a name' }).optional(),
  },
  { error: 'the parameters are state and device' }
);

export interface StatusOptions {
  version: string;
  devices: DeviceSeries;
  probes: Pick<ProbeSeries, 'status'>;
  own: OwnMetrics;
  readiness: Readiness;
  /** Unix ms. */
  clock?: () => number;
}

/** `/status[?state=down][&device=ID or name]`: what the exporter knows of its devices, for people and scripts. */
export function statusRoute({
  version,
  devices,
  probes,
  own,
  readiness,
  clock = Date.now,
}: StatusOptions): RequestHandler {
  return async (req, res) => {
    const query = schema.safeParse(Object.fromEntries(queryOf(req)));
    if (!query.success) {
      res.status(400).json({ error: query.error.issues.map((issue) => issue.message).join('; ') });
      return;
    }
    const { state, device } = query.data;
    const now = clock() / 1000;
    const lag = own.lag();
    const head = {
      version,
      now,
      ready: readiness.notReady() === null,
      not_ready_because: readiness.notReady(),
      lag: {
        event_loop_p50_seconds: lag.eventLoop.p50,
        event_loop_p99_seconds: lag.eventLoop.p99,
        event_loop_max_seconds: lag.eventLoop.max,
        snmp_schedule_seconds: lag.schedule,
      },
      devices_by_state: devices.countByState(),
      probes: probes.status(),
    };
    res.type('json');
    res.write(`${JSON.stringify(head).slice(0, -1)},"devices":[`);
    const age = (at: number | null) => (at === null ? null : Math.max(0, Math.round((now - at) * 1000) / 1000));
    let separator = '\n';
    let batch = '';
    let inBatch = 0;
    for (const { ping, snmp, modules, ...rest } of devices.status()) {
      if ((state && rest.state !== state) || (device && rest.device_id !== device && rest.name !== device)) {
        continue;
      }
      batch += separator;
      batch += JSON.stringify({
        ...rest,
        ping: ping && { ...ping, age_seconds: age(ping.last_reply) },
        snmp: snmp && { ...snmp, age_seconds: age(snmp.last_answer) },
        modules: modules && { ...modules, age_seconds: age(modules.last_answer) },
        hint: statusHint({ state: rest.state, ping, snmp }),
      });
      separator = ',\n';
      if (++inBatch === BATCH) {
        res.write(batch);
        batch = '';
        inBatch = 0;
        await new Promise((resolve) => setImmediate(resolve));
        if (res.destroyed) {
          return;
        }
      }
    }
    res.end(`${batch}\n]}\n`);
  };
}
