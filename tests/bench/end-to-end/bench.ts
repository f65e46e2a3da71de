/**
 * The built exporter as it runs for an operator: 10,000 devices with 4 interfaces, 5 echoes each 10 s, SNMP each 60 s,
 * scraped as by vmagent. `npm run bench -- end-to-end`; alone with arguments:
 * `npx tsx tests/bench/end-to-end/bench.ts [--devices 100000] [--minutes 10] [--device-modules]`
 * BENCH_NODE_OPTIONS become the exporter's NODE_OPTIONS.
 */
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../../integration/provisioning/programs';
import { build, Ground } from '../../integration/programs/program';
import { Agents, COMMUNITY, type AgentCounts } from '../agents/agents';
import { checkCounters } from '../agents/counters';
import { OTHER_CPU } from '../measured-process';
import { loopbackFleet } from '../poll/fleet';
import { open } from '../exposition/verify';
import { Inventory } from './inventory';
import { peerCosts, type PeerCosts } from './peers';
import { Scraper } from './scraper';
import { type Moment, Watch } from './watch';

const MINUTE_MS = 60_000;
/** A hundred thousand devices are a list of 100 MB. */
const KNOWN_WITHIN_MS = 300_000;
const MODULES_OFF = ', device_modules: false';
const PING = { intervalMs: 10_000, count: 5 };
const SNMP_INTERVAL_MS = 60_000;
/** Minutes in which the fleet is learnt: each device is polled for the first and the second time. */
const LEARNING = 2;

const GOALS = {
  10_000: { corePercent: 12, mebibytes: 250, loopP99Ms: 5 },
  100_000: { corePercent: 100, mebibytes: Infinity, loopP99Ms: Infinity },
} as Record<number, { corePercent: number; mebibytes: number; loopP99Ms: number } | undefined>;
/** Memory of the last half minute against that after the fleet was learnt. */
const GROWTH_PERCENT = 5;

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '10000' },
    interfaces: { type: 'string', default: '4' },
    minutes: { type: 'string', default: '3' },
    'device-modules': { type: 'boolean', default: false },
  },
});
const [devices, interfaces, minutes] = [values.devices, values.interfaces, values.minutes].map(Number) as [
  number,
  number,
  number,
];

interface Sample {
  own: Moment;
  agents: AgentCounts;
}

async function main(): Promise<void> {
  await build();
  const agents = await Agents.start(interfaces, OTHER_CPU);
  const ground = new Ground();
  const inventory = await Inventory.start(loopbackFleet(devices, interfaces, agents.port));
  const peers = await peerCosts(agents, interfaces);
  const [port] = await freePorts(1);
  const file = ground.file('isp-monitor.yml', configuration(inventory.url));
  const listen = `127.0.0.1:${port}`;
  const nodeOptions = process.env['BENCH_NODE_OPTIONS'];
  const program = ground.start(
    'exporter',
    ['--config.file', file, '--data.dir', ground.path('data'), '--web.listen-address', listen],
    { env: nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions } }
  );
  try {
    const url = await program.serving();
    await program.until('the fleet is known', () => program.told(/^\d+ devices from/).length > 0, KNOWN_WITHIN_MS);
    const begin = Date.now();
    const watch = new Watch(program.pid, url);
    const scraper = new Scraper(url, devices * interfaces);
    scraper.start();
    console.log(`${devices} devices x ${interfaces} interfaces, ${scraper.slices} slices; each minute:`);
    const samples: Sample[] = [];
    for (let minute = 0; minute <= minutes; minute++) {
      await delay(Math.max(0, begin + minute * MINUTE_MS - Date.now()));
      samples.push({ own: await watch.moment(), agents: await agents.counts() });
      if (minute > 0) {
        tellMinute(minute, samples.at(-2)!, samples.at(-1)!, watch);
      }
    }
    const page = await checkCounters(await open(`${url}/metrics?collect[]=interfaces`), agents.epoch);
    watch.stop();
    scraper.stop();
    judge(samples, watch, scraper, peers, page);
    program.signal('SIGTERM');
    await program.ended;
  } finally {
    await ground.remove();
    inventory.stop();
    await agents.stop();
  }
}

const configuration = (inventory: string) => `auths: { bench: { version: 2, community: ${COMMUNITY} } }
inventory: { url: ${inventory} }
ping: { interval: ${PING.intervalMs}ms, count: ${PING.count} }
snmp: { interval: ${SNMP_INTERVAL_MS}ms${values['device-modules'] ? '' : MODULES_OFF} }
`;

function tellMinute(minute: number, from: Sample, to: Sample, watch: Watch): void {
  const { mean, max } = watch.memoryBetween(from.own.at, to.own.at);
  const of = (pick: (sample: Sample) => number) => pick(to) - pick(from);
  console.log(
    [
      `${minute}.`,
      `${corePercent(from.own, to.own).toFixed(1)} % of a core`,
      `${mebibytes(mean)} MiB (at most ${mebibytes(max)})`,
      `loop p99 ${ms(to.own.loopP99)}, max ${ms(to.own.loopMax)} ms`,
      `${of(({ own }) => own.pollsOk)} polls`,
      `${of(({ agents }) => agents.requests)} requests`,
      `${of(({ own }) => own.echoes)} echoes`,
      `${to.own.series} series`,
    ].join(', ')
  );
}

