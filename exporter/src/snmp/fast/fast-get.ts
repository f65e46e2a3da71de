import { SessionGet, type PartsSession } from '../session-get';
import type { GetAnswer, PreparedGet, SnmpEndpoint, SnmpError } from '../session';
import type { FastClient } from './client';
import { Reply, type ReplyValues } from './reply';
import { oidsOf, renderGet, type RenderedGet } from './request';

/** After so many answers in a row that the codec could not take, the agent is left to net-snmp. */
const GIVE_UP_AFTER = 3;

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
 * A GET of version 2c that was rendered once. It takes plain answers only: whatever is out of the ordinary (an error
 * status, a mangled answer) is asked again through the session, which knows how to make requests smaller.
 */
export class FastGet implements PreparedGet {
  private readonly rendered: RenderedGet;
  private misfits = 0;

  constructor(
    oids: readonly string[],
    private readonly endpoint: SnmpEndpoint,
    private readonly client: FastClient,
    private readonly session: FastHost
  ) {
    this.rendered = renderGet(endpoint.auth.community, oids);
  }

  async read(): Promise<GetAnswer> {
    if (this.misfits >= GIVE_UP_AFTER) {
      return new SessionGet(oidsOf(this.rendered), this.session).read();
    }
    this.session.assertOpen();
    const count = this.rendered.oidFrom.length;
    const values: ReplyValues = { numbers: new Float64Array(count), octets: [] };
    const outcome = await this.roundTrip(values);
    if (typeof outcome !== 'number') {
      throw await this.session.explained(outcome);
    }
    this.session.noteAnswer();
    if (outcome === Reply.Values) {
      this.misfits = 0;
      return values;
    }
    this.misfits += 1;
    return new SessionGet(oidsOf(this.rendered), this.session).read();
  }

  private roundTrip(values: ReplyValues): Promise<Reply | SnmpError> {
    return new Promise((resolve) => {
      const cancel = this.client.start(this.rendered, this.endpoint, values, (outcome) => {
        this.session.settled(cancel);
        resolve(outcome);
      });
      this.session.waitFor(cancel);
    });
  }
}
