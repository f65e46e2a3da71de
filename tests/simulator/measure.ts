import { createSocket } from 'node:dgram';
import { answer } from './agent';
import { SimulatedDevice } from './device';
import { makeFleet } from './fleet';
import { tableOf } from './if-mib';
import { decodeRequest, PDU } from './message';
import { startSimulator } from './simulator';
import { encodeRequest } from './wire';

/** What an answer costs and what an agent weighs: `npx tsx tests/simulator/measure.ts [devices]`. */
const devices = Number(process.argv[2] ?? 2_000);
const bundle = makeFleet({ devices, interfaces: devices * 4 });
const columns = [7, 8]
  .map((n) => `1.3.6.1.2.1.2.2.1.${n}`)
  .concat([6, 7, 10, 11, 15].map((n) => `1.3.6.1.2.1.31.1.1.1.${n}`));
const request = encodeRequest({ pdu: PDU.getBulk, second: 4, oids: columns });

function measureAnswers(): void {
  const fleet = bundle.devices.slice(0, 100).map((d) => new SimulatedDevice(d, 1, Date.now() / 1_000));
  const tables = fleet.map(tableOf);
  for (const rounds of [300, 1_000]) {
    const begin = process.hrtime.bigint();
    for (let n = 0; n < rounds; n++) {
      fleet.forEach((device, i) => {
        device.advance(Date.now() / 1_000 + n);
        answer(tables[i]!, decodeRequest(request));
      });
    }
    const each = Number(process.hrtime.bigint() - begin) / 1e3 / rounds / fleet.length;
    console.log(
      `GETBULK of ${columns.length} columns x 4 rows: ${each.toFixed(1)} us an answer (${rounds * 100} answers)`
    );
  }
}

async function measureSockets(): Promise<void> {
  const before = process.memoryUsage().rss;
  const begin = Date.now();
  const simulator = await startSimulator({ bundle, community: 'c', controlPort: 0, snmpPort: 0 });
  const took = Date.now() - begin;
  const port = simulator.devices[0]!.snmp_port;
  const socket = createSocket('udp4');
  let heard = 0;
  socket.on('message', () => heard++);
  const cpu = process.cpuUsage();
  for (let i = 0; i < devices; i += 50) {
    const goal = heard + Math.min(50, devices - i);
    bundle.devices.slice(i, i + 50).forEach((d) => socket.send(request, port, d.address));
    const deadline = Date.now() + 1_000;
    while (heard < goal && Date.now() < deadline) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const { user, system } = process.cpuUsage(cpu);
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  console.log(
    `${devices} agents up in ${took} ms; ${heard} answers, ${((user + system) / heard).toFixed(0)} us CPU each, both ends`
  );
  console.log(
    `memory: ${grown.toFixed(0)} MiB more, ${((grown * 1024) / devices).toFixed(1)} KiB an agent of 4 interfaces`
  );
  socket.close();
  await simulator.stop();
}

measureAnswers();
void measureSockets();
