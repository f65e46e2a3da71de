import { FastGet, type FastHost } from '../fast/fast-get';
import type { Reply, ReplyValues } from '../fast/reply';
import type { SnmpError } from '../session';
import { SecuredQuestion } from './exchange';
import type { SecuredAgent } from './secured-agent';

/** A repeated GET of SNMPv3. */
export class SecuredGet extends FastGet {
  private readonly question: SecuredQuestion;

  constructor(
    oids: readonly string[],
    private readonly agent: SecuredAgent,
    session: FastHost
  ) {
    super(oids.length, session);
    this.question = new SecuredQuestion(oids);
  }

  protected oids(): string[] {
    return [...this.question.oids];
  }

  protected roundTrip(values: ReplyValues): Promise<Reply | SnmpError> {
    return this.agent.ask(this.question, values);
  }
}
