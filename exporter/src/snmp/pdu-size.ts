/** Payload that crosses every path unfragmented: Ethernet's 1500 less IP and UDP headers and a tunnel's. */
export const ANSWER_BYTES = 1400;
/** Message header, community and PDU header around the varbinds. */
const ENVELOPE_BYTES = 60;
/** A varbind before anything is known of the agent: header, OID of a table column, a short value. */
const FIRST_GUESS_BYTES = 32;

/** What was learnt about the size of answers of one device; outlives the sessions to it. */
export class PduSizes {
  /** Repetitions that the agent answered at last; halved when it could not. */
  maxRepetitions: number;
  /** Varbinds in one GET. */
  maxVarbinds: number;

  constructor(
    private readonly repetitionsLimit = 25,
    varbindsLimit = 64
  ) {
    this.maxRepetitions = repetitionsLimit;
    this.maxVarbinds = varbindsLimit;
  }

  /** GETBULK repetitions for so many columns, so that the answer fits one packet. */
  repetitions(columns: number, bytesPerVarbind = FIRST_GUESS_BYTES): number {
    const fitting = Math.floor((ANSWER_BYTES - ENVELOPE_BYTES) / (bytesPerVarbind * columns));
    // One column alone may take more rows than the limit for many, for the packet has room for them.
    const limit =
      this.maxRepetitions === this.repetitionsLimit && columns === 1 ? 2 * this.repetitionsLimit : this.maxRepetitions;
    return Math.max(1, Math.min(fitting, limit));
  }

  /** Halves the repetitions below those that failed; false when they were at one already. */
  halveRepetitions(failed: number): boolean {
    if (failed <= 1) {
      return false;
    }
    this.maxRepetitions = Math.max(1, Math.floor(failed / 2));
    return true;
  }

  /** Halves the varbinds of a GET below those that failed; false when it was one already. */
  halveVarbinds(failed: number): boolean {
    if (failed <= 1) {
      return false;
    }
    this.maxVarbinds = Math.max(1, Math.min(this.maxVarbinds, Math.floor(failed / 2)));
    return true;
  }
}
