/** Varbinds of a request before anything is known; the size of a packet ends it earlier. */
const MOST = 64;
/** A request as small as this gets smaller no more: its silence is the agent's. */
const LEAST = 4;
/** Polls after which a smaller size is doubled again: what made it smaller may have been a lost packet. */
const REGROW_AFTER = 200;

/** How many varbinds one device is asked for at once. */
export class RequestSize {
  value = MOST;
  private goodPolls = 0;

  /** Below what was not answered; false when there is nothing smaller. */
  shrink(unanswered: number): boolean {
    if (unanswered <= LEAST) {
      return false;
    }
    this.value = Math.max(LEAST, Math.floor(unanswered / 2));
    this.goodPolls = 0;
    return true;
  }

  /** To what an agent answered at once; false when that is no smaller. */
  limit(atOnce: number): boolean {
    const value = Math.max(LEAST, atOnce);
    if (value >= this.value) {
      return false;
    }
    this.value = value;
    this.goodPolls = 0;
    return true;
  }

  /** Counts a good poll; true when the size grew. */
  answered(): boolean {
    if (this.value === MOST) {
      return false;
    }
    this.goodPolls += 1;
    if (this.goodPolls < REGROW_AFTER) {
      return false;
    }
    this.goodPolls = 0;
    this.value = Math.min(MOST, this.value * 2);
    return true;
  }
}
