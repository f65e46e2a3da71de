import { createSocket } from 'node:dgram';

export interface Relay {
  /** Where to ask instead of the agent. */
  port: number;
  /** Port of the agent; may change. */
  target: number;
  /** Packets on their way to the agent. */
  requests: Buffer[];
  /** What becomes of an answer on its way back; null loses it. */
  change: (answer: Buffer) => Buffer | null;
  /** How much later answers come; 0 by default. */
  delayMs: number;
  close(): Promise<void>;
}

/** Stands between one manager on loopback and one agent, counts what is asked, and may meddle with what is answered. */
export async function udpRelay(target: number, address = '127.0.0.1'): Promise<Relay> {
  const [front, back] = [createSocket('udp4'), createSocket('udp4')];
  let manager = 0;
  const relay: Relay = {
    port: 0,
    target,
    requests: [],
    change: (answer) => answer,
    delayMs: 0,
    close: async () => {
      await Promise.all([front, back].map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
    },
  };
  front.on('message', (packet, from) => {
    manager = from.port;
    relay.requests.push(packet);
    back.send(packet, relay.target, address);
  });
  back.on('message', (packet) => {
    const answer = relay.change(packet);
    if (answer && relay.delayMs > 0) {
      const to = manager;
      setTimeout(() => front.send(answer, to, '127.0.0.1', () => undefined), relay.delayMs);
    } else if (answer) {
      front.send(answer, manager, '127.0.0.1');
    }
  });
  await Promise.all(
    [front, back].map((socket) => new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve)))
  );
  relay.port = front.address().port;
  return relay;
}
