import { setTimeout as delay } from 'node:timers/promises';
import { PingRounds } from '../../../exporter/src/ping/rounds';
import { SocketDriver } from '../../../exporter/src/ping/socket';
import { quantile } from './load';

const INTERVAL_MS = 10_000;

/**
 * Round-trip times against a responder with a known delay: 5 echoes to each device every 10 s. Arguments: delay in
 * ms, seconds, how long the event loop is blocked at a time in ms (0 = never; else about five times a second), devices.
 * Prints quantiles of the error.
 */
async function main(delayMs: number, seconds: number, blockMs: number, devices: number): Promise<void> {
  const driver = await SocketDriver.open();
  const errors: number[] = [];
  let lost = 0;
  const rounds = new PingRounds({
    driver,
    plan: { count: 5, gapMs: 200, timeoutMs: 1000 },
    intervalMs: INTERVAL_MS,
    onRound: (_, { sent, rttsMs }) => {
      lost += sent - rttsMs.length;
      for (const rtt of rttsMs) {
        errors.push(Math.abs(rtt - delayMs));
      }
    },
  });
  rounds.setTargets(
    Array.from({ length: devices }, (_, i) => ({ id: `d${i}`, address: `10.78.${1 + (i >> 8)}.${i & 255}` }))
  );
  const blocking = blockMs > 0 ? setInterval(() => block(blockMs), 200) : undefined;
  rounds.start();
  await delay(seconds * 1000);
  await rounds.stop();
  clearInterval(blocking);
  await driver.close();
  const sorted = Float64Array.from(errors).sort();
  const [p50, p99, max] = [quantile(sorted, 0.5), quantile(sorted, 0.99), quantile(sorted, 1)];
  process.stdout.write(JSON.stringify({ echoes: sorted.length, lost, p50, p99, max }));
}

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

void main(Number(process.argv[2]), Number(process.argv[3]), Number(process.argv[4]), Number(process.argv[5]));
