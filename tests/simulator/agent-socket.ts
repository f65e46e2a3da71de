import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { answer } from './agent';
import { BerError } from './ber-reader';
import type { SimulatedDevice } from './device';
import { hashNumber } from './hash';
import { tableOf, type AgentState } from './if-mib';
import { decodeRequest } from './message';
import type { OidTable } from './oid-table';

/** How late a slow agent answers, in ms. */
export const SLOW_MS = 3_000;

/** Requests since the start, by what became of them. */
export interface AgentCounts {
  answered: number;
  silent: number;
  wrongCommunity: number;
  malformed: number;
}

/** The SNMP side of one device: one UDP socket on its own address. */
export class AgentSocket {
  readonly counts: AgentCounts = { answered: 0, silent: 0, wrongCommunity: 0, malformed: 0 };
  private readonly delayed = new Set<NodeJS.Timeout>();
  private table: OidTable<AgentState> | undefined;
  private numbering = -1;

  private constructor(
    private readonly socket: Socket,
    readonly device: SimulatedDevice,
    private readonly community: Buffer,
    private readonly now: () => number
  ) {
    socket.on('message', (bytes, from) => this.receive(bytes, from.port, from.address));
    // An answer that nobody waits for any more comes back as ICMP; the next request is not its victim.
    socket.on('error', () => undefined);
  }

  /** Rejects with the system's error (EADDRINUSE, EADDRNOTAVAIL, EMFILE) when the address cannot be had. */
  static async open(device: SimulatedDevice, port: number, community: string, now: () => number): Promise<AgentSocket> {
    const socket = createSocket({
      type: 'udp4',
      // Requesters are IP literals: nothing to look up.
      lookup: (host, _options, done) => done(null, host, 4),
    });
    // With nothing to look up the socket is bound, and says so, before bind returns.
    const listening = once(socket, 'listening');
    socket.bind({ address: device.promise.address, port, exclusive: true });
    await listening;
    return new AgentSocket(socket, device, Buffer.from(community), now);
  }

  get port(): number {
    return this.socket.address().port;
  }

  private receive(bytes: Buffer, port: number, address: string): void {
    const reply = this.reply(bytes);
    if (!reply) {
      return;
    }
    if (this.device.snmp !== 'slow') {
      this.socket.send(reply, port, address);
      return;
    }
    const timer = setTimeout(() => {
      this.delayed.delete(timer);
      this.socket.send(reply, port, address);
    }, SLOW_MS);
    this.delayed.add(timer);
  }

  /** Undefined: silence. An agent never answers what it cannot read or who it does not know. */
  private reply(bytes: Buffer): Buffer | undefined {
    this.device.advance(this.now());
    const mood = this.device.snmp;
    if (mood === 'silent') {
      this.counts.silent++;
      return undefined;
    }
    try {
      const request = decodeRequest(bytes);
      if (!this.community.equals(request.community)) {
        this.counts.wrongCommunity++;
        return undefined;
      }
      this.counts.answered++;
      return mood === 'garbage' ? garbage(this.device.seed, this.counts.answered) : answer(this.freshTable(), request);
    } catch (err) {
      if (!(err instanceof BerError)) {
        throw err;
      }
      this.counts.malformed++;
      return undefined;
    }
  }

  private freshTable(): OidTable<AgentState> {
    if (!this.table || this.numbering !== this.device.numbering) {
      this.table = tableOf(this.device);
      this.numbering = this.device.numbering;
    }
    return this.table;
  }

  async close(): Promise<void> {
    this.delayed.forEach((timer) => clearTimeout(timer));
    await new Promise<void>((resolve) => this.socket.close(() => resolve()));
  }
}

/** Looks like SNMP for two octets, then is none. */
function garbage(seed: number, n: number): Buffer {
  const bytes = Buffer.alloc(48);
  for (let i = 0; i < bytes.length; i += 4) {
    bytes.writeUInt32BE(hashNumber(hashNumber(seed, n), i), i);
  }
  bytes[0] = 0x30;
  bytes[1] = 0x7f;
  return bytes;
}
