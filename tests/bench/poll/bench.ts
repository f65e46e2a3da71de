/**
 * CPU of one poll of a device: ours against Debian's prometheus-snmp-exporter with the same eleven columns as walks, on
 * the same simulated agents, alternating in one run. `npx tsx tests/bench/poll/bench.ts [devices] [interfaces a device]`
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { InterfacePoll } from '../../../exporter/src/poll/interfaces';
import { SharedSocketEngine } from '../../../exporter/src/snmp/engine';
import { walkIfTable } from '../../../exporter/src/snmp/if-table';
import type { SnmpSession } from '../../../exporter/src/snmp/session';
import { makeFleet } from '../../simulator/fleet';
import { COLUMNS, ExporterPeer } from './exporter-peer';

const DEVICES = Number(process.argv[2] ?? 200);
const INTERFACES = Number(process.argv[3] ?? 4);
const PORT = 1161;
const COMMUNITY = 'bench';
const RUNS = 5;
const ROUNDS = 20;
const IN_FLIGHT = 64;
const GOAL = 20;
/** What is measured shares one CPU with nobody; the agents and the HTTP client have the other. */
const MEASURED_CPU = '0';
const AGENTS_CPU = '1';

interface Polled {
  address: string;
  session: SnmpSession;
  poll: InterfacePoll;
}

async function main(): Promise<void> {
  const root = path.resolve(__dirname, '../../..');
  const fleet = makeFleet({ devices: DEVICES, interfaces: DEVICES * INTERFACES });
  const simulator = spawn(
    'taskset',
    ['-c', AGENTS_CPU, process.execPath, '--import', 'tsx', path.join(root, 'tests/simulator/main.ts')].concat([
      '--fleet',
      `devices=${DEVICES},interfaces=${DEVICES * INTERFACES}`,
      '--snmp-port',
      String(PORT),
    ]),
    { cwd: root, env: { ...process.env, SIMULATOR_COMMUNITY: COMMUNITY }, stdio: ['ignore', 'pipe', 'inherit'] }
  );
  const peer = await ExporterPeer.start(COMMUNITY, MEASURED_CPU);
  const engine = new SharedSocketEngine();
  try {
    await once(createInterface(simulator.stdout), 'line');
    const devices = await open(
      engine,
      fleet.devices.map((device) => device.address)
    );
    pin(MEASURED_CPU);
    await rounds(devices, 10);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      pin(MEASURED_CPU);
      ours.push(await measureOurs(devices));
      pin(AGENTS_CPU);
      theirs.push(await measurePeer(peer, devices));
    }
    report(ours, theirs);
  } finally {
    await engine.close();
    await peer.stop();
    simulator.kill();
  }
}

async function open(engine: SharedSocketEngine, addresses: readonly string[]): Promise<Polled[]> {
  return Promise.all(
    addresses.map(async (address) => {
      const auth = { version: 2 as const, community: COMMUNITY };
      const session = engine.open({ address, port: PORT, auth, timeoutMs: 5000, retries: 1 });
      const rows = await walkIfTable(session);
      const poll = new InterfacePoll(
        rows.map((row) => ({
          ...row,
          weakIdentity: false,
          interfaceType: 'isp',
          ispProvider: '',
          isCritical: false,
          monitored: true,
          speedOverride: null,
        }))
      );
      return { address, session, poll };
    })
  );
}

async function rounds(devices: readonly Polled[], count: number): Promise<void> {
  let next = 0;
  const total = devices.length * count;
  const worker = async () => {
    while (next < total) {
      const { poll, session, address } = devices[next++ % devices.length]!;
      const { snapshot } = await poll.poll(session);
      if (snapshot.interfaces.length < INTERFACES || snapshot.interfaces[0]!.inOctets === undefined) {
        throw new Error(`${address}: poll brought ${snapshot.interfaces.length} of ${INTERFACES} interfaces`);
      }
    }
  };
  // One poll at a time of each device: with fewer devices than workers they would meet.
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, devices.length >> 1 || 1) }, worker));
}

async function measureOurs(devices: readonly Polled[]): Promise<number> {
  const before = process.cpuUsage();
  await rounds(devices, ROUNDS);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (devices.length * ROUNDS);
}

async function measurePeer(peer: ExporterPeer, devices: readonly Polled[]): Promise<number> {
  const before = peer.cpuMicros();
  let next = 0;
  const worker = async () => {
    while (next < devices.length * 3) {
      const { address } = devices[next++ % devices.length]!;
      const text = await peer.scrape(`${address}:${PORT}`);
      const samples = text.match(/^if\w+\{/gm)?.length ?? 0;
      if (samples < INTERFACES * Object.keys(COLUMNS).length) {
        throw new Error(`${address}: the peer brought ${samples} samples:\n${text.slice(0, 500)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return (peer.cpuMicros() - before) / (devices.length * 3);
}

function pin(cpu: string): void {
  execFileSync('taskset', ['-a', '-p', '-c', cpu, String(process.pid)], { stdio: 'ignore' });
}

function report(ours: readonly number[], theirs: readonly number[]): void {
  const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
  const show = (values: readonly number[]) =>
    sorted(values)
      .map((value) => value.toFixed(1))
      .join(' / ');
  const ratio = sorted(theirs)[RUNS >> 1]! / sorted(ours)[RUNS >> 1]!;
  console.log(
    `CPU µs for one poll of ${INTERFACES} interfaces x ${Object.keys(COLUMNS).length} columns, ${DEVICES} agents, ${RUNS} runs`
  );
  console.log(`  ours (with the check of names)    ${show(ours)}`);
  console.log(`  prometheus-snmp-exporter 0.21     ${show(theirs)}   (with its own exposition)`);
  console.log(
    `  ratio of the medians              1/${ratio.toFixed(1)}   goal 1/${GOAL}: ${ratio >= GOAL ? 'met' : 'missed'}`
  );
  if (ratio < GOAL) {
    console.log('  where it goes: node --cpu-prof --import tsx tests/bench/poll/bench.ts, self time without (idle)');
    process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
