import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bundle } from '../../../exporter/src/config/bundle';
import type { PollResult } from '../../../exporter/src/model/snapshot';
import type { SnmpReason } from '../../../exporter/src/model/snmp-reason';
import type { Target } from '../../../exporter/src/model/target-list';
import { SnmpPoller } from '../../../exporter/src/poll/poller';
import { SharedSocketEngine } from '../../../exporter/src/snmp/engine';
import type { ScenarioName } from '../../simulator/fault';
import { makeFleet } from '../../simulator/fleet';

const ROOT = path.resolve(__dirname, '../../..');
const COMMUNITY = 'fleet';
/** A busy machine takes its time until everybody has answered. */
const LONGEST_START_INTERVALS = 8;

export interface FleetOptions {
  devices: number;
  interfaces: number;
  intervalMs: number;
  /** Per attempt. */
  timeoutMs: number;
  retries: number;
}

/** What happened within some intervals. */
export interface Phase {
  /** How late polls began, ms. */
  lagP50: number;
  lagP99: number;
  lagMax: number;
  /** How far the time between two answers of one healthy device was from the interval, ms. */
  offP50: number;
  offP99: number;
  offMax: number;
  /** Fewest answers of a healthy device. */
  fewest: number;
  /** Polls of all devices by reason. */
  reasons: Partial<Record<SnmpReason, number>>;
}

/** A simulated fleet in a process of its own, and the poller of the exporter in this one. */
export class PolledFleet {
  private readonly answeredAt = new Map<string, number[]>();
  private readonly lags: { at: number; lagMs: number }[] = [];
  private readonly results: { at: number; reason: SnmpReason }[] = [];
  private readonly struck = new Set<string>();

  private constructor(
    private readonly options: FleetOptions,
    private readonly bundle: Bundle,
    private readonly simulator: ChildProcess,
    private readonly control: string,
    private readonly engine: SharedSocketEngine,
    private readonly poller: SnmpPoller
  ) {}

