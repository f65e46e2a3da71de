import type { RawVarbind } from 'net-snmp';
import type { AgentRequests } from './agent-requests';
import { AgentError, ERROR_STATUS } from './failure';
import type { PduSizes } from './pdu-size';
import type { SnmpError } from './session';
import type { WalkAnswer } from './walk';
import type { WalkLimits } from './walk-limits';

/** Rows asked for before any came: a table may have one row or none. */
const FIRST_ROWS = 10;

/** One step of a walk after the other: GETBULK as large as the agent answers it, GETNEXT where it has none. */
export class WalkStep {
  /** Error statuses that ended columns, one a column. */
  readonly refusals: AgentError[] = [];

  constructor(
    private readonly requests: AgentRequests,
    private readonly sizes: PduSizes,
    private readonly limits: WalkLimits,
    /** Repetitions at most. */
    private readonly most = Number.POSITIVE_INFINITY
  ) {}

  /** What follows the cursors, or some of the first of them. `known`: rows that came before. @throws SnmpError */
  async next(cursors: readonly string[], known: number): Promise<WalkAnswer> {
    const asked = cursors.slice(0, this.limits.columns);
    if (this.requests.endpoint.auth.version === 1 || !this.limits.hasBulk) {
      return this.byNext(asked, known);
    }
    for (;;) {
      const repetitions = this.repetitions(asked.length, known);
      try {
        const rows = await this.requests.getBulk(asked, repetitions, !this.limits.bulkProven);
        this.limits.bulkSucceeded();
        this.sizes.repetitionsAnswered();
        return { rows, refused: [] };
      } catch (error) {
        const failure = error as SnmpError;
        if (this.mayHaveNoBulk(failure, repetitions)) {
          return this.insteadOfBulk(failure, asked, known, repetitions);
        }
        if (failure instanceof AgentError && !isTooBig(failure)) {
          return this.refused(failure, asked, (part) => this.next(part, known));
        }
        if (failure.reason === 'malformed' && this.sizes.halveRepetitions(repetitions)) {
          continue;
        }
        throw failure;
      }
    }
  }

  private repetitions(columns: number, known: number): number {
    if (this.limits.bulkDoubted) {
      return 1;
    }
    // After the first rows the walk is worth more per packet.
    const wanted = known === 0 ? Math.min(FIRST_ROWS, this.most) : this.most;
    return Math.min(wanted, this.sizes.repetitions(columns));
  }

  /** Failures that GETNEXT may not share. */
  private mayHaveNoBulk(failure: SnmpError, repetitions: number): boolean {
    const proven = this.limits.bulkProven;
    switch (failure.reason) {
      case 'auth':
      case 'unreachable':
        return false;
      case 'timeout':
        // An agent that answered GETBULK before and has said nothing yet is away.
        return !this.requests.closed && (this.requests.hasAnswered || !proven);
      default:
        return failure instanceof AgentError && !isTooBig(failure)
          ? !proven
          : repetitions === 1 || !(proven || isTooBig(failure));
    }
  }

  /** GETNEXT of the same; its answer tells what GETBULK failed of. */
  private async insteadOfBulk(
    failure: SnmpError,
    asked: readonly string[],
    known: number,
    repetitions: number
  ): Promise<WalkAnswer> {
    const refusalsBefore = this.refusals.length;
    let answer: WalkAnswer;
    try {
      answer = await this.byNext(asked, known);
    } catch (error) {
      throw failure.reason === 'timeout' ? error : failure;
    }
    if (answer.rows.length === asked.length && this.refusals.length === refusalsBefore) {
      this.limits.bulkFailed();
      this.sizes.halveRepetitions(repetitions);
    }
    return answer;
  }

  private async byNext(asked: readonly string[], known: number): Promise<WalkAnswer> {
    try {
      return { rows: rowsOf(await this.requests.getNext(asked)), refused: [] };
    } catch (error) {
      const failure = error as SnmpError;
      if (failure instanceof AgentError && !isTooBig(failure)) {
        return this.refused(failure, asked, (part) => this.byNext(part, known));
      }
      const silent = failure.reason === 'timeout' && this.requests.hasAnswered && !this.requests.closed;
      if (asked.length > 1 && (silent || failure.reason === 'malformed')) {
        return this.oneColumn(asked[0]!, failure);
      }
      throw failure;
    }
  }

  /** Some agents take no request with several variables. @throws `failure` when one alone fails as well */
  private async oneColumn(cursor: string, failure: SnmpError): Promise<WalkAnswer> {
    let varbinds: RawVarbind[];
    try {
      varbinds = await this.requests.getNext([cursor]);
    } catch {
      throw failure;
    }
    this.limits.columnsFailed();
    return { rows: rowsOf(varbinds), refused: [] };
  }

  /** Which columns an error status ends: the one that it names, else half of them is asked at a time to find out. */
  private async refused(
    error: AgentError,
    asked: readonly string[],
    ask: (part: readonly string[]) => Promise<WalkAnswer>
  ): Promise<WalkAnswer> {
    const named = error.oid === undefined ? -1 : asked.indexOf(error.oid);
    if (named >= 0 || asked.length === 1) {
      this.refusals.push(error);
      return { rows: [], refused: [Math.max(0, named)] };
    }
    const middle = Math.ceil(asked.length / 2);
    const left = await ask(asked.slice(0, middle));
    const right = await ask(asked.slice(middle));
    const rows = Array.from({ length: middle }, (_, i) => left.rows[i] ?? []).concat(right.rows);
    return { rows, refused: [...left.refused, ...right.refused.map((i) => i + middle)] };
  }
}

function rowsOf(varbinds: readonly RawVarbind[]): RawVarbind[][] {
  return varbinds.map((raw) => [raw]);
}

function isTooBig(failure: SnmpError): boolean {
  return failure instanceof AgentError && failure.status === ERROR_STATUS.tooBig;
}
