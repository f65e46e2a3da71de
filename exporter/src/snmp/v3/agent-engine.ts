import type { SnmpAuth } from '../../model/snmp-auth';

/** RFC 3414 section 2.2.3. */
const WINDOW_SECONDS = 150;
const LATEST = 2 ** 31 - 1;

export interface EngineTime {
  boots: number;
  /** Seconds since the engine's last restart. */
  time: number;
}

/**
 * What is known of the SNMP engine of one agent: its id and its clock (RFC 3414 section 2.3), and which credentials it
 * has answered to. Outlives the sessions to the agent.
 */
export class AgentEngine {
  private known: Buffer | null = null;
  private boots = 0;
  private base = 0;
  private latest = 0;
  private learntAt = 0;
  private trusted = new WeakSet<SnmpAuth>();

  /** @param now ms of a clock that only goes forward */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Null before discovery. */
  get id(): Buffer | null {
    return this.known;
  }

  /** The engine's time as far as it is known (RFC 3414 section 2.3). */
  get clock(): EngineTime {
    const time = this.base + Math.floor((this.now() - this.learntAt) / 1000);
    // Section 2.2.2: the time begins anew with the next boot.
    return time > LATEST
      ? { boots: Math.min(this.boots + 1, LATEST), time: time % (LATEST + 1) }
      : { boots: this.boots, time };
  }

  /** Takes what a report says: of discovery, of a restart, or of another engine at the same address. */
  adopt(id: Buffer, boots: number, time: number): void {
    if (this.known === null || !this.known.equals(id)) {
      this.known = Buffer.from(id);
      this.trusted = new WeakSet();
    }
    this.set(boots, time);
  }

  /** An authentic message of this engine; false when it is too old to be believed (RFC 3414 section 3.2, 7b). */
  note(boots: number, time: number): boolean {
    if (boots > this.boots || (boots === this.boots && time > this.latest)) {
      this.set(boots, time);
      return true;
    }
    return this.inWindow(boots, time);
  }

  /** Whether a message with this time would be believed. */
  inWindow(boots: number, time: number): boolean {
    const clock = this.clock;
    return boots === clock.boots && boots !== LATEST && Math.abs(time - clock.time) <= WINDOW_SECONDS;
  }

  trusts(auth: SnmpAuth): boolean {
    return this.trusted.has(auth);
  }

  trust(auth: SnmpAuth): void {
    this.trusted.add(auth);
  }

  /** The next conversation with these credentials begins with discovery. */
  distrust(auth: SnmpAuth): void {
    this.trusted.delete(auth);
  }

  private set(boots: number, time: number): void {
    this.boots = boots;
    this.base = time;
    this.latest = time;
    this.learntAt = this.now();
  }
}