function judge(
  samples: readonly Sample[],
  watch: Watch,
  scraper: Scraper,
  peers: PeerCosts,
  page: Awaited<ReturnType<typeof checkCounters>>
): void {
  const learning = Math.min(LEARNING, samples.length - 2);
  const learnt = samples[learning]!;
  const last = samples.at(-1)!;
  const seconds = (last.own.at - learnt.own.at) / 1000;
  const cpu = corePercent(learnt.own, last.own);
  const theirs = peerPercent(peers);
  const early = watch.memoryBetween(learnt.own.at, learnt.own.at + MINUTE_MS / 2).mean;
  const late = watch.memoryBetween(last.own.at - MINUTE_MS / 2, last.own.at).mean;
  const { max } = watch.memoryBetween(learnt.own.at, last.own.at);
  const loopP99 = Math.max(...samples.slice(learning + 1).map(({ own }) => own.loopP99)) * 1000;
  const of = (pick: (sample: Sample) => number) => pick(last) - pick(learnt);
  console.log(`\n${seconds.toFixed(0)} s after the fleet was learnt; peers scaled from a sample, at the same pace:`);
  console.log(
    `snmp_exporter ${theirs.snmp.toFixed(1)} % + fping ${theirs.ping.toFixed(1)} % of a core; ours is 1/${((theirs.snmp + theirs.ping) / cpu).toFixed(1)} of that`
  );
  const goals = GOALS[devices];
  check(`CPU ${cpu.toFixed(1)} % of a core`, goals?.corePercent, (most) => cpu <= most);
  check(`memory at most ${mebibytes(max)} MiB`, goals?.mebibytes, (most) => max / 2 ** 20 <= most);
  check(`event loop p99 ${loopP99.toFixed(1)} ms`, goals?.loopP99Ms, (most) => loopP99 <= most);
  const growth = (100 * (late - early)) / early;
  check(`memory grew by ${growth.toFixed(1)} %`, GROWTH_PERCENT, (most) => growth <= most);

  const expectedPolls = (devices * seconds * 1000) / SNMP_INTERVAL_MS;
  const expectedEchoes = (devices * PING.count * seconds * 1000) / PING.intervalMs;
  const near = (count: number, expected: number) => Math.abs(count - expected) <= 0.02 * expected + devices / 100;
  const polls = of(({ own }) => own.pollsOk);
  const echoes = of(({ own }) => own.echoes);
  none('polls failed', last.own.pollsFailed);
  none('turns left out', last.own.pollsSkipped);
  none('echoes lost', last.own.echoes - last.own.replies);
  none(
    'rounds late',
    of(({ own }) => own.lateRounds)
  );
  none('answers dropped by the kernel at our sockets', last.own.socketDrops);
  none('requests that the agents could not answer', last.agents.requests - last.agents.replies);
  none('requests that never reached the agents', last.agents.overflowed);
  none('scrapes failed', scraper.failures.length, scraper.failures[0]);
  check(`${polls} polls of ${expectedPolls.toFixed(0)} due`, undefined, () => near(polls, expectedPolls));
  check(`${echoes} echoes of ${expectedEchoes.toFixed(0)} due`, undefined, () => near(echoes, expectedEchoes));
  if (!values['device-modules']) {
    // One packet holds the poll of a device: anything more was asked twice.
    const requests = of(({ agents }) => agents.requests);
    const each = Math.round(requests / polls);
    check(
      `${requests} requests for ${polls} polls`,
      undefined,
      () => Math.abs(requests - each * polls) <= devices / 100
    );
  }
  none('counters that are not their agent’s own', page.wrong.length, page.wrong[0]);
  const counters = devices * interfaces * 8;
  check(`${page.values} counters of ${counters} served`, undefined, () => page.values === counters);
}

function check(what: string, goal: number | undefined, holds: (goal: number) => boolean): void {
  const met = holds(goal ?? Infinity);
  console.log(`${met ? 'met   ' : 'MISSED'} ${what}${goal === undefined || goal === Infinity ? '' : `, goal ${goal}`}`);
  if (!met) {
    process.exitCode = 1;
  }
}

function none(what: string, count: number, example = ''): void {
  check(`${count} ${what} ${example}`.trimEnd(), undefined, () => count === 0);
}

/** What the peers would take of one core at our pace. */
function peerPercent({ poll, echo }: PeerCosts): { snmp: number; ping: number } {
  const perSecond = (count: number, intervalMs: number) => (devices * count * 1000) / intervalMs;
  return {
    snmp: (poll * perSecond(1, SNMP_INTERVAL_MS)) / 1e4,
    ping: (echo * perSecond(PING.count, PING.intervalMs)) / 1e4,
  };
}

const corePercent = (from: Moment, to: Moment) => (to.cpuUs - from.cpuUs) / (to.at - from.at) / 10;
const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
const ms = (seconds: number) => (seconds * 1000).toFixed(1);

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
