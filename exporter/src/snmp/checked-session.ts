import { Session, type SessionOptions, type User } from 'net-snmp';

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

  protected override onMsg(packet: Buffer): void {
    const waiting = this.reqCount;
    try {
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
