import type { SnmpAuth } from '../model/snmp-auth';
import type { Target } from '../model/target-list';
import { SnmpError, type SnmpEndpoint, type SnmpEngine, type SnmpSession } from '../snmp/session';
import { SYS_UP_TIME } from '../snmp/system';

/** What the sessions of all devices share. */
export interface SessionGround {
  engine: SnmpEngine;
  /** Credentials by name. */
  auths: Readonly<Record<string, SnmpAuth>>;
  /** IP literal of an address or name; rejects with what to show when there is none. */
  resolve(address: string): string | Promise<string>;
  /** ms per attempt. */
  timeoutMs: number;
  /** Attempts after the first. */
  retries: number;
}

/** The one session with a device that all its polls use. */
export class DeviceSession {
  private session: SnmpSession | null = null;
  private openedFor: SnmpEndpoint | null = null;

  constructor(private readonly ground: SessionGround) {}

  /** Where and as whom the device is asked now. @throws SnmpError when that is not known */
  async endpoint({ device }: Target): Promise<SnmpEndpoint> {
    const auth = this.ground.auths[device.auth ?? ''];
    if (!auth) {
      const known = Object.keys(this.ground.auths).join(', ') || 'none';
      throw new SnmpError('auth', `${device.name}: auth "${device.auth}" is not configured; configured are ${known}`);
    }
    let address: string;
    try {
      address = await this.ground.resolve(device.address);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new SnmpError('unreachable', `${device.name}: ${said}`, { cause: error });
    }
    const { timeoutMs, retries } = this.ground;
    return { address, port: device.snmpPort, auth, timeoutMs, retries };
  }

  /** The session that is open, or a new one where the endpoint is another. */
  to(endpoint: SnmpEndpoint): SnmpSession {
    const { openedFor } = this;
    const same =
      openedFor?.address === endpoint.address && openedFor.port === endpoint.port && openedFor.auth === endpoint.auth;
    if (!this.session || !same) {
      this.drop();
      this.session = this.ground.engine.open(endpoint);
      this.openedFor = endpoint;
    }
    return this.session;
  }

  /** One small request without retries: what a silent device costs. @throws SnmpError when it stays silent */
  async signOfLife(endpoint: SnmpEndpoint, signal: AbortSignal): Promise<void> {
    const session = this.ground.engine.open({ ...endpoint, retries: 0 });
    const giveUp = () => session.close();
    signal.addEventListener('abort', giveUp);
    try {
      await session.get([SYS_UP_TIME]);
    } finally {
      signal.removeEventListener('abort', giveUp);
      session.close();
    }
  }

  /** What waits for an answer rejects; the next poll begins with a session that knows nothing. */
  drop(): void {
    this.session?.close();
    this.session = null;
    this.openedFor = null;
  }
}
