/** Clock and timers, to be replaced in tests. */
export interface WheelClock {
  /** Time in ms that never steps. */
  monotonicMs(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

export interface SlotWheelOptions<Entry> {
  slots: number;
  /** Time of one turn of the wheel. */
  intervalMs: number;
  clock: WheelClock;
  /** Called with everything that is due; `late` when that was due more than one slot ago. */
  onDue: (due: readonly Entry[], late: boolean) => void;
}

/**
 * Turns once an interval and hands out each slot's entries as it comes by. Slots without entries cost no wake-up. A
 * blocked event loop delays slots but loses none, unless it was blocked for a whole turn: then each comes once.
 */
export class SlotWheel<Entry> {
  readonly slots: number;
  private readonly members: Set<Entry>[];
  /** Entries for one more turn, by the absolute number of the slot. */
  private readonly extra = new Map<number, Set<Entry>>();
  private readonly slotMs: number;
  private epochMs = 0;
  /** Absolute number of the next slot. */
  private next = 0;
  private running = false;
  private timer: unknown;

  constructor(private readonly options: SlotWheelOptions<Entry>) {
    this.slots = options.slots;
    this.slotMs = options.intervalMs / options.slots;
    this.members = Array.from({ length: options.slots }, () => new Set<Entry>());
  }

  add(slot: number, entry: Entry): void {
    this.skipEmpty();
    this.members[slot]!.add(entry);
    this.wind();
  }

  remove(slot: number, entry: Entry): void {
    this.members[slot]!.delete(entry);
    for (const [at, entries] of this.extra) {
      if (entries.delete(entry) && entries.size === 0) {
        this.extra.delete(at);
      }
    }
  }

  /** One turn more, halfway between the last and the next regular one of that slot; at once when halfway is past. */
  once(slot: number, entry: Entry): void {
    this.skipEmpty();
    const regular = this.next + ((slot - (this.next % this.slots) + this.slots) % this.slots);
    const at = Math.max(this.next, regular - Math.floor(this.slots / 2));
    const entries = this.extra.get(at) ?? new Set<Entry>();
    entries.add(entry);
    this.extra.set(at, entries);
    this.wind();
  }

  start(): void {
    if (!this.running) {
      this.running = true;
      this.epochMs = this.options.clock.monotonicMs() - this.next * this.slotMs;
      this.wind();
    }
  }

  stop(): void {
    this.running = false;
    this.options.clock.clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Passes slots that went by without entries, so that what is added now is not taken for late. */
  private skipEmpty(): void {
    if (!this.running) {
      return;
    }
    const current = this.current();
    const end = Math.min(current, this.next + this.slots);
    while (this.next < end && this.members[this.next % this.slots]!.size === 0 && !this.extra.has(this.next)) {
      this.next++;
    }
    if (this.next === end) {
      this.next = Math.max(this.next, current);
    }
  }

  private current(): number {
    // Timers of Node may fire up to a millisecond early.
    return Math.floor((this.options.clock.monotonicMs() - this.epochMs + 1) / this.slotMs);
  }

  /** Sets the timer to the next slot that has entries. */
  private wind(): void {
    if (!this.running) {
      return;
    }
    this.options.clock.clearTimeout(this.timer);
    this.timer = undefined;
    for (let slot = this.next; slot < this.next + this.slots; slot++) {
      if (this.members[slot % this.slots]!.size > 0 || this.extra.has(slot)) {
        const dueMs = this.epochMs + slot * this.slotMs;
        this.timer = this.options.clock.setTimeout(this.turn, Math.max(0, dueMs - this.options.clock.monotonicMs()));
        return;
      }
    }
  }

  private readonly turn = (): void => {
    const current = this.current();
    this.next = Math.max(this.next, current - this.slots + 1);
    const onTime: Entry[] = [];
    const late: Entry[] = [];
    for (; this.next <= current; this.next++) {
      const due = current - this.next > 1 ? late : onTime;
      due.push(...this.members[this.next % this.slots]!);
      this.takeExtra(this.next, due);
    }
    for (const at of this.extra.keys()) {
      if (at < this.next) {
        this.takeExtra(at, late);
      }
    }
    if (late.length > 0) {
      this.options.onDue(late, true);
    }
    if (onTime.length > 0) {
      this.options.onDue(onTime, false);
    }
    this.wind();
  };

  private takeExtra(at: number, into: Entry[]): void {
    const entries = this.extra.get(at);
    if (entries) {
      into.push(...entries);
      this.extra.delete(at);
    }
  }
}
