/** What an agent does not show yet may come while its tables fill after a start. */
const FIRST_MS = 600_000;
/** What did not come then comes with a new system, if ever; and asking costs version 1 a request for each object. */
const MOST_MS = 86_400_000;

/** When to ask again for what is missing: ten minutes after it was missed first, then ever more rarely, daily at last. */
export class LookAgain {
  private since: number | null = null;
  private waitMs = FIRST_MS;

  /** True when it is time. `missing` says how it stands now; `at`: Unix time in ms. */
  due(missing: boolean, at: number): boolean {
    if (!missing) {
      this.since = null;
      this.waitMs = FIRST_MS;
      return false;
    }
    this.since ??= at;
    if (at - this.since < this.waitMs) {
      return false;
    }
    this.since = at;
    this.waitMs = Math.min(this.waitMs * 2, MOST_MS);
    return true;
  }
}
