import type { RawVarbind, SessionOptions } from 'net-snmp';
import { CheckedSession } from './checked-session';
import { varbindOf } from './decode';
import { AgentError, ERROR_STATUS, failureOf, OutOfStepError, where } from './failure';
import { CommunityGet, type FastHost } from './fast/fast-get';
import type { FastClient } from './fast/client';
import { walkLeaves } from './leaf-walk';
import { requestVarbindBytes } from './oid';
import { ANSWER_BYTES, type PduSizes } from './pdu-size';
import { refusesPackets } from './refusal';
import { SessionGet, type PartsAnswer } from './session-get';
import {
  SnmpError,
  type ColumnRows,
  type PreparedGet,
  type SnmpEndpoint,
  type SnmpSession,
  type Varbind,
  type WalkOptions,
} from './session';
import type { SharedSocket } from './shared-socket';
import type { AgentEngine } from './v3/agent-engine';
import { SecuredAgent } from './v3/secured-agent';
import { SecuredGet } from './v3/secured-get';
import { v3User } from './v3-user';
import { walkColumns, type WalkAnswer } from './walk';

export interface SessionParts {
  socket: SharedSocket;
  fast: FastClient;
  sizes: PduSizes;
  /** Null for versions 1 and 2c. */
  engine: AgentEngine | null;
  onLate: () => void;
  onClose: () => void;
}

/** One agent's session: our request sizes, walk and errors around net-snmp's messages. */
export class AgentSession implements SnmpSession, FastHost {
  private library: CheckedSession | null = null;
  private readonly waiting = new Set<(error: SnmpError) => void>();
  private readonly cancelled = new AbortController();
  private readonly secured: SecuredAgent | null;
  private answered = false;

