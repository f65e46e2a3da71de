import type { RawVarbind } from 'net-snmp';
import type { CheckedSession } from './checked-session';
import { AgentError, failureOf, OutOfStepError, where } from './failure';
import type { FastClient } from './fast/client';
import { openSession, refuseUnusable } from './open-session';
import { refusesPackets } from './refusal';
import { SnmpError, type SnmpEndpoint } from './session';
import type { SharedSocket } from './shared-socket';
import type { AgentEngine } from './v3/agent-engine';
import { SecuredAgent } from './v3/secured-agent';

export interface RequestParts {
  socket: SharedSocket;
  fast: FastClient;
  /** Null for versions 1 and 2c. */
  engine: AgentEngine | null;
  onLate: () => void;
}

type Send<T> = (session: CheckedSession, done: (error: Error | null, value: T) => void) => void;

/** Single requests to one agent through net-snmp's messages; what waits for an answer is given up at `close()`. */
export class AgentRequests {
  readonly secured: SecuredAgent | null;
  private library: CheckedSession | null = null;
  private readonly waiting = new Set<(error: SnmpError) => void>();
  private cancelled: AbortController | null = null;
  private closedBy: SnmpError | null = null;
  private answered = false;

  constructor(
    readonly endpoint: SnmpEndpoint,
    private readonly transport: 'udp4' | 'udp6',
    private readonly parts: RequestParts
  ) {
    refuseUnusable(endpoint);
    this.secured = parts.engine && new SecuredAgent(endpoint, parts.engine, parts.fast, this);
  }

  /** The agent has answered anything at all: silence after that is about what was asked. */
  get hasAnswered(): boolean {
    return this.answered;
  }

  get closed(): boolean {
    return this.closedBy !== null;
  }

  get owner(): object {
    return this;
  }

  /** @throws SnmpError, as all of them */
  get(oids: readonly string[]): Promise<RawVarbind[]> {
    return this.request((session, done) => session.get([...oids], done));
  }

  getNext(oids: readonly string[]): Promise<RawVarbind[]> {
    return this.request((session, done) => session.getNext([...oids], done));
  }

  /** Varbinds by OID asked, at least one. `once`: without the attempts after the first. */
  async getBulk(oids: readonly string[], repetitions: number, once: boolean): Promise<RawVarbind[][]> {
    const rows = await this.request<RawVarbind[][]>((session, done) =>
      session.withRetries(once ? 0 : this.endpoint.retries, () => session.getBulk([...oids], 0, repetitions, done))
    );
    if (rows.length === 0) {
      // RFC 3416 section 4.2.3: not even one variable fitted the answer.
      throw new SnmpError('malformed', `${where(this.endpoint)} answered a walk of ${oids[0]} with nothing`);
    }
    return rows;
  }

  /** What waits rejects. False when it was closed already. */
  close(): boolean {
    if (this.closed) {
      return false;
    }
    const error = new SnmpError('timeout', `the session to ${where(this.endpoint)} was closed before the answer`);
    this.closedBy = error;
    this.cancelled?.abort(error);
    // First: the library has a reason of its own for each request that it drops.
    this.failAll(error);
    this.library?.close();
    return true;
  }

  noteAnswer(): void {
    this.answered = true;
  }

  assertOpen(): void {
    if (this.closedBy !== null) {
      throw this.closedBy;
    }
  }

  /** Silence may be a closed port: the system tells that only to a socket that asks nobody else. */
  async explained(failure: SnmpError): Promise<SnmpError> {
    if (failure.reason !== 'timeout') {
      this.answered ||= failure.reason === 'auth' || failure instanceof AgentError;
      return failure;
    }
    if (this.answered || this.closed) {
      return failure;
    }
    this.cancelled ??= new AbortController();
    const code = await refusesPackets(this.endpoint, this.transport, this.cancelled.signal);
    return code === null
      ? failure
      : new SnmpError(
          'unreachable',
          `no way to ${where(this.endpoint)}: ${code} (nothing listens there, or a router refuses)`
        );
  }

  /** net-snmp's session, made when first needed: polls of version 2c mostly do without. */
  private get session(): CheckedSession {
    if (!this.library) {
      this.library = openSession(this.endpoint, this.transport, this.parts.socket);
      this.library.watchWith({ late: this.parts.onLate });
      this.library.on('request-lost', (error: Error) => this.failAll(failureOf(error, this.endpoint)));
    }
    return this.library;
  }

  private async request<T>(send: Send<T>): Promise<T> {
    this.assertOpen();
    try {
      const value = await (this.secured ? this.sendSecured(this.secured, send) : this.sendOnce(send));
      this.answered = true;
      return value;
    } catch (error) {
      throw await this.explained(failureOf(error, this.endpoint));
    }
  }

  /** Once more when the agent restarted meanwhile (RFC 3414 section 4). */
  private async sendSecured<T>(agent: SecuredAgent, send: Send<T>): Promise<T> {
    for (let again = false; ; again = true) {
      await agent.ready();
      this.assertOpen();
      this.session.speakTo(agent.engine.id!, agent.engine.clock);
      try {
        return await this.sendOnce(send);
      } catch (error) {
        const { reason } = error as SnmpError;
        if (reason === 'auth' || reason === 'timeout') {
          agent.distrust();
        }
        if (again || !(error instanceof OutOfStepError)) {
          throw error;
        }
      }
    }
  }

  private sendOnce<T>(send: Send<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const fail = (error: SnmpError) => reject(error);
      this.waiting.add(fail);
      send(this.session, (error, answer) => {
        this.waiting.delete(fail);
        if (error) {
          reject(failureOf(error, this.endpoint));
        } else {
          resolve(answer);
        }
      });
    });
  }

  private failAll(error: SnmpError): void {
    for (const fail of [...this.waiting]) {
      this.waiting.delete(fail);
      fail(error);
    }
    this.parts.fast.giveUp(this, error);
  }
}
