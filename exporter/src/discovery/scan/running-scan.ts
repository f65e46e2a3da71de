import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../../inventory/database';
import { saveScan, type ScanEnd, type ScanRow } from '../../inventory/scans';
import type { Sweep } from './sweep';

export interface ScanTimes {
  /** How often it is written how far a scan is, and asked whether it shall end. */
  tickMs: number;
  /** What nobody has written of for so long belongs to a sidecar that died. */
  leaseMs: number;
}

/** Why a scan ends before its last address. */
export type EarlyEnd = 'cancelled' | 'stopped' | 'lost';

const EARLY_ENDS: Readonly<Record<EarlyEnd, ScanEnd | null>> = {
  cancelled: { state: 'cancelled', error: '' },
  stopped: { state: 'failed', error: 'its sidecar was stopped before the end' },
  // Another sidecar has ended it in the books.
  lost: null,
};

export interface RunningScanParts extends ScanTimes {
  db: Database;
  row: ScanRow;
  sweep: Sweep;
  log: Pick<Logger, 'warn' | 'error'>;
}

/** One scan under way, which writes down how far it is while it runs, and its end. */
export class RunningScan {
  /** Resolves with how it ended, null when it is not this sidecar's any more. Never rejects. */
  readonly ended: Promise<ScanEnd | null>;
  private readonly ending = new AbortController();
  /** Monotonic ms. */
  private savedAt = performance.now();
  private stopped = false;
  /** True after the database did not take its progress: the trouble was told, and is not told again at each try. */
  private inTrouble = false;

  constructor(
    private readonly parts: RunningScanParts,
    addresses: Iterable<string>,
    concurrency: number
  ) {
    this.ended = this.run(addresses, concurrency);
  }

  get id(): number {
    return this.parts.row.id;
  }

  end(why: EarlyEnd): void {
    this.stopped ||= why === 'stopped';
    this.ending.abort(why);
  }

  private async run(addresses: Iterable<string>, concurrency: number): Promise<ScanEnd | null> {
    const over = new AbortController();
    const ticking = this.tick(over.signal);
    const end = await this.parts.sweep.over(addresses, concurrency, this.ending.signal).then(
      () => this.wholeEnd(),
      (err: unknown) => this.earlyEnd(err)
    );
    over.abort();
    await ticking;
    return end && (await this.written(end)) ? end : null;
  }

  /** Until the sweep is over. */
  private async tick(over: AbortSignal): Promise<void> {
    while (await slept(this.parts.tickMs, over)) {
      const said = await this.save();
      if (said === 'cancel') {
        this.end('cancelled');
      } else if (said === 'lost' || (said === 'not saved' && this.leaseIsOut)) {
        this.end('lost');
      }
    }
  }

  /** Writes the end, waiting for a database that is away as long as the scan is this sidecar's. */
  private async written(end: ScanEnd): Promise<boolean> {
    for (;;) {
      const said = await this.save(end);
      if (said !== 'not saved') {
        return said !== 'lost';
      }
      if (this.stopped || this.leaseIsOut) {
        return false;
      }
      await slept(this.parts.tickMs);
    }
  }

  private async save(end?: ScanEnd): Promise<'go on' | 'cancel' | 'lost' | 'not saved'> {
    const { db, row, sweep, leaseMs, log } = this.parts;
    const found = sweep.takeFound();
    const askedAt = performance.now();
    try {
      const progress = { counts: { ...sweep.counts }, found, end };
      const said = await saveScan(db, row.id, { owner: row.owner, ms: leaseMs }, progress);
      this.savedAt = askedAt;
      this.inTrouble = false;
      return said;
    } catch (err) {
      sweep.giveBack(found);
      if (!this.inTrouble) {
        this.inTrouble = true;
        log.warn(`scan ${row.id} cannot write how far it is and tries again and again: ${(err as Error).message}`);
      }
      return 'not saved';
    }
  }

  private get leaseIsOut(): boolean {
    return performance.now() - this.savedAt >= this.parts.leaseMs;
  }

  private wholeEnd(): ScanEnd {
    const { counts, unsent } = this.parts.sweep;
    const error =
      unsent.addresses > 0 ? `${unsent.addresses} of ${counts.asked} addresses could not be asked: ${unsent.why}` : '';
    // Not one packet left: of nobody is known whether he is there.
    return { state: unsent.addresses > 0 && unsent.addresses === counts.asked ? 'failed' : 'done', error };
  }

  private earlyEnd(err: unknown): ScanEnd | null {
    const { signal } = this.ending;
    if (signal.aborted) {
      return EARLY_ENDS[signal.reason as EarlyEnd];
    }
    const { row, log } = this.parts;
    log.error({ err }, `scan ${row.id} of ${row.network} failed`);
    return { state: 'failed', error: 'the sidecar failed; its log says what' };
  }
}

/** False when the signal aborted first. */
const slept = (ms: number, signal?: AbortSignal): Promise<boolean> =>
  wait(ms, true, signal ? { signal } : {}).catch(() => false);
