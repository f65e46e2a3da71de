/** How long to wait for the first round of every device; after that the exporter is ready without it. */
const FIRST_ROUND_MS = 30_000;

/** What is missing of the fleet. */
export interface Incomplete {
  /** Devices of the newest list that have no series yet; null before the first list. */
  readonly coming: number | null;
  /** Devices whose first round is not decided. */
  readonly pending: number;
}

/** Whether a scrape or a load balancer should count on this process. */
export class Readiness {
  private loadedAt: number | null = null;
  private reached = false;
  private stopped = false;

  /** `clock` in ms. */
  constructor(
    private readonly fleet: Incomplete,
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
      const { coming, pending } = this.fleet;
      if (coming === null) {
        // However long the sidecar is away: an exporter that knows no list watches nobody.
        this.loadedAt = this.clock();
        return 'there is no list of targets yet, neither from the sidecar nor a copy on disk';
      }
      if (coming > 0) {
        // Rounds begin when all are there, and have their time from then on.
        this.loadedAt = this.clock();
        return `${coming} ${coming === 1 ? 'device' : 'devices'} of the list of targets ${coming === 1 ? 'is' : 'are'} not taken in yet`;
      }
      const waited = this.clock() - this.loadedAt;
      if (pending > 0 && waited < FIRST_ROUND_MS) {
        return `${pending} ${pending === 1 ? 'device waits' : 'devices wait'} for the first round of pings`;
      }
      this.reached = true;
    }
    return null;
  }
}
