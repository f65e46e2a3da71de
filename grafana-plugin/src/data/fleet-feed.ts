import type { Fleet } from '../status/entities';
import { fadeFleet } from '../status/fade';
import { FleetMemory } from './fleet-memory';
import type { Health } from './health';

/** What a board shows, replaced as a whole at every change. */
export interface FeedSnapshot extends Health {
  /** null until the first answer; every state in it is unknown once it is stale. */
  fleet: Fleet | null;
}

export interface FeedSource {
  fetchFleet(): Promise<Fleet>;
  /** A number that differs when any state does; null when there is no data. */
  fetchMark(): Promise<number | null>;
}

export interface FeedOptions {
  refreshMs: number;
  /** Interval of the change watch; null switches it off. */
  watchMs: number | null;
}

/** An answer older than this many refresh intervals is not shown as the present. */
const STALE_INTERVALS = 2.5;

const EMPTY: FeedSnapshot = {
  fleet: null,
  updatedAt: null,
  error: null,
  failures: 0,
  stale: false,
  loading: false,
  nextAt: null,
};

/** Keeps a fleet fresh while someone looks: refreshes on its clock, sooner when a state changed, rests when hidden. */
export class FleetFeed {
  private snapshot = EMPTY;
  private readonly listeners = new Set<() => void>();
  private readonly memory = new FleetMemory();
  private refreshTimer: ReturnType<typeof setTimeout> | undefined;
  private watchTimer: ReturnType<typeof setTimeout> | undefined;
  /** Last good fleet in its true colours, kept so that fading never compounds. */
  private good: Fleet | null = null;
  private mark: number | null | undefined;
  private running = false;
  private inFlight: Promise<void> | null = null;

  constructor(
    private readonly source: FeedSource,
    private readonly options: FeedOptions,
    private readonly now: () => number = Date.now
  ) {}

  readonly getSnapshot = (): FeedSnapshot => this.snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Starts, or goes on after a pause; what was shown before is refreshed at once and faded if it is too old. */
  resume(): void {
    if (this.running) {
      return;
    }
    this.running = true;
    const { updatedAt } = this.snapshot;
    if (updatedAt !== null && this.now() - updatedAt > STALE_INTERVALS * this.options.refreshMs) {
      this.publish({ stale: true, fleet: this.good && fadeFleet(this.good, updatedAt / 1000) });
    }
    void this.refresh();
    this.planWatch();
  }

  pause(): void {
    this.running = false;
    clearTimeout(this.refreshTimer);
    clearTimeout(this.watchTimer);
    this.publish({ nextAt: null });
  }

  /** Refreshes now; a refresh that is already under way is joined, so that answers never overtake each other. */
  readonly refresh = (): Promise<void> => {
    this.inFlight ??= this.attempt().finally(() => {
      this.inFlight = null;
      this.planRefresh();
    });
    return this.inFlight;
  };

  private async attempt(): Promise<void> {
    clearTimeout(this.refreshTimer);
    this.publish({ loading: true });
    try {
      const fleet = await this.source.fetchFleet();
      const at = this.now();
      this.good = this.memory.add(fleet, at / 1000);
      this.publish({ fleet: this.good, updatedAt: at, error: null, failures: 0, stale: false, loading: false });
    } catch (error) {
      const { updatedAt, failures } = this.snapshot;
      this.publish({
        error: error instanceof Error ? error.message : String(error),
        failures: failures + 1,
        loading: false,
        stale: updatedAt !== null,
        fleet: this.good && updatedAt !== null ? fadeFleet(this.good, updatedAt / 1000) : null,
      });
    }
  }

  private planRefresh(): void {
    if (!this.running) {
      return;
    }
    clearTimeout(this.refreshTimer);
    this.publish({ nextAt: this.now() + this.options.refreshMs });
    this.refreshTimer = setTimeout(() => void this.refresh(), this.options.refreshMs);
  }

  private planWatch(): void {
    const { watchMs } = this.options;
    clearTimeout(this.watchTimer);
    if (watchMs !== null && this.running) {
      this.watchTimer = setTimeout(() => void this.watch().finally(() => this.planWatch()), watchMs);
    }
  }

  private async watch(): Promise<void> {
    try {
      const mark = await this.source.fetchMark();
      const changed = this.mark !== undefined && mark !== this.mark;
      this.mark = mark;
      // After a failure the first answer of any kind means that the database is back.
      if (changed || this.snapshot.error !== null) {
        await this.refresh();
      }
    } catch {
      // The refresh says what is wrong with the data source; the watch only makes it quicker.
    }
  }

  private publish(change: Partial<FeedSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    this.listeners.forEach((listener) => listener());
  }
}
