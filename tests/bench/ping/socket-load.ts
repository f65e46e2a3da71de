import { setTimeout as delay } from 'node:timers/promises';
import type { EchoPlan } from '../../../exporter/src/ping/driver';
import { PingRounds } from '../../../exporter/src/ping/rounds';
import { SocketDriver } from '../../../exporter/src/ping/socket';
import { loopbackTargets, reportLoad } from './load';

/**
 * A process of its own, so that its CPU time is that of pinging alone: rounds to that many loopback addresses, paced as
 * in production. The first interval warms up (the compiler's work belongs to the start and not to an echo); the
 * intervals after it are measured. Arguments: targets, interval in ms, measured intervals.
 */
async function main(targets: number, intervalMs: number, intervals: number): Promise<void> {
  const driver = await SocketDriver.open();
  const plan: EchoPlan = { count: 5, gapMs: 200, timeoutMs: 1000 };
  const rounds = new PingRounds({ driver, plan, intervalMs, onRound: () => undefined });
  rounds.setTargets(loopbackTargets(targets).map((address) => ({ id: address, address })));
  rounds.start();
  await delay(intervalMs);
  const cpuBefore = process.cpuUsage();
  const before = driver.counters;
  const start = performance.now();
  await delay(intervals * intervalMs);
  const cpu = process.cpuUsage(cpuBefore);
  const after = driver.counters;
  const wallMs = performance.now() - start;
  await rounds.stop();
  const { sent, replies } = driver.counters;
  if (replies !== sent) {
    throw new Error(`${sent - replies} of ${sent} echoes to loopback addresses were lost: ${JSON.stringify(after)}`);
  }
  reportLoad({ cpuUs: cpu.user + cpu.system, echoes: after.sent - before.sent, wallMs, way: driver.description });
  await driver.close();
}

void main(Number(process.argv[2]), Number(process.argv[3]), Number(process.argv[4]));
