import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { AgentSocket } from './agent-socket';
import type { SimulatedDevice } from './device';

const OPEN_AT_ONCE = 200;
const PORT_TRIES = 10;

const codeOf = (err: unknown) => (err as NodeJS.ErrnoException).code ?? String(err);

/**
 * One socket a device, on one port for all (0: a free one) or on the port that each was promised. Rejects with an Error
 * that names the device and the cure, with every socket closed again.
 */
export async function openAgents(
  devices: readonly SimulatedDevice[],
  community: string,
  now: () => number,
  snmpPort: number | undefined
): Promise<AgentSocket[]> {
  for (let attempt = 1; ; attempt++) {
    const port = snmpPort === 0 ? await freeUdpPort() : snmpPort;
    const sockets: AgentSocket[] = [];
    try {
      for (let i = 0; i < devices.length; i += OPEN_AT_ONCE) {
        const opened = await Promise.allSettled(
          devices
            .slice(i, i + OPEN_AT_ONCE)
            .map((device) => openOne(device, port ?? device.promise.snmpPort, community, now))
        );
        sockets.push(...opened.flatMap((o) => (o.status === 'fulfilled' ? [o.value] : [])));
        const failed = opened.find((o) => o.status === 'rejected');
        if (failed) {
          throw failed.reason;
        }
      }
      return sockets;
    } catch (err) {
      await Promise.all(sockets.map((socket) => socket.close()));
      const again = snmpPort === 0 && codeOf((err as Error).cause) === 'EADDRINUSE' && attempt < PORT_TRIES;
      if (!again) {
        throw err;
      }
    }
  }
}

async function openOne(device: SimulatedDevice, port: number, community: string, now: () => number) {
  try {
    return await AgentSocket.open(device, port, community, now);
  } catch (err) {
    const { name, address } = device.promise;
    const cure =
      codeOf(err) === 'EADDRINUSE'
        ? 'another process has it; end that one or choose another --snmp-port'
        : codeOf(err) === 'EMFILE'
          ? 'too many open files; raise ulimit -n above the number of devices'
          : 'it must be an address of this machine and a port that this user may open';
    throw new Error(`agent ${name} cannot listen on ${address}:${port}/udp (${codeOf(err)}): ${cure}`, { cause: err });
  }
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}
