/**
 * CPU of one SNMPv3 poll of 44 cells under SHA and AES-128: ours against the npm package net-snmp, on the same agent,
 * in turns of one run. `npm run bench -- v3`
 */
import { MeasuredProcess, OTHER_CPU, pin } from '../measured-process';
import { median } from '../ping/load';
import type { Order } from './cells';

const RUNS = 5;
const POLLS = 100;
const GOAL = 3;

async function cost(side: MeasuredProcess<Order>): Promise<number> {
  await side.ask({ cpu: true });
  const { polls } = await side.ask<{ polls: number }>({ polls: POLLS });
  return (await side.ask<{ cpu: number }>({ cpu: true })).cpu / polls;
}

async function main(): Promise<void> {
  pin(OTHER_CPU);
  const agent = await MeasuredProcess.start<object>(require.resolve('./agent.ts'), [], OTHER_CPU);
  const { port } = await agent.ask<{ port: number }>({});
  const sides = {
    ours: await MeasuredProcess.start<Order>(require.resolve('./ours.ts'), [port]),
    theirs: await MeasuredProcess.start<Order>(require.resolve('./net-snmp.ts'), [port]),
  };
  const costs = { ours: [] as number[], theirs: [] as number[] };
  try {
    for (let run = 0; run <= RUNS; run += 1) {
      for (const side of ['ours', 'theirs'] as const) {
        const micros = await cost(sides[side]);
        // The first is for the compilers to warm up.
        if (run > 0) {
          costs[side].push(micros);
        }
      }
    }
  } finally {
    [agent, sides.ours, sides.theirs].forEach((one) => one.stop());
  }
  const ratio = median(costs.theirs) / median(costs.ours);
  const show = (values: readonly number[]) =>
    [Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(1)).join(' / ');
  console.log(`CPU µs per SNMPv3 poll of 44 cells, authPriv, min / median / max of ${RUNS} turns`);
  console.log(`  ours ${show(costs.ours)}   net-snmp ${show(costs.theirs)}`);
  console.log(`  ratio of the medians 1/${ratio.toFixed(1)}, goal 1/${GOAL}: ${ratio >= GOAL ? 'met' : 'MISSED'}`);
  if (ratio < GOAL) {
    process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
