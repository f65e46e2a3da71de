import { timeoutOf } from '../failure';
import { SessionGet, type PartsSession } from '../session-get';
import type { GetAnswer, PreparedGet, SnmpEndpoint, SnmpError, VarbindAnswer } from '../session';
import type { Exchange, FastClient } from './client';
import { decodeReply, Reply, type ReplyValues } from './reply';
import { oidsOf, renderGet, type RenderedGet } from './request';
import type { WantedVarbinds } from './varbind';

/** After so many answers in a row that the codec could not take, the agent is left to net-snmp. */
const GIVE_UP_AFTER = 3;
const NO_NUMBERS = new Float64Array(0);

/** What the codec needs of the session that it works for. */
export interface FastHost extends PartsSession {
  /** Who gives up at `close()` what waits in the client. */
  readonly owner: object;
  noteAnswer(): void;
  /** The failure, or what is behind it. */
  explained(failure: SnmpError): Promise<SnmpError>;
  /** @throws SnmpError when the session is closed */
  assertOpen(): void;
}

/**
 * A repeated GET through our own codec. It takes plain answers only: whatever is out of the ordinary (an error status, a
 * mangled answer) is asked again through the session, which knows how to make requests smaller.
 */
export abstract class FastGet implements PreparedGet {
  private misfits = 0;
  /** The same for all answers: an array of this size has memory outside the heap, which costs more than to fill it. */
  private values: ReplyValues | null = null;

  constructor(
    private readonly count: number,
    protected readonly session: FastHost
  ) {}

  async read(): Promise<GetAnswer> {
    this.values ??= { numbers: new Float64Array(this.count), octets: [] };
    const { values } = this;
    if (!this.mayTry) {
      return this.bySession().read();
    }
    const outcome = await this.roundTrip(values);
    if (typeof outcome !== 'number') {
      throw await this.session.explained(outcome);
    }
    return this.isTaken(outcome) ? values : this.bySession().read();
  }

  async varbinds(oids: readonly string[]): Promise<VarbindAnswer> {
    const varbinds: WantedVarbinds = { oids, found: [] };
    if (!this.mayTry) {
      return this.bySession().varbinds();
    }
    const outcome = await this.roundTrip({ numbers: NO_NUMBERS, octets: [], varbinds });
    if (typeof outcome !== 'number') {
      throw await this.session.explained(outcome);
    }
    return this.isTaken(outcome) ? { varbinds: varbinds.found } : this.bySession().varbinds();
  }

  private get mayTry(): boolean {
    return this.misfits < GIVE_UP_AFTER;
  }

  /** False when the session has to ask again. */
  private isTaken(outcome: Reply): boolean {
    this.session.noteAnswer();
    this.misfits = outcome === Reply.Values ? 0 : this.misfits + 1;
    return outcome === Reply.Values;
  }

  private bySession(): SessionGet {
    return new SessionGet(this.oids(), this.session);
  }

  protected abstract oids(): string[];
  /** Never rejects. */
  protected abstract roundTrip(values: ReplyValues): Promise<Reply | SnmpError>;
}

/** A GET of version 2c that was rendered once. */
export class CommunityGet extends FastGet {
  private readonly exchange: CommunityExchange;

  constructor(
    oids: readonly string[],
    private readonly endpoint: SnmpEndpoint,
    private readonly client: FastClient,
    session: FastHost
  ) {
    super(oids.length, session);
    this.exchange = new CommunityExchange(renderGet(endpoint.auth.community, oids), endpoint);
  }

  protected oids(): string[] {
    return oidsOf(this.exchange.request);
  }

  protected roundTrip(values: ReplyValues): Promise<Reply | SnmpError> {
    this.exchange.values = values;
    return sendFor(this.session, this.client, this.endpoint, this.exchange);
  }
}

/** One exchange on behalf of a session, which gives it up when it is closed. */
export function sendFor<T>(
  session: Pick<FastHost, 'owner' | 'assertOpen'>,
  client: FastClient,
  endpoint: SnmpEndpoint,
  exchange: Exchange<T>
): Promise<T | SnmpError> {
  try {
    session.assertOpen();
  } catch (error) {
    return Promise.resolve(error as SnmpError);
  }
  return new Promise((resolve) => client.start(exchange, endpoint, session.owner, resolve));
}

class CommunityExchange implements Exchange<Reply> {
  readonly version = 1;
  /** Where the answer that is waited for goes; a prepared GET waits for one at a time. */
  values: ReplyValues | null = null;

  constructor(
    readonly request: RenderedGet,
    private readonly endpoint: SnmpEndpoint
  ) {}

  packet(id: number): Buffer {
    const { packet, idAt } = this.request;
    packet.writeUInt32BE(id, idAt);
    return packet;
  }

  answer(packet: Buffer): Reply {
    return decodeReply(packet, this.request, this.values!);
  }

  garbage(): Reply {
    return Reply.Misfit;
  }

  silence(): SnmpError {
    return timeoutOf(this.endpoint);
  }
}
