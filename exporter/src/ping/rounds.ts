import type { PingRound } from '../model/snapshot';
import type { EchoOutcome, EchoPlan, PingDriver } from './driver';
import { Names, systemLookup, type Lookup } from './names';
import { SlotWheel, type WheelClock } from './slot-wheel';
import { slotOf } from './slots';

export interface PingTarget {
  /** Device id. */
  id: string;
  /** IP literal or DNS name. */
  address: string;
}

export interface PingRoundsOptions {
  driver: PingDriver;
  plan: EchoPlan;
  /** Time between two rounds to one device. */
  intervalMs: number;
  onRound: (deviceId: string, round: PingRound) => void;
  /** A round that begins more than one slot late. */
  onLate?: () => void;
  lookup?: Lookup;
  clock?: PingClock;
}

export interface PingClock extends WheelClock {
  /** Unix time in ms. */
  unixMs(): number;
}

export const systemClock: PingClock = {
  unixMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** Counts since the start. */
export interface RoundCounters {
  /** Decided rounds that were reported. */
  rounds: number;
  /** Rounds that began more than one slot late because the event loop was busy. */
  late: number;
  /** Rounds left out because the one before was still open. */
  skipped: number;
  /** Rounds of which nothing could be sent. */
  unsent: number;
  lookupFailures: number;
}

interface Entry extends PingTarget {
  slot: number;
  busy: boolean;
  /** Whether the last round failed entirely. */
  failed: boolean;
  /** No longer in the fleet, or there again with another address. */
  gone: boolean;
}

/**
 * A round of echoes to every device every interval, the devices spread over the interval by their id. A first failed
 * round is followed by another after half an interval, so that an outage is known sooner.
 */
export class PingRounds {
  private readonly counts = { rounds: 0, late: 0, skipped: 0, unsent: 0 };
  private readonly clock: PingClock;
  private readonly names: Names;
  private readonly wheel: SlotWheel<Entry>;
  private readonly entries = new Map<string, Entry>();
  private readonly running = new Set<Promise<void>>();
  private stopped = false;

  constructor(private readonly options: PingRoundsOptions) {
    this.clock = options.clock ?? systemClock;
    this.names = new Names(options.lookup ?? systemLookup, () => this.clock.monotonicMs());
    this.wheel = new SlotWheel<Entry>({
      slots: Math.max(1, Math.round(options.intervalMs / options.driver.slotMs)),
      intervalMs: options.intervalMs,
      clock: this.clock,
      onDue: (due, late) => this.begin(due, late),
    });
  }

  get counters(): RoundCounters {
    return { ...this.counts, lookupFailures: this.names.failures };
  }

  /** Devices under observation. */
  get size(): number {
    return this.entries.size;
  }

  /** Devices whose round is open now. */
  get open(): number {
    let open = 0;
    for (const entry of this.entries.values()) {
      open += entry.busy ? 1 : 0;
    }
    return open;
  }

  /** Replaces the fleet. Devices that stay keep their turn and their open round; what is gone is not reported again. */
  setTargets(targets: readonly PingTarget[]): void {
    const gone = new Map(this.entries);
    for (const { id, address } of targets) {
      const known = this.entries.get(id);
      if (known?.address === address) {
        gone.delete(id);
        continue;
      }
      if (known) {
        this.remove(known);
        gone.delete(id);
      }
      const slot = slotOf(id, this.wheel.slots);
      const entry: Entry = { id, address, slot, busy: false, failed: false, gone: false };
      this.entries.set(id, entry);
      this.wheel.add(entry.slot, entry);
    }
    for (const entry of gone.values()) {
      this.entries.delete(entry.id);
      this.remove(entry);
    }
    this.names.keepOnly(new Set(targets.map(({ address }) => address)));
  }

  private remove(entry: Entry): void {
    entry.gone = true;
    this.wheel.remove(entry.slot, entry);
  }

  start(): void {
    if (this.stopped) {
      throw new Error('start ping rounds: they were stopped; make new ones');
    }
    this.wheel.start();
  }

  /** Begins nothing more and resolves when the open rounds are over. Nothing is reported any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wheel.stop();
    await Promise.allSettled([...this.running]);
  }

  private begin(due: readonly Entry[], late: boolean): void {
    const batch: Entry[] = [];
    const addresses: string[] = [];
    for (const entry of due) {
      if (entry.gone) {
        continue;
      }
      if (entry.busy) {
        this.counts.skipped++;
        continue;
      }
      if (late) {
        this.counts.late += 1;
        this.options.onLate?.();
      }
      entry.busy = true;
      const address = this.names.resolve(entry.address);
      if (typeof address === 'string') {
        batch.push(entry);
        addresses.push(address);
      } else {
        this.track(this.resolveThenRun(entry, address));
      }
    }
    if (batch.length > 0) {
      this.track(this.run(batch, addresses));
    }
  }

  private track(round: Promise<void>): void {
    this.running.add(round);
    void round.finally(() => this.running.delete(round));
  }

  private async resolveThenRun(entry: Entry, resolving: Promise<string>): Promise<void> {
    let address: string;
    try {
      address = await resolving;
    } catch (err) {
      this.report(entry, { sent: 0, rttsMs: [], error: (err as Error).message });
      return;
    }
    if (!this.stopped) {
      await this.run([entry], [address]);
    }
  }

  private async run(batch: readonly Entry[], addresses: readonly string[]): Promise<void> {
    const reported = new Uint8Array(batch.length);
    let error = 'the round ended without an outcome for it';
    try {
      await this.options.driver.round(addresses, this.options.plan, (index, outcome) => {
        if (reported[index] === 0) {
          reported[index] = 1;
          this.report(batch[index]!, outcome);
        }
      });
    } catch (err) {
      error = (err as Error).message;
    }
    for (const [index, entry] of batch.entries()) {
      if (reported[index] === 0) {
        this.report(entry, { sent: 0, rttsMs: [], error: `ping ${entry.address}: ${error}` });
      }
    }
  }

  private report(entry: Entry, outcome: EchoOutcome): void {
    entry.busy = false;
    if (this.stopped || entry.gone) {
      return;
    }
    this.counts.rounds++;
    this.counts.unsent += outcome.sent === 0 ? 1 : 0;
    const failed = outcome.sent > 0 && outcome.rttsMs.length === 0;
    if (failed && !entry.failed) {
      this.wheel.once(entry.slot, entry);
    }
    entry.failed = failed;
    this.options.onRound(entry.id, { decidedAt: this.clock.unixMs(), ...outcome });
  }
}