  constructor(
    private readonly endpoint: SnmpEndpoint,
    private readonly transport: 'udp4' | 'udp6',
    private readonly parts: SessionParts
  ) {
    refuseUnusable(endpoint);
    this.secured = parts.engine && new SecuredAgent(endpoint, parts.engine, parts.fast, this);
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

  async get(oids: readonly string[]): Promise<Map<string, Varbind>> {
    return (await this.getInParts(oids)).found;
  }

  async getInParts(oids: readonly string[]): Promise<PartsAnswer> {
    const found = new Map<string, Varbind>();
    let atOnce = 0;
    const rest = [...oids];
    while (rest.length > 0) {
      const asked = rest.slice(0, this.fitting(rest));
      const answer = await this.getOnce(asked);
      if (answer === 'smaller') {
        continue;
      }
      rest.splice(0, asked.length);
      atOnce = Math.max(atOnce, asked.length);
      for (const [i, oid] of asked.entries()) {
        const raw = answer.get(oid) ?? answer.get(i);
        const varbind = raw && raw.oid === oid ? varbindOf(raw) : undefined;
        if (varbind) {
          found.set(oid, varbind);
        }
      }
    }
    return { found, atOnce };
  }

  async columns(columns: readonly string[], options: { maxRows?: number } = {}): Promise<ColumnRows> {
    const refusals: SnmpError[] = [];
    const rows = await walkColumns(
      columns,
      (cursors, known) => this.walkStep(cursors, known, refusals),
      options.maxRows
    );
    if (refusals[0] && [...rows.values()].every((column) => column.size === 0)) {
      throw refusals[0];
    }
    return rows;
  }

  async walk(root: string, { maxRepetitions = 0, allowNonIncreasing }: WalkOptions = {}): Promise<Varbind[]> {
    const fail = (trouble: string) =>
      new SnmpError('malformed', `walk of ${root} at ${where(this.endpoint)}: ${trouble}`);
    return walkLeaves(
      root,
      {
        next: async (cursor, known) => {
          const refusals: SnmpError[] = [];
          const answer = await this.walkStep([cursor], known, refusals, maxRepetitions || undefined);
          // Who may see nothing at all must not look like an agent that has nothing.
          if (known === 0 && refusals[0]?.reason === 'auth') {
            throw refusals[0];
          }
          return answer.rows[0] ?? null;
        },
        leaf: async () => [...(await this.get([root])).values()],
        fail,
      },
      { allowNonIncreasing }
    );
  }

  prepare(oids: readonly string[]): PreparedGet {
    if (this.secured) {
      return new SecuredGet(oids, this.secured, this);
    }
    return this.endpoint.auth.version === 2
      ? new CommunityGet(oids, this.endpoint, this.parts.fast, this)
      : new SessionGet(oids, this);
  }

  close(): void {
    if (this.cancelled.signal.aborted) {
      return;
    }
    const error = new SnmpError('timeout', `the session to ${where(this.endpoint)} was closed before the answer`);
    this.cancelled.abort(error);
    this.library?.close();
    this.failAll(error);
    this.parts.onClose();
  }

  waitFor(cancel: (reason: SnmpError) => void): void {
    this.waiting.add(cancel);
  }

  settled(cancel: (reason: SnmpError) => void): void {
    this.waiting.delete(cancel);
  }

  noteAnswer(): void {
    this.answered = true;
  }

  assertOpen(): void {
    if (this.cancelled.signal.aborted) {
      throw this.cancelled.signal.reason;
    }
  }

  /** How many of the OIDs fit one GET whose answer fits one packet. */
  private fitting(oids: readonly string[]): number {
    let bytes = 60 + Buffer.byteLength(this.endpoint.auth.community);
    let count = 0;
    while (count < oids.length && count < this.parts.sizes.varbinds) {
      // A value of a counter takes up to ten bytes more than the NULL of the request.
      bytes += requestVarbindBytes(oids[count]!) + 10;
      if (bytes > ANSWER_BYTES) {
        break;
      }
      count += 1;
    }
    return Math.max(1, count);
  }

  private async getOnce(oids: readonly string[]): Promise<Map<string | number, RawVarbind> | 'smaller'> {
    try {
      const varbinds = await this.request<RawVarbind[]>((done) => this.session.get([...oids], done));
      this.parts.sizes.varbindsAnswered();
      return new Map<string | number, RawVarbind>([
        ...varbinds.map((raw, i): [number, RawVarbind] => [i, raw]),
        ...varbinds.map((raw): [string, RawVarbind] => [raw.oid, raw]),
      ]);
    } catch (error) {
      return this.afterFailedGet(error as SnmpError, oids);
    }
  }

  /** noSuchName names the one OID that version 1 cannot answer: the others are asked again without it (RFC 1157 4.1.2). */
  private async afterFailedGet(
    error: SnmpError,
    oids: readonly string[]
  ): Promise<Map<string | number, RawVarbind> | 'smaller'> {
    const single = oids.length === 1;
    if (error instanceof AgentError && error.status !== ERROR_STATUS.tooBig && error.reason !== 'auth') {
      if (single) {
        return new Map();
      }
      const without = oids.filter((oid) => oid !== error.oid);
      if (without.length < oids.length) {
        return this.getOnce(without);
      }
    }
    const tooLarge = error.reason === 'malformed' || (error.reason === 'timeout' && this.answered);
    if (tooLarge && this.parts.sizes.halveVarbinds(oids.length)) {
      return 'smaller';
    }
    throw error;
  }

  private async walkStep(
    cursors: readonly string[],
    known: number,
    refusals: SnmpError[],
    most = Number.POSITIVE_INFINITY
  ): Promise<WalkAnswer> {
    for (;;) {
      // After the first rows the walk is worth more per packet; before them, a table may have one row or none.
      const wanted = known === 0 ? Math.min(10, most) : most;
      const repetitions = Math.min(wanted, this.parts.sizes.repetitions(cursors.length));
      try {
        const rows = await this.next(cursors, repetitions);
        this.parts.sizes.repetitionsAnswered();
        return { rows, refused: [] };
      } catch (error) {
        const failure = error as SnmpError;
        if (failure instanceof AgentError && failure.status !== ERROR_STATUS.tooBig) {
          refusals.push(failure);
          return this.refused(failure, cursors, refusals);
        }
        const tooLarge = failure.reason === 'malformed' || (failure.reason === 'timeout' && this.answered);
        if (tooLarge && this.endpoint.auth.version !== 1 && this.parts.sizes.halveRepetitions(repetitions)) {
          continue;
        }
        if (tooLarge && cursors.length > 1 && failure.reason === 'malformed') {
          return this.half(cursors, known, refusals);
        }
        throw failure;
      }
    }
  }

  /** Which columns an error status ends: the one that it names, else each is asked on its own to find out. */
  private async refused(error: AgentError, cursors: readonly string[], refusals: SnmpError[]): Promise<WalkAnswer> {
    const named = error.oid === undefined ? -1 : cursors.indexOf(error.oid);
    if (named >= 0 || cursors.length === 1) {
      return { rows: [], refused: [Math.max(0, named)] };
    }
    return this.half(cursors, 0, refusals);
  }

  private async half(cursors: readonly string[], known: number, refusals: SnmpError[]): Promise<WalkAnswer> {
    const middle = Math.ceil(cursors.length / 2);
    const left = await this.walkStep(cursors.slice(0, middle), known, refusals);
    const right = await this.walkStep(cursors.slice(middle), known, refusals);
    const rows = Array.from({ length: middle }, (_, i) => left.rows[i] ?? []).concat(right.rows);
    return { rows, refused: [...left.refused, ...right.refused.map((i) => i + middle)] };
  }

  private async next(cursors: readonly string[], repetitions: number): Promise<RawVarbind[][]> {
    const oids = [...cursors];
    if (this.endpoint.auth.version === 1) {
      const varbinds = await this.request<RawVarbind[]>((done) => this.session.getNext(oids, done));
      return varbinds.map((raw) => [raw]);
    }
    const rows = await this.request<RawVarbind[][]>((done) => this.session.getBulk(oids, 0, repetitions, done));
    if (rows.length === 0) {
      // RFC 3416 section 4.2.3: not even one variable fitted the answer.
      throw new SnmpError('malformed', `${where(this.endpoint)} answered a walk of ${oids[0]} with nothing`);
    }
    return rows;
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
      send((error, answer) => {
        this.waiting.delete(fail);
        if (error) {
          reject(failureOf(error, this.endpoint));
        } else {
          resolve(answer);
        }
      });
    });
  }

  /** Silence may be a closed port: the system tells that only to a socket that asks nobody else. */
  async explained(failure: SnmpError): Promise<SnmpError> {
    if (failure.reason !== 'timeout') {
      this.answered ||= failure.reason === 'auth' || failure instanceof AgentError;
      return failure;
    }
    if (this.answered || this.cancelled.signal.aborted) {
      return failure;
    }
    const code = await refusesPackets(this.endpoint, this.transport, this.cancelled.signal);
    return code === null
      ? failure
      : new SnmpError(
          'unreachable',
          `no way to ${where(this.endpoint)}: ${code} (nothing listens there, or a router refuses)`
        );
  }

  private failAll(error: SnmpError): void {
    for (const fail of [...this.waiting]) {
      this.waiting.delete(fail);
      fail(error);
    }
  }
}

type Send<T> = (done: (error: Error | null, value: T) => void) => void;

const VERSION = { 1: 0, 2: 1, 3: 3 } as const;

function refuseUnusable(endpoint: SnmpEndpoint): void {
  if (endpoint.auth.version === 3) {
    v3User(endpoint.auth);
  } else if (endpoint.auth.community === '') {
    throw new SnmpError('auth', `no community to ask ${where(endpoint)} with: it is empty`);
  }
}

function openSession(endpoint: SnmpEndpoint, transport: 'udp4' | 'udp6', socket: SharedSocket): CheckedSession {
  const { auth } = endpoint;
  const options: SessionOptions = {
    version: VERSION[auth.version],
    transport,
    port: endpoint.port,
    retries: endpoint.retries,
    timeout: endpoint.timeoutMs,
    // Our walk checks order; the library would fail the whole answer.
    backwardsGetNexts: true,
    reportOidMismatchErrors: false,
    context: auth.contextName ?? '',
    dgramModule: { createSocket: () => socket.attach(endpoint.address, endpoint.port) },
  };
  return new CheckedSession(endpoint.address, auth.version === 3 ? v3User(auth) : auth.community, options);
}
