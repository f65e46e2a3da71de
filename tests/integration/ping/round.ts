import { FpingDriver } from '../../../exporter/src/ping/fping';
import type { EchoOutcome, EchoPlan } from '../../../exporter/src/ping/driver';
import { SocketDriver } from '../../../exporter/src/ping/socket';

/**
 * One round in a process of its own, so that it can run in another network namespace and as another user. Arguments:
 * driver kind (dgram, raw, fping), JSON plan, addresses. With `blockMs` in the plan the event loop is blocked that long,
 * again and again, half of the time. Prints what came out as JSON, or the reason why not.
 */
async function main([kind, plan, ...addresses]: string[]): Promise<void> {
  const driver = kind === 'fping' ? await FpingDriver.open() : await SocketDriver.open([kind as 'dgram' | 'raw']);
  const outcomes: EchoOutcome[] = [];
  const { blockMs, ...echoes } = JSON.parse(plan!) as EchoPlan & { blockMs?: number };
  const blocking = blockMs === undefined ? undefined : setInterval(() => block(blockMs), 2 * blockMs);
  await driver.round(addresses, echoes, (index, outcome) => (outcomes[index] = outcome));
  clearInterval(blocking);
  const counters = driver instanceof SocketDriver ? driver.counters : null;
  await driver.close();
  process.stdout.write(JSON.stringify({ description: driver.description, outcomes, counters, uid: process.getuid!() }));
}

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

main(process.argv.slice(2)).catch((err: Error) => {
  process.stdout.write(JSON.stringify({ error: err.message }));
});
