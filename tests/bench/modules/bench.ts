/**
 * CPU and packets of one poll of a router's standard modules: walked, against GETs of the instances that the walk before
 * found. Both sides take turns in one process, on the same agents. `npm run bench -- modules`
 */
import path from 'node:path';
import { ModuleCatalogue } from '../../../exporter/src/modules/catalogue';
import { Agents } from '../agents/agents';
import { MeasuredProcess, OTHER_CPU, pin } from '../measured-process';
import { median } from '../ping/load';
import type { Order, Way } from './ours';

const RUNS = 5;
const DEVICES = 200;
const ROUNDS = { walk: 1, get: 10 };
const WAYS = ['walk', 'get'] as const;
const GOAL = 8;
const MIKROTIK = '1.3.6.1.4.1.14988.1';
const MODULES = path.join(__dirname, '../../../exporter/modules');

interface Cost {
  micros: number[];
  packets: number;
  samples: number;
}

/** Of what the agents are. */
function standardModules(): string[] {
  const { modules } = ModuleCatalogue.shipped().profileFor({ sysObjectID: MIKROTIK, sysDescr: '' });
  return modules.filter(({ tier }) => tier === 'standard').map(({ module }) => module.name);
}

async function main(): Promise<void> {
  pin(OTHER_CPU);
  const agents = await Agents.start(4, OTHER_CPU);
  const costs: Record<Way, Cost> = {
    walk: { micros: [], packets: 0, samples: 0 },
    get: { micros: [], packets: 0, samples: 0 },
  };
  let ours: MeasuredProcess<Order> | null = null;
  try {
    ours = await MeasuredProcess.start<Order>(require.resolve('./ours.ts'), [
      ...[agents.port, DEVICES, MODULES],
      ...standardModules(),
    ]);
    let before = (await agents.counts()).requests;
    for (let run = 0; run <= RUNS; run += 1) {
      for (const way of WAYS) {
        const { micros, samples } = await ours.ask<{ micros: number; samples: number }>({ poll: ROUNDS[way], way });
        const polls = ROUNDS[way] * DEVICES;
        // The first is for the compilers to warm up.
        if (run > 0) {
          costs[way].micros.push(micros / polls);
        }
        const { requests } = await agents.counts();
        costs[way].packets = (requests - before) / polls;
        before = requests;
        costs[way].samples = samples;
      }
    }
    await ours.ask({ compare: true });
  } finally {
    ours?.stop();
    await agents.stop();
  }
  console.log(`one poll of the standard modules of a router, min / median / max of ${RUNS} turns`);
  for (const way of WAYS) {
    const { micros, packets, samples } = costs[way];
    const show = [Math.min(...micros), median(micros), Math.max(...micros)]
      .map((value) => value.toFixed(0))
      .join(' / ');
    console.log(`  ${way.padEnd(4)} ${show} µs of CPU, ${packets.toFixed(1)} packets, ${samples} samples`);
  }
  const ratio = median(costs.walk.micros) / median(costs.get.micros);
  console.log(`  the same samples; ratio 1/${ratio.toFixed(1)}, goal 1/${GOAL}: ${ratio >= GOAL ? 'met' : 'MISSED'}`);
  if (ratio < GOAL) {
    process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
