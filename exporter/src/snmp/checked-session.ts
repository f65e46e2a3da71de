import { Session, type SessionOptions, type User } from 'net-snmp';
import type { EngineTime } from './v3/agent-engine';

export interface PacketWatch {
  /** A packet that answers no open request of the session: late, repeated or made up. */
  late(): void;
}

/**
 * A net-snmp session that nothing a packet contains can break. The library drops a request before it has looked at the
 * whole answer, so an answer that throws half-way would leave its caller waiting for ever: here it fails what waits.
 */
export class CheckedSession extends Session {
  private watch: PacketWatch | null = null;

  constructor(target: string, authenticator: string | User, options: SessionOptions) {
    super(target, authenticator, options);
    // Packets that do not parse; onMsg below has failed their requests.
    this.on('error', (error: Error) => this.cancelRequests(error));
  }

  watchWith(watch: PacketWatch): void {
    this.watch = watch;
  }

  /** SNMPv3: which engine to ask, and what its clock shows. */
  speakTo(engineId: Buffer, { boots, time }: EngineTime): void {
    this.msgSecurityParameters = {
      msgAuthoritativeEngineID: engineId,
      msgAuthoritativeEngineBoots: boots,
      msgAuthoritativeEngineTime: time,
    };
    this.engineTimeBoots = boots;
    this.engineTimeBase = time;
    this.engineTimeReceivedAt = performance.now();
    this.latestReceivedEngineTime = time;
  }

  /** What `send` sends is repeated so often when it stays unanswered. */
  withRetries(retries: number, send: () => void): void {
    const usual = this.retries;
    this.retries = retries;
    try {
      send();
    } finally {
      this.retries = usual;
    }
  }

  /** A report is told, not answered: the library would send the same once more, whatever the report says. */
  protected override sendV3Req(...[pdu, feed, response, options, port]: Parameters<Session['sendV3Req']>): void {
    super.sendV3Req(pdu, feed, response, options, port, false);
  }

  protected override onMsg(packet: Buffer): void {
    const waiting = this.reqCount;
    try {
      if (isCutShort(packet)) {
        throw new RangeError('the packet ends before the message');
      }
      super.onMsg(packet);
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      this.cancelRequests(failure);
      this.emit('request-lost', failure);
      return;
    }
    if (this.reqCount === waiting) {
      this.watch?.late();
    }
  }
}

/**
 * Whether the message says that it is longer than its packet (X.690 section 8.1.3). The library reads such a message as
 * one with fewer variables, and a walk would take that for the end of the table.
 */
function isCutShort(packet: Buffer): boolean {
  const first = packet[1] ?? 0xff;
  if (first < 0x80) {
    return 2 + first > packet.length;
  }
  const bytes = first & 0x7f;
  if (bytes < 1 || bytes > 4 || packet.length < 2 + bytes) {
    return true;
  }
  return 2 + bytes + packet.readUIntBE(2, bytes) > packet.length;
}
