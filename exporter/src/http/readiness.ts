/** How long to wait for the first round of every device; after that the exporter is ready without it. */
const FIRST_ROUND_MS = 30_000;

/** Whether a scrape or a load balancer should count on this process. */
export class Readiness {
  private loadedAt: number | null = null;
  private reached = false;
  private stopped = false;

  /** `pending`: devices whose first round is not decided. `clock` in ms. */
  constructor(
    private readonly pending: () => number,
    private readonly clock: () => number = Date.now
  ) {}

  /** The configuration is loaded and the work has begun. */
  started(): void {
    this.loadedAt ??= this.clock();
  }

  stopping(): void {
    this.stopped = true;
  }

  /** Null when ready, else what is missing. Once ready it stays so until it stops: a new device changes nothing. */
  notReady(): string | null {
    if (this.stopped) {
      return 'the exporter is stopping';
    }
    if (this.loadedAt === null) {
      return 'the configuration is not loaded yet';
    }
    if (!this.reached) {
      const pending = this.pending();
      const waited = this.clock() - this.loadedAt;
      if (pending > 0 && waited < FIRST_ROUND_MS) {
        return `${pending} ${pending === 1 ? 'device waits' : 'devices wait'} for the first round of pings`;
      }
      this.reached = true;
    }
    return null;
  }
}
