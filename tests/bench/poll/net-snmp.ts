/** The npm package net-snmp at its best: one GETBULK brings all columns of all rows. Arguments: port, devices, interfaces. */
import { type RawVarbind, Session } from 'net-snmp';
import { COMMUNITY } from '../agents/agents';
import { inFlight, obey } from '../measured-process';
import { loopbackTargets } from '../ping/load';
import { COLUMN_OIDS } from './exporter-peer';

export type Order = { poll: number } | { cpu: true };

const IN_FLIGHT = 64;
const [port = 0, devices = 0, interfaces = 0] = process.argv.slice(2).map(Number);

const options = {
  version: 1 as const,
  transport: 'udp4' as const,
  port,
  retries: 0,
  timeout: 5000,
  backwardsGetNexts: true,
  reportOidMismatchErrors: false,
};
const sessions = loopbackTargets(devices).map((address) => new Session(address, COMMUNITY, options));

function poll(i: number): Promise<void> {
  return new Promise((resolve, reject) => {
    sessions[i]!.getBulk(COLUMN_OIDS, 0, interfaces, (error: Error | null, columns: RawVarbind[][]) => {
      const cells = columns?.reduce((sum, column) => sum + column.length, 0);
      if (error || cells !== COLUMN_OIDS.length * interfaces) {
        reject(error ?? new Error(`net-snmp brought ${cells} cells of device ${i}`));
      } else {
        resolve();
      }
    });
  });
}

let before = process.cpuUsage();
obey<Order>(async (order) => {
  if ('cpu' in order) {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    return { cpu: user + system };
  }
  for (let round = 0; round < order.poll; round++) {
    await inFlight(IN_FLIGHT, devices, poll);
  }
  return {};
});
