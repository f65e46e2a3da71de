import type { InterfaceValues } from '../model/snapshot';
import type { DecodedRow } from './interface-values';

/**
 * The window of every rate of ours. Measured in VictoriaMetrics 1.79: a counter that jumps gives a false rate in every
 * window that holds a sample from before and one from after, however large the gap between the two; a marker of
 * staleness changes nothing. Only windows that the gap fills are safe.
 */
const RATE_WINDOW_MS = 300_000;
/** VictoriaMetrics also takes the sample before the window, when it is no further off than the usual distance and a bit. */
const STEPS_BEFORE_WINDOW = 1.25;
const SLACK_MS = 60_000;
/** What was in flight, and clocks that differ: more than the speed of the line is a jump only from here on. */
const OVER_LINE_RATE = 1.1;
/** An ifCounterDiscontinuityTime that moves at so many polls in a row marks nothing. */
const MARKS_OF_NOISE = 3;

const COUNTERS = [
  'inOctets',
  'outOctets',
  'inUcastPkts',
  'outUcastPkts',
  'inErrors',
  'outErrors',
  'inDiscards',
  'outDiscards',
] as const satisfies readonly (keyof InterfaceValues)[];

type Settled = 'hc' | 'c32' | undefined;

/**
 * The counters of one interface as they were published last. A counter that fell is a reset, which rate() understands;
 * one that broke off and stands higher would be traffic that never was. Such counters are held back until no window of
 * a rate can hold both sides of the break.
 */
export class CounterHistory {
  /** In the order of COUNTERS, NaN where there was none; numbers alone, so that no object of a poll outlives it. */
  private readonly published = new Float64Array(COUNTERS.length).fill(Number.NaN);
  /** Unix time in ms; NaN before the first. A number always, which V8 keeps in place. */
  private publishedAt = Number.NaN;
  /** Shortest time between two polls so far: an outage is no step. */
  private stepMs = Infinity;
  private heldUntil = 0;
  private octets: Settled;
  private ucast: Settled;
  private mark: number | undefined;
  private marksInARow = 0;

  get holding(): boolean {
    return this.heldUntil > 0;
  }

  /**
   * Whether the counters of this poll may follow those published last. `broken`: the system started anew, or the
   * interface is another row than before. `at`: Unix time in ms.
   */
  admit({ values, learnt, mark }: DecodedRow, at: number, broken: boolean): boolean {
    const marked = this.noteMark(mark);
    const otherWidth = this.noteWidths(learnt.octets, learnt.ucast, values);
    const { published: before, publishedAt } = this;
    if (this.holding && at < this.heldUntil && this.marksInARow < MARKS_OF_NOISE) {
      return false;
    }
    if (!Number.isNaN(publishedAt) && !this.holding) {
      const elapsed = at - publishedAt;
      const jumped = otherWidth || (broken ? roseBeyondLine(before, values, elapsed) : marked && rose(before, values));
      if (jumped && elapsed < this.blindMs) {
        this.heldUntil = publishedAt + this.blindMs;
        return false;
      }
      this.stepMs = Math.min(this.stepMs, elapsed);
    }
    this.heldUntil = 0;
    // What is missing this once may be in the window of a rate all the same.
    if (values.inOctets !== undefined || Number.isNaN(before[0])) {
      remember(before, values);
      this.publishedAt = at;
    }
    return true;
  }

  /** Samples further apart than this are in no window together. */
  private get blindMs(): number {
    const step = Number.isFinite(this.stepMs) ? this.stepMs : 0;
    return RATE_WINDOW_MS + STEPS_BEFORE_WINDOW * step + SLACK_MS;
  }

  /** True when ifCounterDiscontinuityTime says that the counters broke off since the last poll. */
  private noteMark(mark: number | undefined): boolean {
    const before = this.mark;
    this.mark = mark ?? before;
    if (before === undefined || mark === undefined) {
      return false;
    }
    if (before === mark) {
      this.marksInARow = this.marksInARow < MARKS_OF_NOISE ? 0 : this.marksInARow;
      return false;
    }
    this.marksInARow += 1;
    return this.marksInARow < MARKS_OF_NOISE;
  }

  /** True when one of the pairs is published in another width than before. Counters that all stand at zero have none. */
  private noteWidths(octets: string, ucast: string, values: InterfaceValues): boolean {
    const changed = isOther(this.octets, octets) || isOther(this.ucast, ucast);
    this.octets = settled(octets) ?? (values.inOctets === undefined ? this.octets : undefined);
    this.ucast = settled(ucast) ?? (values.inUcastPkts === undefined ? this.ucast : undefined);
    return changed;
  }
}

/** In the order of COUNTERS; by name, for fields that are looked up by a variable cost several times as much. */
function remember(published: Float64Array, values: InterfaceValues): void {
  published[0] = values.inOctets ?? Number.NaN;
  published[1] = values.outOctets ?? Number.NaN;
  published[2] = values.inUcastPkts ?? Number.NaN;
  published[3] = values.outUcastPkts ?? Number.NaN;
  published[4] = values.inErrors ?? Number.NaN;
  published[5] = values.outErrors ?? Number.NaN;
  published[6] = values.inDiscards ?? Number.NaN;
  published[7] = values.outDiscards ?? Number.NaN;
}

const settled = (width: string): Settled => (width === 'hc' || width === 'c32' ? width : undefined);
const isOther = (before: Settled, now: string) => before !== undefined && settled(now) !== undefined && before !== now;

/** A counter that was not there before, or is not now, never rose: no comparison with NaN holds. */
function rose(before: Float64Array, now: InterfaceValues): boolean {
  return COUNTERS.some((name, i) => (now[name] ?? 0) > before[i]!);
}

/** Up by more than the line can have carried; without a known speed, up at all. */
function roseBeyondLine(before: Float64Array, now: InterfaceValues, elapsedMs: number): boolean {
  if (now.speed === undefined) {
    return rose(before, now);
  }
  const most = (now.speed / 8) * (elapsedMs / 1000) * OVER_LINE_RATE;
  return COUNTERS.slice(0, 2).some((octets, i) => (now[octets] ?? 0) - before[i]! > most);
}

/** The row as it is published while its counters are held back: states and speed only. */
export function withoutCounters({ ifName, adminStatus, operStatus, speed }: InterfaceValues): InterfaceValues {
  return { ifName, adminStatus, operStatus, speed };
}
