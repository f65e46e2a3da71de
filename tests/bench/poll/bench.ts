/**
 * CPU of one device polled, kept and served: ours against Debian's prometheus-snmp-exporter with the same eleven columns
 * as walks and as explicit GETs; and of the bare cells against net-snmp's GETBULK. Agents answer at once, all sides take
 * turns in one run. `npm run bench -- poll`
 */
import { Readable } from 'node:stream';
import { Agents, COMMUNITY } from '../agents/agents';
import { checkCounters } from '../agents/counters';
import { inFlight, MEASURED_CPU, MeasuredProcess, OTHER_CPU, pin } from '../measured-process';
import { loopbackTargets, median } from '../ping/load';
import { ExporterPeer, type Module } from './exporter-peer';
import type { Order as NetSnmpOrder } from './net-snmp';
import type { Order } from './ours';
import { read } from './read';

const RUNS = 5;
const SHARDS = 4;
/** Devices and rounds so that each turn takes a few tenths of a second of the measured CPU. */
const SMALL = { interfaces: 4, devices: 1000, rounds: 10, peerDevices: 600 };
const LARGE = { interfaces: 48, devices: 100, rounds: 20, peerDevices: 150 };
type Size = typeof SMALL;

/** One fleet size: its agents and our poller of them. */
class Ours {
  private constructor(
    readonly size: Size,
    readonly agents: Agents,
    private readonly process: MeasuredProcess<Order>,
    private readonly url: string
  ) {}

  static async start(size: Size): Promise<Ours> {
    const agents = await Agents.start(size.interfaces, OTHER_CPU);
    const source = require.resolve('./ours.ts');
    const process = await MeasuredProcess.start<Order>(source, [agents.port, size.devices, size.interfaces]);
    const { url } = await process.ask<{ url: string }>({ url: true });
    return new Ours(size, agents, process, url);
  }

  /** µs of CPU for one device polled, kept and read over HTTP, everything once. */
  async complete(rounds = this.size.rounds): Promise<number> {
    await this.process.ask({ cpu: true });
    for (let round = 0; round < rounds; round++) {
      await this.process.ask({ poll: 1 });
      for (let shard = 0; shard < SHARDS; shard++) {
        await read(`${this.url}?collect[]=interfaces&shard=${shard}&of=${SHARDS}`);
      }
    }
    return this.cpuOfEach(rounds);
  }

  async bare(what: 'poll' | 'cells'): Promise<number> {
    await this.process.ask({ cpu: true });
    await this.process.ask(what === 'poll' ? { poll: this.size.rounds } : { cells: this.size.rounds });
    return this.cpuOfEach(this.size.rounds);
  }

  /** Rejects unless every counter is the agents' own and none was lost on the way. */
  async verify(): Promise<string> {
    const text = await read(`${this.url}?collect[]=interfaces`);
    const { values, wrong } = await checkCounters(Readable.from([text]), this.agents.epoch);
    const { devices, interfaces } = this.size;
    const counts = await this.agents.counts();
    if (values !== devices * interfaces * 8 || wrong.length > 0 || counts.replies !== counts.requests) {
      throw new Error(`${values} counters, wrong are ${wrong.length}: ${wrong[0]}; ${JSON.stringify(counts)}`);
    }
    return `${values} counters of ${devices} devices are their agents' own; ${counts.requests} requests, all answered`;
  }

  async stop(): Promise<void> {
    this.process.stop();
    await this.agents.stop();
  }

  private async cpuOfEach(rounds: number): Promise<number> {
    const { cpu } = await this.process.ask<{ cpu: number }>({ cpu: true });
    return cpu / (rounds * this.size.devices);
  }
}

async function peerCost(peer: ExporterPeer, module: Module, { agents, size }: Ours): Promise<number> {
  const targets = loopbackTargets(size.peerDevices).map((address) => `${address}:${agents.port}`);
  const before = peer.cpuMicros();
  await inFlight(8, targets.length, (i) => peer.scrape(module, targets[i]!, size.interfaces));
  return (peer.cpuMicros() - before) / targets.length;
}

async function netSnmpCost(process: MeasuredProcess<NetSnmpOrder>): Promise<number> {
  await process.ask({ cpu: true });
  await process.ask({ poll: 3 });
  return (await process.ask<{ cpu: number }>({ cpu: true })).cpu / (3 * SMALL.devices);
}

interface Row {
  what: string;
  ours: number[];
  theirs: number[];
  goal: number;
}

async function main(): Promise<void> {
  pin(OTHER_CPU);
  const small = await Ours.start(SMALL);
  const large = await Ours.start(LARGE);
  const peer = await ExporterPeer.start(COMMUNITY, MEASURED_CPU);
  const args = [small.agents.port, SMALL.devices, SMALL.interfaces];
  const netSnmp = await MeasuredProcess.start<NetSnmpOrder>(require.resolve('./net-snmp.ts'), args);
  const row = (what: string, goal: number): Row => ({ what, ours: [], theirs: [], goal });
  const walks = row('poll, keep and serve; 4 interfaces, against walks', 20);
  const gets = row('poll, keep and serve; 4 interfaces, against GETs', 12);
  const ports = row('poll, keep and serve; 48 ports, against walks', 10);
  const cells = row('44 cells, nothing else; against net-snmp getBulk', 5);
  const polls: number[] = [];
  try {
    for (let run = 0; run <= RUNS; run += 1) {
      const four = await small.complete();
      const theirWalks = await peerCost(peer, 'eleven', small);
      const theirGets = await peerCost(peer, 'cells', small);
      const many = await large.complete();
      const theirPorts = await peerCost(peer, 'eleven', large);
      const bare = await small.bare('cells');
      const library = await netSnmpCost(netSnmp);
      const poll = await small.bare('poll');
      // The first is for the compilers to warm up.
      if (run > 0) {
        walks.ours.push(four);
        gets.ours.push(four);
        walks.theirs.push(theirWalks);
        gets.theirs.push(theirGets);
        ports.ours.push(many);
        ports.theirs.push(theirPorts);
        cells.ours.push(bare);
        cells.theirs.push(library);
        polls.push(poll);
      }
    }
    report([walks, gets, ports, cells]);
    console.log(`of ours, polling and keeping alone: ${median(polls).toFixed(1)} µs at 4 interfaces`);
    console.log(await small.verify());
    console.log(await large.verify());
  } finally {
    netSnmp.stop();
    await Promise.all([small.stop(), large.stop(), peer.stop()]);
  }
}

function report(rows: readonly Row[]): void {
  const show = (values: readonly number[]) =>
    [Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(1)).join(' / ');
  console.log(`CPU µs per device, min / median / max of ${RUNS} turns; neither side compresses`);
  for (const { what, ours, theirs, goal } of rows) {
    const ratio = median(theirs) / median(ours);
    const met = ratio >= goal;
    console.log(`${what}\n  ours ${show(ours)}   peer ${show(theirs)}`);
    console.log(`  ratio of the medians 1/${ratio.toFixed(1)}, goal 1/${goal}: ${met ? 'met' : 'MISSED'}`);
    if (!met) {
      process.exitCode = 1;
    }
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
