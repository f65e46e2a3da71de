/**
 * CPU and packets of one poll of the standard modules of a device: walked, against GETs of the instances that the walk
 * before found. Both take turns in one process, on the same agents. `npm run bench -- modules`
 */
import path from 'node:path';
import { ModuleCatalogue } from '../../../exporter/src/modules/catalogue';
import { snmpdMissing, snmpget, startSnmpd } from '../../integration/snmp-agents';
import { Agents, COMMUNITY } from '../agents/agents';
import { MeasuredProcess, OTHER_CPU, pin } from '../measured-process';
import { median } from '../ping/load';
import type { Order, Way } from './ours';

const RUNS = 5;
const WAYS = ['walk', 'get'] as const;
const MODULES = path.join(__dirname, '../../../exporter/modules');
const SNMP_IN_PKTS = '1.3.6.1.2.1.11.1.0';

/** Agents of one kind. */
interface Kind {
  name: string;
  /** By which its profile is chosen. */
  system: { sysObjectID: string; sysDescr: string };
  port: number;
  addresses: number;
  /** Polls of each turn. */
  devices: number;
  rounds: Record<Way, number>;
  compare: 'series' | 'values';
  goal: number;
  /** Packets that came so far; asking for them is one of these, or none. */
  requests(): Promise<number>;
  stop(): Promise<void>;
}

/** Small tables, each walk of them a packet or two: sending the one request is half of what is left. */
async function routers(): Promise<Kind> {
  const agents = await Agents.start(4, OTHER_CPU);
  return {
    name: 'router of MikroTik',
    system: { sysObjectID: '1.3.6.1.4.1.14988.1', sysDescr: 'RouterOS' },
    port: agents.port,
    addresses: 200,
    devices: 200,
    rounds: { walk: 1, get: 10 },
    compare: 'values',
    goal: 5,
    requests: async () => (await agents.counts()).requests,
    stop: () => agents.stop(),
  };
}

async function linux(): Promise<Kind> {
  const agent = await startSnmpd([`rocommunity ${COMMUNITY}`]);
  return {
    name: "Linux with Debian's snmpd",
    system: { sysObjectID: '1.3.6.1.4.1.8072.3.2.10', sysDescr: 'Linux' },
    port: agent.port,
    addresses: 1,
    devices: 20,
    rounds: { walk: 2, get: 20 },
    // Its memory and load never rest.
    compare: 'series',
    goal: 8,
    requests: async () => Number((await snmpget(agent.port, COMMUNITY, [SNMP_IN_PKTS])).get(SNMP_IN_PKTS)),
    stop: () => agent.stop(),
  };
}

interface Cost {
  micros: number[];
  packets: number;
  samples: number;
}

function standardModules({ system }: Kind): string[] {
  const { modules } = ModuleCatalogue.shipped().profileFor(system);
  return modules.filter(({ tier }) => tier === 'standard').map(({ module }) => module.name);
}

async function measure(kind: Kind): Promise<Record<Way, Cost>> {
  const costs: Record<Way, Cost> = {
    walk: { micros: [], packets: 0, samples: 0 },
    get: { micros: [], packets: 0, samples: 0 },
  };
  const args = [kind.port, kind.addresses, kind.devices, MODULES, ...standardModules(kind)];
  const ours = await MeasuredProcess.start<Order>(require.resolve('./ours.ts'), args);
  try {
    let before = await kind.requests();
    for (let run = 0; run <= RUNS; run += 1) {
      for (const way of WAYS) {
        const { micros, samples } = await ours.ask<{ micros: number; samples: number }>({
          poll: kind.rounds[way],
          way,
        });
        const polls = kind.rounds[way] * kind.devices;
        // The first is for the compilers to warm up.
        if (run > 0) {
          costs[way].micros.push(micros / polls);
        }
        const requests = await kind.requests();
        costs[way].packets = (requests - before) / polls;
        costs[way].samples = samples;
        before = requests;
      }
    }
    await ours.ask({ compare: kind.compare });
  } finally {
    ours.stop();
  }
  return costs;
}

function report({ name, goal }: Kind, costs: Record<Way, Cost>): void {
  console.log(`one poll of the standard modules of a ${name}, min / median / max of ${RUNS} turns`);
  for (const way of WAYS) {
    const { micros, packets, samples } = costs[way];
    const show = [Math.min(...micros), median(micros), Math.max(...micros)]
      .map((value) => value.toFixed(0))
      .join(' / ');
    console.log(`  ${way.padEnd(4)} ${show} µs of CPU, ${packets.toFixed(1)} packets, ${samples} samples`);
  }
  const ratio = median(costs.walk.micros) / median(costs.get.micros);
  console.log(`  the same samples; ratio 1/${ratio.toFixed(1)}, goal 1/${goal}: ${ratio >= goal ? 'met' : 'MISSED'}`);
  if (ratio < goal) {
    process.exitCode = 1;
  }
}

async function main(): Promise<void> {
  pin(OTHER_CPU);
  const missing = snmpdMissing();
  if (missing) {
    console.log(`Debian's snmpd ${missing}`);
  }
  for (const start of missing ? [routers] : [routers, linux]) {
    const kind = await start();
    try {
      report(kind, await measure(kind));
    } finally {
      await kind.stop();
    }
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
