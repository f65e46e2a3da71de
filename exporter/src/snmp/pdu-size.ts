/** Payload that crosses every path unfragmented: Ethernet's 1500 less IP and UDP headers and a tunnel's. */
export const ANSWER_BYTES = 1400;
/** Message header, community and PDU header around the varbinds. */
const ENVELOPE_BYTES = 60;
/** A varbind of an interface table: header, OID, and a value that is a number or a short name. */
const VARBIND_BYTES = 32;

/** Good answers after which a limit that was halved is tried one size up. A limit that fails again waits longer. */
const TRIAL_AFTER = 100;
const TRIAL_AFTER_MOST = 100_000;

/** A size that is halved when the agent cannot answer it, and grows back: a lost packet must not count for ever. */
class LearntLimit {
  value: number;
  private good = 0;
  private trialAfter = TRIAL_AFTER;

  constructor(private readonly most: number) {
    this.value = most;
  }

  /** Below the size that failed; false when that was one already. */
  halve(failed: number): boolean {
    if (failed <= 1) {
      return false;
    }
    this.value = Math.max(1, Math.min(this.value, Math.floor(failed / 2)));
    this.good = 0;
    this.trialAfter = Math.min(this.trialAfter * 2, TRIAL_AFTER_MOST);
    return true;
  }

  answered(): void {
    if (this.value === this.most) {
      return;
    }
    this.good += 1;
    if (this.good >= this.trialAfter) {
      this.good = 0;
      this.value = Math.min(this.most, this.value * 2);
    }
  }
}

/** What was learnt about the answers of one agent; outlives the sessions to it. */
export class PduSizes {
  private readonly repetitionsLimit: LearntLimit;
  private readonly varbindsLimit: LearntLimit;

  constructor(
    private readonly mostRepetitions = 25,
    mostVarbinds = 64
  ) {
    this.repetitionsLimit = new LearntLimit(mostRepetitions);
    this.varbindsLimit = new LearntLimit(mostVarbinds);
  }

  /** Varbinds in one GET. */
  get varbinds(): number {
    return this.varbindsLimit.value;
  }

  /** GETBULK repetitions for so many columns, so that the answer fits one packet. */
  repetitions(columns: number): number {
    const fitting = Math.floor((ANSWER_BYTES - ENVELOPE_BYTES) / (VARBIND_BYTES * columns));
    const limit = this.repetitionsLimit.value;
    // One column alone may take more rows than the limit for many, for the packet has room for them.
    return Math.max(1, Math.min(fitting, columns === 1 && limit === this.mostRepetitions ? 2 * limit : limit));
  }

  /** The agent could not answer so many repetitions. False: there is nothing smaller. */
  halveRepetitions(failed: number): boolean {
    return this.repetitionsLimit.halve(failed);
  }

  /** The agent could not answer so many varbinds. False: there is nothing smaller. */
  halveVarbinds(failed: number): boolean {
    return this.varbindsLimit.halve(failed);
  }

  repetitionsAnswered(): void {
    this.repetitionsLimit.answered();
  }

  varbindsAnswered(): void {
    this.varbindsLimit.answered();
  }
}
