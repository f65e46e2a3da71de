import { AgentError, isRefusal, timeoutOf, where } from '../failure';
import type { FastClient } from '../fast/client';
import { type FastHost, sendFor } from '../fast/fast-get';
import type { Reply, ReplyValues } from '../fast/reply';
import { SnmpError, type SnmpEndpoint } from '../session';
import { SYS_UP_TIME } from '../system';
import type { AgentEngine } from './agent-engine';
import { DiscoveryExchange, type Report, SecuredExchange, SecuredQuestion } from './exchange';
import { type Security, securityAt } from './security';

interface Manner {
  endpoint: SnmpEndpoint;
  /** The engine has just said its time: when it does not fit, asking again changes nothing. */
  timeIsFresh: boolean;
  unheard: () => SnmpError;
}

/**
 * One session's way to an SNMPv3 agent (RFC 3414 section 4). Credentials that the agent has not answered to are tried
 * with one small request behind discovery, and not again before the next poll: some agents lock a user out who keeps
 * trying. What that taught outlives the session.
 */
export class SecuredAgent {
  private greeting: Promise<void> | null = null;
  private cached: Security | null = null;

  constructor(
    private readonly endpoint: SnmpEndpoint,
    readonly engine: AgentEngine,
    private readonly client: FastClient,
    private readonly session: Pick<FastHost, 'owner' | 'assertOpen' | 'noteAnswer'>
  ) {}

  /** Resolves when the agent has answered to the credentials. @throws SnmpError */
  async ready(): Promise<void> {
    if (this.engine.trusts(this.endpoint.auth)) {
      return;
    }
    this.greeting ??= this.greet().finally(() => (this.greeting = null));
    await this.greeting;
  }

  /** The next request begins with discovery. */
  distrust(): void {
    this.engine.distrust(this.endpoint.auth);
  }

  /** One round trip, and one more when the engine restarted or is another one. Never rejects. */
  async ask(question: SecuredQuestion, values: ReplyValues): Promise<Reply | SnmpError> {
    if (!this.engine.trusts(this.endpoint.auth)) {
      try {
        await this.ready();
      } catch (error) {
        return error as SnmpError;
      }
    }
    const outcome = await this.exchange(question, values, {
      endpoint: this.endpoint,
      timeIsFresh: false,
      unheard: () => timeoutOf(this.endpoint),
    });
    if (outcome instanceof SnmpError) {
      this.distrust();
      return outcome;
    }
    this.engine.trust(this.endpoint.auth);
    return outcome.reply;
  }

  private async greet(): Promise<void> {
    const found = await sendFor(this.session, this.client, this.endpoint, new DiscoveryExchange(this.endpoint));
    if (found instanceof SnmpError) {
      throw found;
    }
    this.engine.adopt(found.engineId, found.boots, found.time);
    // One packet has the time of all attempts.
    const { timeoutMs, retries } = this.endpoint;
    const once = { ...this.endpoint, retries: 0, timeoutMs: timeoutMs * (retries + 1) };
    const values = { numbers: new Float64Array(1), octets: [] };
    const outcome = await this.exchange(new SecuredQuestion([SYS_UP_TIME]), values, {
      endpoint: once,
      timeIsFresh: knowsTime(found),
      unheard: () => this.unheard(),
    });
    if (outcome instanceof SnmpError) {
      throw outcome;
    }
    if (isRefusal(outcome.status)) {
      throw new AgentError(outcome.status, SYS_UP_TIME, this.endpoint);
    }
    this.engine.trust(this.endpoint.auth);
    this.session.noteAnswer();
  }

  private async exchange(
    question: SecuredQuestion,
    values: ReplyValues,
    { endpoint, timeIsFresh, unheard }: Manner
  ): Promise<{ reply: Reply; status: number } | SnmpError> {
    const spent = { engine: false, time: timeIsFresh };
    for (;;) {
      const security = this.security();
      const exchange = new SecuredExchange(question, security, this.engine, endpoint, values, unheard);
      const outcome = await sendFor(this.session, this.client, endpoint, exchange);
      if (outcome instanceof SnmpError) {
        return outcome;
      }
      if (typeof outcome === 'number') {
        return { reply: outcome, status: exchange.status };
      }
      const { kind } = outcome.cause;
      const another = kind === 'time' || !outcome.engineId.equals(security.engineId);
      if (kind === 'refused' || spent[kind] || !another) {
        return this.refused(outcome);
      }
      this.engine.adopt(outcome.engineId, outcome.boots, outcome.time);
      spent[kind] = true;
      spent.time ||= knowsTime(outcome);
    }
  }

  private security(): Security {
    const id = this.engine.id!;
    if (this.cached?.engineId !== id) {
      this.cached = securityAt(this.endpoint.auth, id);
    }
    return this.cached;
  }

  private refused({ cause }: Report): SnmpError {
    const again = cause.kind === 'time' ? ', although that was just set by its own clock' : '';
    return new SnmpError('auth', `${where(this.endpoint)} refused the SNMPv3 user: ${cause.text}${again}`);
  }

  /** Some agents, Debian's snmpd among them, drop without a word what the privacy password does not decrypt. */
  private unheard(): SnmpError {
    const at = where(this.endpoint);
    return new SnmpError(
      'auth',
      `${at}: the engine answers discovery, but not the request: wrong password, privacy password or user? (or that one packet was lost)`
    );
  }
}

/** Agents may leave their time out of discovery: it takes one request more to learn it (RFC 3414 section 4). */
function knowsTime({ boots, time }: Report): boolean {
  return boots !== 0 || time !== 0;
}
