import { setTimeout as delay } from 'node:timers/promises';
import type { PastDevice } from '../metrics/states';

const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 30_000;

export interface RecallOptions {
  read: (signal: AbortSignal) => Promise<ReadonlyMap<string, PastDevice>>;
  take: (past: ReadonlyMap<string, PastDevice>) => Promise<void>;
  /** The first failure; it goes on trying. */
  onFailure: (err: Error) => void;
  /** From then on the past is too long ago. */
  forMs: number;
  firstRetryMs?: number;
}

/**
 * Finds out in the background what was known before this process began. After a restart of the whole machine the
 * database may come up later than the exporter, so it is asked until it answers or its word would be of no use any more.
 */
export class Recall {
  private readonly stopped = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: RecallOptions) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { read, take, onFailure, forMs } = this.options;
    const { signal } = this.stopped;
    const until = performance.now() + forMs;
    let waitMs = this.options.firstRetryMs ?? FIRST_RETRY_MS;
    let told = false;
    while (!signal.aborted && performance.now() < until) {
      try {
        await take(await read(signal));
        return;
      } catch (err) {
        if (!told && !signal.aborted) {
          told = true;
          onFailure(err as Error);
        }
      }
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
      waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS);
    }
  }
}
