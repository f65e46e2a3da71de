import { isDeepStrictEqual } from 'node:util';
import type { Probe, ProbeAnswer, ProbeResult } from '../model/probe';
import type { PingClock } from '../ping/rounds';
import { slotOf } from '../ping/slots';

export interface ProbeScheduleOptions {
  /** Asks once; never rejects. */
  ask: (probe: Probe, signal: AbortSignal) => Promise<ProbeAnswer>;
  onResult: (name: string, result: ProbeResult) => void;
  /** A turn that is left out because the one before is not over. */
  onSkipped?: () => void;
  clock: PingClock;
}

/** One probe's turns. */
interface Lane {
  probe: Probe;
  /** Monotonic ms. */
  dueMs: number;
  timer: unknown;
  asking: AbortController | null;
}

/** First turns are spread over the interval in so many steps, by name. */
const STEPS = 1000;

/** Asks every probe once an interval, on its own clock, and reports what comes back. */
export class ProbeSchedule {
  private readonly lanes = new Map<string, Lane>();
  private stopped = false;

  constructor(private readonly options: ProbeScheduleOptions) {}

  /** Replaces the probes. One that is described as before keeps its turn; what is gone is not reported again. */
  setProbes(probes: readonly Probe[]): void {
    const wanted = new Map(probes.map((probe) => [probe.name, probe]));
    for (const [name, lane] of this.lanes) {
      if (!isDeepStrictEqual(wanted.get(name), lane.probe)) {
        this.lanes.delete(name);
        this.end(lane);
      }
    }
    const now = this.options.clock.monotonicMs();
    for (const [name, probe] of wanted) {
      if (!this.lanes.has(name) && !this.stopped) {
        const dueMs = now + (slotOf(name, STEPS) / STEPS) * probe.intervalMs;
        const lane: Lane = { probe, dueMs, timer: undefined, asking: null };
        this.lanes.set(name, lane);
        this.wind(lane);
      }
    }
  }

  /** Begins nothing more, ends what is under way, and reports nothing any more. */
  stop(): void {
    this.stopped = true;
    this.setProbes([]);
  }

  private end(lane: Lane): void {
    this.options.clock.clearTimeout(lane.timer);
    lane.asking?.abort(new Error('the probe is not asked any more'));
  }

  private wind(lane: Lane): void {
    const { clock } = this.options;
    lane.timer = clock.setTimeout(() => this.turn(lane), Math.max(0, lane.dueMs - clock.monotonicMs()));
  }

  private turn(lane: Lane): void {
    const { intervalMs } = lane.probe;
    // A blocked event loop loses turns: they are not made up for.
    const late = Math.max(0, this.options.clock.monotonicMs() - lane.dueMs);
    lane.dueMs += intervalMs * (1 + Math.floor(late / intervalMs));
    this.wind(lane);
    if (lane.asking) {
      this.options.onSkipped?.();
      return;
    }
    void this.ask(lane);
  }

  private async ask(lane: Lane): Promise<void> {
    const { clock, ask, onResult } = this.options;
    const { probe } = lane;
    const asking = new AbortController();
    lane.asking = asking;
    const timer = clock.setTimeout(
      () => asking.abort(new Error(`no answer within ${probe.timeoutMs} ms`)),
      probe.timeoutMs
    );
    const answer = await ask(probe, asking.signal);
    clock.clearTimeout(timer);
    lane.asking = null;
    if (this.lanes.get(probe.name) === lane) {
      onResult(probe.name, { ...answer, decidedAt: clock.unixMs() });
    }
  }
}
