import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bundle } from '../../exporter/src/config/bundle';
import type { AgentSocket } from './agent-socket';
import { controlApp, type ActiveScenario, type Controlled, type DeviceView, type Struck } from './control';
import { SimulatedDevice } from './device';
import { EchoResponder, type EchoAnswer } from './echo';
import type { Fault } from './fault';
import { openAgents } from './open-agents';
import type { Habit } from './traffic';
import { choose, scenarioNames, ScenarioError, type ScenarioRequest } from './scenario-request';

export interface SimulatorOptions {
  bundle: Bundle;
  /** What requests must carry. There is no default. */
  community: string;
  /** 0: a free one. */
  controlPort: number;
  /** Loopback only. */
  controlHost?: string;
  /** One port for all agents, 0: a free one. Without it each device has the port that the bundle says. */
  snmpPort?: number;
  /** The same seed makes the same traffic. */
  seed?: number;
  /** How busy all interfaces are; each as its device is used when not given. */
  habit?: Habit;
  /** Unix time in ms. */
  clock?: () => number;
}

/** Starts all agents of a bundle in this process. Rejects with an Error that names the device and the cure. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const {
    bundle,
    community,
    controlPort,
    controlHost = '127.0.0.1',
    snmpPort,
    seed = 1,
    habit,
    clock = Date.now,
  } = options;
  if (community === '') {
    throw new Error('the simulator needs a community; there is no default');
  }
  const foreign = bundle.devices.find((d) => !/^127\.\d+\.\d+\.\d+$/.test(d.address));
  if (foreign) {
    throw new Error(
      `device ${foreign.name} of bundle ${bundle.name} is at ${foreign.address}; simulated devices live in 127.0.0.0/8`
    );
  }
  if (!/^(127\.\d+\.\d+\.\d+|localhost)$/.test(controlHost)) {
    throw new Error(`the control port cannot listen on ${controlHost}: it has no authentication; use 127.0.0.1`);
  }
  const now = () => clock() / 1_000;
  const devices = bundle.devices.map((d) => new SimulatedDevice(d, seed, now(), habit));
  const sockets = await openAgents(devices, community, now, snmpPort);
  const simulator = new Simulator(bundle, devices, sockets, seed, now);
  try {
    await simulator.listen(controlHost, controlPort);
  } catch (err) {
    await simulator.stop();
    throw new Error(`the control port ${controlHost}:${controlPort} cannot be had (${codeOf(err)}); name another one`, {
      cause: err,
    });
  }
  return simulator;
}

export class Simulator implements Controlled {
  private readonly responders = new Map<string, EchoResponder>();
  private server: Server | undefined;

  constructor(
    readonly bundle: Bundle,
    private readonly simulated: readonly SimulatedDevice[],
    private readonly sockets: readonly AgentSocket[],
    seed: number,
    private readonly now: () => number
  ) {
    bundle.probeTargets
      .filter((p) => p.kind === 'icmp')
      .forEach((p) => this.responders.set(p.address, new EchoResponder(p.address, seed, null)));
    simulated.forEach((d) => {
      const { address, ping } = d.promise;
      if (ping) {
        this.responders.set(address, new EchoResponder(address, seed, d));
      }
    });
  }

  async listen(host: string, port: number): Promise<void> {
    this.server = createServer(controlApp(this));
    this.server.listen(port, host);
    await once(this.server, 'listening');
  }

  get controlUrl(): string {
    const at = this.server?.address() as AddressInfo;
    return `http://${at.address}:${at.port}`;
  }

  get devices(): DeviceView[] {
    return this.deviceViews();
  }

  scenarioNames = scenarioNames;

  /** Throws ScenarioError for what is not there. `healthy` ends all scenarios, or those of a device or site. */
  setScenario(request: ScenarioRequest): { name: string; struck: Struck[]; until: string | null } {
    const now = this.now();
    if (request.name === 'healthy') {
      return { name: 'healthy', struck: this.healthy(request, now), until: null };
    }
    const stroke = choose(request, this.simulated);
    const until = stroke.seconds === undefined ? Infinity : now + stroke.seconds;
    for (const { device, ports } of stroke.victims) {
      device.begin({ name: stroke.name, until, ports: new Set(ports) }, now);
    }
    const struck = stroke.victims.map(({ device, ports }) => view(device, ports));
    return { name: stroke.name, struck, until: isoOrNull(until) };
  }

  private healthy({ device, site }: ScenarioRequest, now: number): Struck[] {
    const chosen = this.simulated.filter(
      (d) =>
        (device === undefined || d.promise.name === device || d.promise.id === device) &&
        (site === undefined || d.promise.site === site)
    );
    if (chosen.length === 0) {
      throw new ScenarioError(`there is no device "${device ?? ''}" at site "${site ?? ''}"; GET /devices lists them`);
    }
    chosen.forEach((d) => d.advance(now));
    const sick = chosen.filter((d) => d.activeFaults.length > 0);
    const struck = sick.map((d) =>
      view(
        d,
        d.activeFaults.flatMap((f) => [...f.ports])
      )
    );
    sick.forEach((d) => d.heal(now));
    return struck;
  }

  activeScenarios(): ActiveScenario[] {
    const now = this.now();
    return this.simulated.flatMap((device) => {
      device.advance(now);
      return device.activeFaults.map((fault: Fault) => ({
        name: fault.name,
        ...view(device, [...fault.ports]),
        since: new Date(fault.since * 1_000).toISOString(),
        until: isoOrNull(fault.until),
      }));
    });
  }

  deviceViews(): DeviceView[] {
    const now = this.now();
    return this.sockets.map((socket) => {
      const { device } = socket;
      device.advance(now);
      return {
        id: device.promise.id,
        name: device.promise.name,
        site: device.promise.site,
        address: device.promise.address,
        snmp_port: socket.port,
        interfaces: device.ports.map((p) => p.promise.ifName),
        uplinks: device.uplinks.map((p) => p.promise.ifName),
        scenarios: device.activeFaults.map((f) => f.name),
        requests: { ...socket.counts },
      };
    });
  }

  /** One round of echoes to each address, decided at once; nobody answers at an unknown address. */
  echo(addresses: readonly string[], count: number, timeoutMs: number): EchoAnswer[] {
    const now = this.now();
    return addresses.map((a) => this.responders.get(a)?.round(count, timeoutMs, now) ?? { sent: count, rtts_ms: [] });
  }

  /** Closes every socket; resolves when nothing of it is left. */
  async stop(): Promise<void> {
    const { server } = this;
    if (server?.listening) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await Promise.all(this.sockets.map((socket) => socket.close()));
  }
}

const isoOrNull = (t: number) => (t === Infinity ? null : new Date(t * 1_000).toISOString());
const codeOf = (err: unknown) => (err as NodeJS.ErrnoException).code ?? String(err);

function view(device: SimulatedDevice, ports: Iterable<{ promise: { ifName: string } }>): Struck {
  const { name, id, site } = device.promise;
  return { device: name, id, site, interfaces: [...ports].map((p) => p.promise.ifName) };
}
