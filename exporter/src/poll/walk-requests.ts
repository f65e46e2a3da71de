import { SidecarAway } from './follow-inventory';

/**
 * What became of a request: the sidecar took it (accepted) or will not (refused), it was away and is asked again
 * (failed), the device was asked for a moment ago (held_back), or too many wait (dropped).
 */
export const WALK_REQUEST_RESULTS = ['accepted', 'refused', 'failed', 'held_back', 'dropped'] as const;
export type WalkRequestResult = (typeof WALK_REQUEST_RESULTS)[number];

export interface WalkRequestOptions {
  /** Asks for one device. Rejects with SidecarAway when it is worth another try, else with the sidecar's refusal. */
  ask: (deviceId: string) => Promise<void>;
  onResult: (result: WalkRequestResult) => void;
  onRefused: (deviceId: string, err: Error) => void;
  /** ms, on a clock that nobody sets. */
  now?: () => number;
}

/** One device is asked for no more often than this: the walk takes a while, and its result a moment to come back. */
const APART_MS = 5 * 60_000;
/** While the sidecar is away. */
const RETRY_MS = 30_000;
const MOST_WAITING = 10_000;

/**
 * Tells the sidecar which devices are worth a walk, one after the other and beside the polls: who calls waits for
 * nothing, and nothing that fails here reaches him.
 */
export class WalkRequests {
  private readonly waiting = new Set<string>();
  /** When devices were asked for, the oldest first. */
  private readonly askedAt = new Map<string, number>();
  private readonly now: () => number;
  private asking = false;
  private retry: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly options: WalkRequestOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  request(deviceId: string): void {
    this.forgetOld();
    if (this.waiting.has(deviceId) || this.askedAt.has(deviceId)) {
      this.options.onResult('held_back');
    } else if (this.waiting.size >= MOST_WAITING) {
      this.options.onResult('dropped');
    } else {
      this.waiting.add(deviceId);
      void this.pump();
    }
  }

  /** What waits is forgotten: the sidecar looks at every device itself before long. */
  stop(): void {
    this.stopped = true;
    this.waiting.clear();
    clearTimeout(this.retry);
  }

  private forgetOld(): void {
    for (const [id, at] of this.askedAt) {
      if (this.now() - at < APART_MS) {
        return;
      }
      this.askedAt.delete(id);
    }
  }

  private async pump(): Promise<void> {
    if (this.asking || this.retry) {
      return;
    }
    this.asking = true;
    for (const id of this.waiting) {
      const outcome = await this.ask(id);
      if (this.stopped) {
        return;
      }
      this.options.onResult(outcome);
      if (outcome === 'failed') {
        this.retry = setTimeout(() => {
          this.retry = undefined;
          void this.pump();
        }, RETRY_MS);
        break;
      }
      this.waiting.delete(id);
      this.askedAt.set(id, this.now());
    }
    this.asking = false;
  }

  private async ask(id: string): Promise<'accepted' | 'refused' | 'failed'> {
    try {
      await this.options.ask(id);
      return 'accepted';
    } catch (err) {
      if (err instanceof SidecarAway) {
        return 'failed';
      }
      if (!this.stopped) {
        this.options.onRefused(id, err as Error);
      }
      return 'refused';
    }
  }
}
