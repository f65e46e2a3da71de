/** Failures of GETBULK in a row, each beside a GETNEXT that was answered, after which an agent has none: packets get lost. */
const MISSING_AFTER = 3;
/** How long an agent is taken for one that cannot: firmware gets better, and a bad hour passes. */
const BELIEVED_MS = 24 * 3_600_000;

/**
 * What one agent cannot do in walks; outlives the sessions to it. Many answer GET and GETNEXT, but no GETBULK (airOS, UPS,
 * printers), and some no request with several variables.
 */
export class WalkLimits {
  private bulkAnswered = false;
  private bulkFailures = 0;
  private noBulkUntil = 0;
  private oneColumnUntil = 0;

  /** `clock`: monotonic ms */
  constructor(private readonly clock: () => number = () => performance.now()) {}

  /** Whether walks go by GETBULK; a day after it was given up it is tried once more. */
  get hasBulk(): boolean {
    return this.bulkFailures < MISSING_AFTER || this.clock() >= this.noBulkUntil;
  }

  /** The last GETBULK was answered: silence to the next one has another cause. */
  get bulkProven(): boolean {
    return this.bulkAnswered && this.bulkFailures === 0;
  }

  /** GETBULK failed where GETNEXT did not: the next one is as small as they get. */
  get bulkDoubted(): boolean {
    return this.bulkFailures > 0;
  }

  /** Columns of one request. */
  get columns(): number {
    return this.clock() < this.oneColumnUntil ? 1 : Number.POSITIVE_INFINITY;
  }

  bulkSucceeded(): void {
    this.bulkAnswered = true;
    this.bulkFailures = 0;
  }

  /** GETBULK failed, and GETNEXT of the same was answered. */
  bulkFailed(): void {
    this.bulkFailures += 1;
    this.noBulkUntil = this.clock() + BELIEVED_MS;
  }

  /** A request with several columns failed, and one with the first of them was answered. */
  columnsFailed(): void {
    this.oneColumnUntil = this.clock() + BELIEVED_MS;
  }
}
