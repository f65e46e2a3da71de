import { setTimeout as delay } from 'node:timers/promises';
import { PingRounds } from '../../../exporter/src/ping/rounds';
import { SocketDriver } from '../../../exporter/src/ping/socket';

const INTERVAL_MS = 10_000;

/**
 * 5 echoes to each device every 10 s. Arguments: seconds, how long the event loop is blocked at a time in ms (0 = never;
 * else about five times a second), devices. Prints the round-trip times of each address in ms, in the order of the
 * echoes; null for an address of which an echo was lost, because what came after it can no longer be told apart.
 */
async function main(seconds: number, blockMs: number, devices: number): Promise<void> {
  const driver = await SocketDriver.open();
  const times: Record<string, number[] | null> = {};
  const rounds = new PingRounds({
    driver,
    plan: { count: 5, gapMs: 200, timeoutMs: 1000 },
    intervalMs: INTERVAL_MS,
    onRound: (address, { sent, rttsMs }) => {
      const before = times[address] === undefined ? [] : times[address];
      times[address] = sent > rttsMs.length ? null : before && [...before, ...rttsMs];
    },
  });
  const addresses = Array.from({ length: devices }, (_, i) => `10.78.${1 + (i >> 8)}.${i & 255}`);
  rounds.setTargets(addresses.map((address) => ({ id: address, address })));
  const blocking = blockMs > 0 ? setInterval(() => block(blockMs), 200) : undefined;
  rounds.start();
  await delay(seconds * 1000);
  await rounds.stop();
  clearInterval(blocking);
  await driver.close();
  process.stdout.write(JSON.stringify(times));
}

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

void main(Number(process.argv[2]), Number(process.argv[3]), Number(process.argv[4]));
