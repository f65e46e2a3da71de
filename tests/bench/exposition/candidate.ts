/** One side of the bench as a process of its own, so that neither pays for the other's heap: takes orders by IPC. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { Gauge, Registry } from 'prom-client';
import { EVERYTHING, writeExposition } from '../../../exporter/src/metrics/exposition';
import { FAMILIES } from '../../../exporter/src/metrics/families';
import { SeriesStore } from '../../../exporter/src/metrics/store';
import { fleet, TIMESTAMP, valueOf } from './fleet';

export type Order = { set: number } | { watch: true } | { unwatch: true };
export type Answer = { url: string } | { cpu: number; p99: number; max: number } | { cpu: number } | { watching: true };

const [kind, devices] = process.argv.slice(2);
const series = [...fleet(Number(devices))];
const families = series.map(({ family }) => family);
const values = new Float64Array(series.length);

interface Candidate {
  set(pass: number): void;
  handler: RequestListener;
}

function store(): Candidate {
  const target = new SeriesStore();
  const ids = Int32Array.from(series, ({ family, deviceId, labels }) => target.add(family.name, deviceId, labels));
  const timestamped = families.map((family) => family.type === 'counter');
  // Only the bench needs them: half a million objects less for its garbage collector to look at.
  series.length = 0;
  return {
    set: (pass) => {
      const time = TIMESTAMP + pass;
      for (let n = 0; n < ids.length; n++) {
        target.set(ids[n]!, values[n]!, timestamped[n] ? time : undefined);
      }
    },
    handler: (_req, res) => {
      void writeExposition(target, FAMILIES, EVERYTHING, res).then(() => res.end());
    },
  };
}

/** prom-client's Counter cannot be set, so every family is a gauge there, and nothing has a timestamp. */
function promClient(): Candidate {
  const registry = new Registry();
  const gauges = new Map<string, Gauge>();
  const gaugeOf = series.map(({ family: { name, help }, labels }) => {
    const gauge = gauges.get(name) ?? new Gauge({ name, help, labelNames: Object.keys(labels), registers: [registry] });
    gauges.set(name, gauge);
    return gauge;
  });
  return {
    set: () => {
      for (let n = 0; n < series.length; n++) {
        gaugeOf[n]!.set(series[n]!.labels, values[n]!);
      }
    },
    handler: (_req, res) => {
      void registry.metrics().then((text) => res.end(text));
    },
  };
}

const candidate = kind === 'store' ? store() : promClient();
let delay: IntervalHistogram;
let started = process.cpuUsage();

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
};

process.on('message', (order: Order) => {
  if ('set' in order) {
    families.forEach((family, n) => (values[n] = valueOf(family, n, order.set)));
    started = process.cpuUsage();
    candidate.set(order.set);
    process.send!({ cpu: cpuSeconds() } satisfies Answer);
  } else if ('watch' in order) {
    delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    // The first interval of the histogram has no beginning: it must be over before the work starts.
    setTimeout(() => {
      started = process.cpuUsage();
      process.send!({ watching: true } satisfies Answer);
    }, 100);
  } else {
    const cpu = cpuSeconds();
    // Let the timer of the histogram come once more: a block that has just ended is counted then.
    setTimeout(() => {
      delay.disable();
      process.send!({ cpu, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 } satisfies Answer);
    }, 20);
  }
});

// Nobody is there any more who could tell it to end.
process.on('disconnect', () => process.exit(1));

const server = createServer(candidate.handler);
server.listen(0, '127.0.0.1', () => {
  process.send!({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics` } satisfies Answer);
});
