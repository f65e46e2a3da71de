/** Varbinds of a request before anything is known; the size of a packet ends it earlier. */
const MOST = 64;
/** A request as small as this gets smaller no more: its silence is the agent's. */
const LEAST = 4;
/**
 * Good polls after which a smaller size is doubled again: what made it smaller may have been a lost packet or a stop of
 * our own. Twice as many after each trial that failed, so that an agent that cannot is hardly ever bothered.
 */
const FIRST_REGROW_AFTER = 5;
/** Every eight hours at one poll a minute. */
const MOST_REGROW_AFTER = 500;

/** How many varbinds one device is asked for at once. */
export class RequestSize {
  value = MOST;
  private goodPolls = 0;
  private regrowAfter = FIRST_REGROW_AFTER;
  /** The size was doubled, and not a whole wait of good polls has shown yet that the agent takes it. */
  private onTrial = false;

  /** Below what was not answered; false when there is nothing smaller. */
  shrink(unanswered: number): boolean {
    if (unanswered <= LEAST) {
      return false;
    }
    this.smaller(Math.max(LEAST, Math.floor(unanswered / 2)));
    return true;
  }

  /** To what an agent answered at once; false when that is no smaller. */
  limit(atOnce: number): boolean {
    const value = Math.max(LEAST, atOnce);
    if (value >= this.value) {
      return false;
    }
    this.smaller(value);
    return true;
  }

  /** Counts a good poll; true when the size grew. */
  answered(): boolean {
    if (this.value === MOST && !this.onTrial) {
      return false;
    }
    this.goodPolls += 1;
    if (this.goodPolls < this.regrowAfter) {
      return false;
    }
    this.goodPolls = 0;
    if (this.value === MOST) {
      this.onTrial = false;
      this.regrowAfter = FIRST_REGROW_AFTER;
      return false;
    }
    this.value = Math.min(MOST, this.value * 2);
    this.onTrial = true;
    return true;
  }

  private smaller(value: number): void {
    if (this.onTrial) {
      this.regrowAfter = Math.min(MOST_REGROW_AFTER, this.regrowAfter * 2);
    }
    this.onTrial = false;
    this.value = value;
    this.goodPolls = 0;
  }
}
