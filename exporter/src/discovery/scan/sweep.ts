import { setMaxListeners } from 'node:events';
import type { FoundAddress } from '../../inventory/candidates';
import type { ScanCounts } from '../../inventory/scans';
import { askAddress, type Answer, type ScanWays } from './ask-address';

/** Addresses of which nothing is known, because nothing could be sent to them. */
export interface Unsent {
  addresses: number;
  /** What the system said of the first. */
  why: string;
}

/** One pass over the addresses of a network, some of them at once. */
export class Sweep {
  readonly counts: ScanCounts = { skipped: 0, asked: 0, answered: 0 };
  readonly unsent: Unsent = { addresses: 0, why: '' };
  private found: FoundAddress[] = [];

  /** @param known addresses that are devices already, in the words of RFC 5952 */
  constructor(
    private readonly ways: ScanWays,
    private readonly known: ReadonlySet<string>,
    private readonly onDecided: (answer: Answer['kind']) => void
  ) {}

  /** Rejects when the signal aborts; by then no address is asked any more. */
  async over(addresses: Iterable<string>, concurrency: number, signal: AbortSignal): Promise<void> {
    // Each address listens to it while it is asked.
    setMaxListeners(0, signal);
    const rest = addresses[Symbol.iterator]();
    let broken = false;
    const worker = async () => {
      for (let next = rest.next(); !next.done && !broken; next = rest.next()) {
        signal.throwIfAborted();
        if (this.known.has(next.value)) {
          this.counts.skipped++;
        } else {
          this.decide(await askAddress(this.ways, next.value, signal));
        }
      }
    };
    const endings = Array.from({ length: concurrency }, () =>
      worker().catch((err: unknown) => {
        broken = true;
        throw err;
      })
    );
    const failed = (await Promise.allSettled(endings)).find((end) => end.status === 'rejected');
    if (failed) {
      throw failed.reason;
    }
  }

  /** Whom it has found since this was asked last. */
  takeFound(): FoundAddress[] {
    const found = this.found;
    this.found = [];
    return found;
  }

  /** Whom it has found is to be asked for again, after saving it failed. */
  giveBack(found: readonly FoundAddress[]): void {
    this.found = [...found, ...this.found];
  }

  private decide(answer: Answer): void {
    this.counts.asked++;
    this.onDecided(answer.kind);
    switch (answer.kind) {
      case 'snmp':
      case 'alive':
        this.counts.answered++;
        this.found.push(answer.found);
        break;
      case 'unsent':
        this.unsent.why ||= answer.why;
        this.unsent.addresses++;
    }
  }
}
