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
  /** Registers what `close()` has to give up. */
  waitFor(cancel: (reason: SnmpError) => void): void;
  settled(cancel: (reason: SnmpError) => void): void;
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
  private numbers: Float64Array | null = null;

  constructor(
    private readonly count: number,
    protected readonly session: FastHost
  ) {}

  async read(): Promise<GetAnswer> {
    this.numbers ??= new Float64Array(this.count);
    const values: ReplyValues = { numbers: this.numbers, octets: [] };
    return (await this.takes(values)) ? values : this.bySession().read();
  }

  async varbinds(oids: readonly string[]): Promise<VarbindAnswer> {
    const varbinds: WantedVarbinds = { oids, found: [] };
    const taken = await this.takes({ numbers: NO_NUMBERS, octets: [], varbinds });
    return taken ? { varbinds: varbinds.found } : this.bySession().varbinds();
  }

  /** One round trip; false when the session has to ask again. */
  private async takes(values: ReplyValues): Promise<boolean> {
    if (this.misfits >= GIVE_UP_AFTER) {
      return false;
    }
    const outcome = await this.roundTrip(values);
    if (typeof outcome !== 'number') {
      throw await this.session.explained(outcome);
    }
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
  private readonly rendered: RenderedGet;

  constructor(
    oids: readonly string[],
    private readonly endpoint: SnmpEndpoint,
    private readonly client: FastClient,
    session: FastHost
  ) {
    super(oids.length, session);
    this.rendered = renderGet(endpoint.auth.community, oids);
  }

  protected oids(): string[] {
    return oidsOf(this.rendered);
  }

  protected roundTrip(values: ReplyValues): Promise<Reply | SnmpError> {
    return sendFor(
      this.session,
      this.client,
      this.endpoint,
      new CommunityExchange(this.rendered, this.endpoint, values)
    );
  }
}

/** One exchange on behalf of a session, which gives it up when it is closed. */
export function sendFor<T>(
  session: Pick<FastHost, 'waitFor' | 'settled' | 'assertOpen'>,
  client: FastClient,
  endpoint: SnmpEndpoint,
  exchange: Exchange<T>
): Promise<T | SnmpError> {
  try {
    session.assertOpen();
  } catch (error) {
    return Promise.resolve(error as SnmpError);
  }
  return new Promise((resolve) => {
    const cancel = client.start(exchange, endpoint, (outcome) => {
      session.settled(cancel);
      resolve(outcome);
    });
    session.waitFor(cancel);
  });
}

class CommunityExchange implements Exchange<Reply> {
  readonly version = 1;

  constructor(
    private readonly request: RenderedGet,
    private readonly endpoint: SnmpEndpoint,
    private readonly values: ReplyValues
  ) {}

  packet(id: number): Buffer {
    const { packet, idAt } = this.request;
    packet.writeUInt32BE(id, idAt);
    return packet;
  }

  answer(packet: Buffer): Reply {
    return decodeReply(packet, this.request, this.values);
  }

  garbage(): Reply {
    return Reply.Misfit;
  }

  silence(): SnmpError {
    return timeoutOf(this.endpoint);
  }
}
