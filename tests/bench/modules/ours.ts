/**
 * Polls of standard modules, walked and by GET. Arguments: port, addresses with an agent, devices that these are taken for,
 * folder of the shipped modules, names of those to poll.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Sample } from '../../../exporter/src/model/sample';
import { loadModules } from '../../../exporter/src/modules/load';
import type { DeviceProfile } from '../../../exporter/src/modules/profile';
import { ModulePoll, type ModuleOutcome } from '../../../exporter/src/poll/module-poll';
import { SharedSocketEngine } from '../../../exporter/src/snmp/engine';
import { COMMUNITY } from '../agents/agents';
import { inFlight, obey } from '../measured-process';
import { loopbackTargets } from '../ping/load';

export type Way = 'walk' | 'get';
export type Order =
  /** Polls every device so many times; answers what that cost, in µs, and how many samples the last of them gave. */
  | { poll: number; way: Way }
  /** Rejects unless the last polls of each device gave the same both ways; values only of gauges that rest. */
  | { compare: 'series' | 'values' };

const WAYS = ['walk', 'get'] as const;
const IN_FLIGHT = 64;
/** Modules that a device does not have are asked less often after three polls in two minutes. */
const SETTLING_MS = [0, 70_000, 140_000, 210_000];
const [port = 0, addresses = 0, devices = 0] = process.argv.slice(2, 5).map(Number);
const [folder = '', ...names] = process.argv.slice(5);
const files = readdirSync(folder).filter((name) => name.endsWith('.yml') && name !== 'profiles.yml');

const engine = new SharedSocketEngine();
const { modules } = loadModules(files.map((name) => ({ name, text: readFileSync(path.join(folder, name), 'utf8') })));
const profile: DeviceProfile = {
  name: 'standard',
  vendor: '',
  modules: names.map((name) => ({ module: modules.get(name)!, tier: 'standard' })),
  normalised: { cpu: [], memory: [], temperature: [], uptime: [] },
};
const catalogue = { profileFor: () => profile };
let now = Date.now();
const turn = { signal: new AbortController().signal, isWanted: () => false };
const auth = { version: 2 as const, community: COMMUNITY };
const targets = addresses === 1 ? ['127.0.0.1'] : loopbackTargets(addresses);
const fleet = Array.from({ length: devices }, (_, i) => {
  const address = targets[i % addresses]!;
  return { address, session: engine.open({ address, port, auth, timeoutMs: 5000, retries: 0 }) };
});
const polls = {
  // What is walked again after a millisecond is walked every time.
  walk: fleet.map(({ address }) => new ModulePoll(address, { catalogue, slowMs: 1, now: () => now })),
  get: fleet.map(({ address }) => new ModulePoll(address, { catalogue, slowMs: 600_000, now: () => now })),
};
const last: Record<Way, (readonly Sample[])[]> = { walk: [], get: [] };

async function round(way: Way): Promise<void> {
  now += 1;
  await inFlight(IN_FLIGHT, devices, async (i) => {
    const { snapshot, problems } = (await polls[way][i]!.poll(fleet[i]!.session, 'standard', turn)) as ModuleOutcome;
    if (problems.length > 0) {
      throw new Error(`${fleet[i]!.address}: ${problems[0]}`);
    }
    last[way][i] = snapshot.readings.flatMap(({ samples }) => samples);
  });
}

function shapeOf(samples: readonly Sample[], withValues: boolean): string {
  return samples
    .map(({ name, labels, type, value }) => {
      const rests = withValues && type === 'gauge' && !name.endsWith('_seconds');
      return `${name}${JSON.stringify(labels)} ${rests ? value : ''}`;
    })
    .join('\n');
}

async function start(): Promise<void> {
  const from = now;
  for (const ms of SETTLING_MS) {
    now = from + ms;
    await round('walk');
    await round('get');
  }
  obey<Order>(async (order) => {
    if ('compare' in order) {
      for (const [i, { address }] of fleet.entries()) {
        const [walked, got] = WAYS.map((way) => shapeOf(last[way][i]!, order.compare === 'values'));
        if (walked !== got || walked === '') {
          throw new Error(`${address}: a walk gave\n${walked}\na GET\n${got}`);
        }
      }
      return {};
    }
    const before = process.cpuUsage();
    for (let i = 0; i < order.poll; i += 1) {
      await round(order.way);
    }
    const { user, system } = process.cpuUsage(before);
    return { micros: user + system, samples: last[order.way][0]!.length };
  });
}

void start();
