import type { PollResult } from '../model/snapshot';
import type { SnmpAuth } from '../model/snmp-auth';
import type { Target } from '../model/target-list';
import { SnmpError, type SnmpEndpoint, type SnmpEngine, type SnmpSession } from '../snmp/session';
import { SYS_UP_TIME } from '../snmp/system';
import { Breaker } from './breaker';
import { InterfacePoll } from './interfaces';

/** What polls of all devices share. */
export interface PollGround {
  engine: SnmpEngine;
  /** Credentials by name. */
  auths: Readonly<Record<string, SnmpAuth>>;
  /** IP literal of an address or name; rejects with what to show when there is none. */
  resolve(address: string): string | Promise<string>;
  /** ms per attempt. */
  timeoutMs: number;
  /** Attempts after the first. */
  retries: number;
  intervalMs: number;
  deadlineMs: number;
  now(): number;
}

/** One device: its session, and what its polls have taught. Polls never overlap. */
export class DevicePoll {
  private readonly interfaces: InterfacePoll;
  private readonly breaker = new Breaker();
  private session: SnmpSession | null = null;
  private openedFor: SnmpEndpoint | null = null;
  private closed = false;

  constructor(
    private target: Target,
    private readonly ground: PollGround
  ) {
    this.interfaces = new InterfacePoll(target.interfaces, ground.now);
  }

  /** Takes a new inventory entry of the same device. */
  update(target: Target): void {
    const { device } = this.target;
    if (device.address !== target.device.address || device.snmpPort !== target.device.snmpPort) {
      this.breaker.reset();
    }
    if (device.auth !== target.device.auth) {
      this.breaker.reset();
    }
    if (target.interfaces !== this.target.interfaces) {
      this.interfaces.setInterfaces(target.interfaces);
    }
    this.target = target;
  }

  /** The credentials changed: what failed with the old ones may work now. */
  authsChanged(): void {
    this.breaker.reset();
  }

  /** One poll; null when the device is to be left alone this time, or was closed meanwhile. Never rejects. */
  async run(signal: AbortSignal): Promise<PollResult | null> {
    const next = this.breaker.next(this.ground.now());
    if (next === 'pause' || this.closed) {
      return null;
    }
    const startedAt = performance.now();
    const giveUp = () => this.drop();
    signal.addEventListener('abort', giveUp);
    let result: PollResult;
    try {
      const endpoint = await this.endpoint();
      if (next === 'sign_of_life') {
        await this.signOfLife(endpoint, signal);
      }
      const { snapshot, renumbered } = await this.interfaces.poll(this.sessionTo(endpoint));
      const { length } = snapshot.interfaces;
      const detail = `${length} ${length === 1 ? 'interface' : 'interfaces'} of ${endpoint.address} answered`;
      result = { reason: 'ok', detail, durationMs: performance.now() - startedAt, snapshot };
      if (renumbered) {
        result.renumbered = true;
      }
    } catch (error) {
      result = this.failed(error, signal, performance.now() - startedAt);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
    this.breaker.note(result.reason, this.ground.now(), this.ground.intervalMs);
    return this.closed ? null : result;
  }

  close(): void {
    this.closed = true;
    this.drop();
  }

  private failed(error: unknown, signal: AbortSignal, durationMs: number): PollResult {
    // Whatever went wrong, the next poll begins with a session that knows nothing (SNMPv3: engine id and clock).
    this.drop();
    if (signal.aborted) {
      const seconds = this.ground.deadlineMs / 1000;
      return {
        reason: 'tooslow',
        detail: `${this.target.device.address} did not finish within ${seconds} s`,
        durationMs,
      };
    }
    if (error instanceof SnmpError) {
      return { reason: error.reason, detail: error.message, durationMs };
    }
    const said = error instanceof Error ? error.message : String(error);
    return { reason: 'malformed', detail: `poll of ${this.target.device.address} failed: ${said}`, durationMs };
  }

  private async endpoint(): Promise<SnmpEndpoint> {
    const { device } = this.target;
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

  private sessionTo(endpoint: SnmpEndpoint): SnmpSession {
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
  private async signOfLife(endpoint: SnmpEndpoint, signal: AbortSignal): Promise<void> {
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

  private drop(): void {
    this.session?.close();
    this.session = null;
    this.openedFor = null;
  }
}
