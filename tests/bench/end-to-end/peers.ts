import { type Agents, COMMUNITY } from '../agents/agents';
import { inFlight, OTHER_CPU } from '../measured-process';
import { fpingLoad } from '../ping/fping-load';
import { loopbackTargets } from '../ping/load';
import { ExporterPeer } from '../poll/exporter-peer';

const POLLED = 600;
const PINGED = 2000;
const PING_INTERVAL_MS = 10_000;

/** µs of CPU that the peers take for one device: a poll with its exposition, and one echo. */
export interface PeerCosts {
  poll: number;
  echo: number;
}

/** On a sample of the fleet, one after the other: the whole of it at the true pace would take them a machine each. */
export async function peerCosts(agents: Agents, interfaces: number): Promise<PeerCosts> {
  const addresses = loopbackTargets(PINGED);
  const peer = await ExporterPeer.start(COMMUNITY, OTHER_CPU);
  let poll: number;
  try {
    const scrape = (i: number) => peer.scrape('eleven', `${addresses[i]}:${agents.port}`, interfaces);
    await inFlight(8, POLLED / 3, scrape);
    const before = peer.cpuMicros();
    await inFlight(8, POLLED, scrape);
    poll = (peer.cpuMicros() - before) / POLLED;
  } finally {
    await peer.stop();
  }
  const load = await fpingLoad(addresses, PING_INTERVAL_MS);
  return { poll, echo: load.cpuUs / load.echoes };
}
