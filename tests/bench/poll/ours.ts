/** Our side: polls, keeps and serves as the exporter does. Arguments: port, devices, interfaces of each. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { fitHeap } from '../../../exporter/src/bin/heap';
import { metricsRoute } from '../../../exporter/src/http/metrics-route';
import { DeviceSeries } from '../../../exporter/src/metrics/device-series';
import { OwnMetrics } from '../../../exporter/src/metrics/own';
import { SeriesStore } from '../../../exporter/src/metrics/store';
import { InterfacePoll } from '../../../exporter/src/poll/interfaces';
import { SharedSocketEngine } from '../../../exporter/src/snmp/engine';
import type { SnmpSession } from '../../../exporter/src/snmp/session';
import { COMMUNITY } from '../agents/agents';
import { inFlight, obey } from '../measured-process';
import { CELLS } from './exporter-peer';
import { loopbackFleet } from './fleet';

export type Order =
  /** Where it serves. */
  | { url: true }
  /** Polls every device so many times and keeps what that brings. */
  | { poll: number }
  /** Reads the cells of the peers and nothing else, without a word of them to anyone. */
  | { cells: number }
  /** CPU used since the last time that this was asked. */
  | { cpu: true };

fitHeap();

const IN_FLIGHT = 64;
const [port = 0, devices = 0, interfaces = 0] = process.argv.slice(2).map(Number);
const intervals = {
  pingMs: 10_000,
  snmp: { fastMs: null, standardMs: 60_000, slowMs: 300_000 },
  modules: false,
};

const engine = new SharedSocketEngine();
const store = new SeriesStore();
const series = new DeviceSeries({ store, intervals, failedRounds: 2 });
const own = new OwnMetrics({ version: 'bench', store, countByState: () => series.countByState() });
const fleet = loopbackFleet(devices, interfaces, port);
series.setTargets(fleet);
const auth = { version: 2 as const, community: COMMUNITY };
const sessions: SnmpSession[] = fleet.map(({ device }) =>
  engine.open({ address: device.address, port, auth, timeoutMs: 5000, retries: 0 })
);
const polls = fleet.map((target) => new InterfacePoll(target.interfaces));
const cells = sessions.map((session) => session.prepare(CELLS));

async function poll(i: number): Promise<void> {
  const startedAt = performance.now();
  const { snapshot } = await polls[i]!.poll(sessions[i]!);
  const result = { reason: 'ok' as const, detail: '', durationMs: performance.now() - startedAt, snapshot };
  own.pollEnded('interfaces', result);
  series.publishPoll(fleet[i]!.device.id, result);
}

async function read(i: number): Promise<void> {
  const { numbers } = await cells[i]!.read();
  if (numbers.some(Number.isNaN)) {
    throw new Error(`${fleet[i]!.device.address} lacks some of ${numbers.length} cells`);
  }
}

const app = express();
app.get('/metrics', metricsRoute(store, own));
const server = createServer(app);
server.listen(0, '127.0.0.1', () => {
  let before = process.cpuUsage();
  obey<Order>(async (order) => {
    if ('url' in order) {
      return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics` };
    }
    if ('cpu' in order) {
      const { user, system } = process.cpuUsage(before);
      before = process.cpuUsage();
      return { cpu: user + system };
    }
    // One poll at a time of each device: with fewer devices than polls at once they would meet.
    const limit = Math.min(IN_FLIGHT, devices >> 1 || 1);
    for (let round = 0; round < ('poll' in order ? order.poll : order.cells); round++) {
      await inFlight(limit, devices, 'poll' in order ? poll : read);
    }
    return {};
  });
});
