/**
 * Today's fleet at its true pace: 877 devices with 5,000 interfaces each 60 s, then with one device in ten silent, slow
 * (3 s an answer) or malformed. `npm run bench -- fleet`; takes ten minutes.
 */
import { strikeOneInTen, tellPhase } from '../../integration/fleet/one-in-ten';
import { PolledFleet } from '../../integration/fleet/polled-fleet';

const INTERVALS = 3;
const LAG_P99_MS = 1000;
/** By how much the intervals of healthy devices may be worse with the sick ones among them. */
const WORSE_MS = 50;

async function main(): Promise<void> {
  const size = { devices: 877, interfaces: 5000, intervalMs: 60_000, timeoutMs: 3000, retries: 1 };
  const fleet = await PolledFleet.start(size);
  try {
    const { before, after, struck } = await strikeOneInTen(fleet, INTERVALS);
    console.log(tellPhase('healthy', before));
    console.log(tellPhase(`${struck} sick`, after));
    check(`p99 of the lag below ${LAG_P99_MS} ms in both`, Math.max(before.lagP99, after.lagP99) < LAG_P99_MS);
    check(`intervals of the others unchanged within ${WORSE_MS} ms`, after.offP99 <= before.offP99 + WORSE_MS);
    check('every healthy device answered in each interval', Math.min(before.fewest, after.fewest) >= INTERVALS - 1);
  } finally {
    await fleet.stop();
  }
}

function check(what: string, holds: boolean): void {
  console.log(`${holds ? 'met   ' : 'MISSED'} ${what}`);
  if (!holds) {
    process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