  /** Returns once every device is in phase: it answered a poll after its early first one. */
  static async start(options: FleetOptions): Promise<PolledFleet> {
    const { devices, interfaces, intervalMs, timeoutMs, retries } = options;
    const size = `devices=${devices},interfaces=${interfaces}`;
    const main = path.join(ROOT, 'tests/simulator/main.ts');
    const simulator = spawn(process.execPath, ['--import', 'tsx', main, '--fleet', size, '--snmp-port', '0'], {
      cwd: ROOT,
      env: { ...process.env, SIMULATOR_COMMUNITY: COMMUNITY },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = once(simulator, 'exit').then(([code]): never => {
      throw new Error(`the simulator of ${size} ended with ${code} before it was ready`);
    });
    const [ready] = await Promise.race([once(createInterface(simulator.stdout), 'line'), gone]);
    gone.catch(() => undefined);
    const { control } = JSON.parse(ready as string) as { control: string };
    const bundle = makeFleet({ devices, interfaces });
    const engine = new SharedSocketEngine();
    const poller = new SnmpPoller({
      engine,
      auths: { fleet: { version: 2, community: COMMUNITY } },
      intervals: { fastMs: null, standardMs: intervalMs, slowMs: intervalMs * 5 },
      timeoutMs,
      retries,
      concurrency: 500,
      onPoll: (id, result) => fleet.note(id, result),
      onLag: (lagMs) => fleet.lags.push({ at: Date.now(), lagMs }),
    });
    const fleet = new PolledFleet(options, bundle, simulator, control, engine, poller);
    try {
      const ports = new Map((await fleet.devices()).map(({ name, snmp_port }) => [name, snmp_port]));
      poller.setTargets(targetsOf(bundle, ports));
      await fleet.inPhase();
      return fleet;
    } catch (err) {
      await fleet.stop();
      throw err;
    }
  }

  get size(): { devices: number; interfaces: number } {
    return this.options;
  }

  /** Makes devices sick from now on, each in the way that stands at its place in the list, again and again. */
  async strike(names: readonly string[], scenarios: readonly ScenarioName[]): Promise<void> {
    for (const [i, device] of names.entries()) {
      const name = scenarios[i % scenarios.length];
      const answer = await fetch(`${this.control}/scenario`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, device }),
      });
      if (!answer.ok) {
        throw new Error(`striking ${device} with ${name}: ${answer.status} ${await answer.text()}`);
      }
      this.struck.add(this.bundle.devices.find((one) => one.name === device)!.id);
    }
  }

  get names(): string[] {
    return this.bundle.devices.map(({ name }) => name);
  }

  /** Watches so many intervals from now on. */
  async watch(intervals: number): Promise<Phase> {
    const from = Date.now();
    await delay(intervals * this.options.intervalMs);
    const lags = this.lags.filter(({ at }) => at >= from).map(({ lagMs }) => lagMs);
    const off: number[] = [];
    let fewest = Infinity;
    for (const [id, times] of this.answeredAt) {
      if (this.struck.has(id)) {
        continue;
      }
      // The answer before the phase begins it.
      const first = Math.max(
        1,
        times.findIndex((at) => at >= from)
      );
      const within = times.slice(first);
      fewest = Math.min(fewest, within.length);
      within.forEach((at, i) => off.push(Math.abs(at - times[first + i - 1]! - this.options.intervalMs)));
    }
    const reasons: Phase['reasons'] = {};
    for (const { reason } of this.results.filter(({ at }) => at >= from)) {
      reasons[reason] = (reasons[reason] ?? 0) + 1;
    }
    const [lagP50, lagP99, lagMax] = quantiles(lags);
    const [offP50, offP99, offMax] = quantiles(off);
    return { lagP50, lagP99, lagMax, offP50, offP99, offMax, fewest, reasons };
  }

  async stop(): Promise<void> {
    await this.poller.stop();
    await this.engine.close();
    if (this.simulator.exitCode === null && this.simulator.signalCode === null) {
      this.simulator.kill('SIGKILL');
      await once(this.simulator, 'exit');
    }
  }

  private note(id: string, { reason, snapshot }: PollResult): void {
    this.results.push({ at: Date.now(), reason });
    if (snapshot) {
      const times = this.answeredAt.get(id) ?? [];
      times.push(snapshot.polledAt);
      this.answeredAt.set(id, times);
    }
  }

  private async inPhase(): Promise<void> {
    const { devices } = this.bundle;
    const silent = () => devices.filter(({ id }) => (this.answeredAt.get(id)?.length ?? 0) < 2);
    for (let passed = 0; passed < LONGEST_START_INTERVALS && silent().length > 0; passed += 1) {
      await delay(this.options.intervalMs);
    }
    const [first, ...others] = silent();
    if (first) {
      throw new Error(
        `${others.length + 1} of ${devices.length} devices did not answer twice in ${LONGEST_START_INTERVALS} intervals, ${first.name} among them`
      );
    }
  }

  private async devices(): Promise<{ name: string; snmp_port: number }[]> {
    const answer = await fetch(`${this.control}/devices`);
    return ((await answer.json()) as { devices: { name: string; snmp_port: number }[] }).devices;
  }
}

function targetsOf(bundle: Bundle, ports: ReadonlyMap<string, number>): Target[] {
  return bundle.devices.map((device) => ({
    device: { ...device, auth: 'fleet', snmpPort: ports.get(device.name)! },
    interfaces: device.interfaces.map(({ ifName, ifIndex, ifDescr, ifAlias, ifType, provider }) => ({
      ifName,
      weakIdentity: false,
      ifIndex,
      ifDescr,
      ifAlias,
      ifType,
      interfaceType: provider === null ? ('access' as const) : ('isp' as const),
      ispProvider: provider ?? '',
      isCritical: false,
      monitored: true,
      speedOverride: null,
    })),
  }));
}

function quantiles(values: number[]): [p50: number, p99: number, max: number] {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return [at(0.5), at(0.99), at(1)];
}
