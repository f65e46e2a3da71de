import type { DeviceIntervals } from '../model/poll-kind';
import type { ModulePollResult, ModuleSnapshot } from '../model/snapshot';
import { isFresh } from '../model/state';
import type { ModuleMemory } from './device-memory';
import type { CountDropped, ModuleSeries } from './module-series';

type Tier = ModuleSnapshot['tier'];

/** The modules of one device: what each tier gave last, for as long as it is fresh. */
export class DeviceModules {
  private readonly shown: Record<Tier, boolean> = { standard: false, slow: false };

  constructor(
    readonly series: ModuleSeries,
    private readonly memory: Record<Tier, ModuleMemory>
  ) {}

  /** `room`: how many series they may have together. */
  publish(
    tier: Tier,
    { reason, detail, snapshot }: ModulePollResult,
    at: number,
    room: number,
    dropped: CountDropped
  ): void {
    const memory = this.memory[tier];
    memory.lastPollAt = at;
    memory.last = { reason, detail };
    if (snapshot) {
      this.series.publish(snapshot, room, dropped);
      this.shown[tier] = true;
      memory.lastAnswerAt = snapshot.polledAt;
    }
  }

  /** Withdraws what is too old; everything where modules are asked no more. */
  tick(due: DeviceIntervals, now: number, asked: boolean): void {
    this.withdrawUnlessFresh('standard', due.modules, now, asked);
    this.withdrawUnlessFresh('slow', due.modules_slow, now, asked);
  }

  private withdrawUnlessFresh(tier: Tier, intervalMs: number, now: number, asked: boolean): void {
    const at = this.memory[tier].lastAnswerAt;
    if (this.shown[tier] && !(asked && at !== null && isFresh(now - at, intervalMs))) {
      this.series.withdraw(tier);
      this.shown[tier] = false;
    }
  }
}
