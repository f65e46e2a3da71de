/**
 * Places for the echoes in flight. A place is known to the network by its number and its generation, which goes up
 * each time the place is given out: a duplicate or a late reply names a generation that is over.
 */
export class EchoSlots<Target> {
  private target: (Target | undefined)[] = [];
  private generation = new Uint32Array(0);
  private sequence = new Uint16Array(0);
  private echo = new Uint16Array(0);
  private sentRealMs = new Float64Array(0);
  private sentOffsetMs = new Float64Array(0);
  private free: number[] = [];

  get inUse(): number {
    return this.target.length - this.free.length;
  }

  /** Gives out a place for the `echo`-th echo to a target. */
  take(target: Target, echo: number, sequence: number): number {
    const slot = this.free.pop() ?? this.grow();
    this.target[slot] = target;
    this.generation[slot] = this.generation[slot]! + 1;
    this.sequence[slot] = sequence;
    this.echo[slot] = echo;
    return slot;
  }

  generationOf(slot: number): number {
    return this.generation[slot]!;
  }

  markSent(slot: number, realMs: number, offsetMs: number): void {
    this.sentRealMs[slot] = realMs;
    this.sentOffsetMs[slot] = offsetMs;
  }

  /** The target whose echo this reply names; undefined when that echo is over or never was. */
  find(slot: number, generation: number, sequence: number): Target | undefined {
    const known = slot < this.target.length && this.generation[slot] === generation && this.sequence[slot] === sequence;
    return known ? this.target[slot] : undefined;
  }

  echoOf(slot: number): number {
    return this.echo[slot]!;
  }

  realMsOf(slot: number): number {
    return this.sentRealMs[slot]!;
  }

  offsetMsOf(slot: number): number {
    return this.sentOffsetMs[slot]!;
  }

  release(slot: number): void {
    this.target[slot] = undefined;
    this.free.push(slot);
  }

  private grow(): number {
    const slot = this.target.length;
    this.target.push(undefined);
    if (slot === this.generation.length) {
      const size = Math.max(256, slot * 2);
      this.generation = grown(this.generation, new Uint32Array(size));
      this.sequence = grown(this.sequence, new Uint16Array(size));
      this.echo = grown(this.echo, new Uint16Array(size));
      this.sentRealMs = grown(this.sentRealMs, new Float64Array(size));
      this.sentOffsetMs = grown(this.sentOffsetMs, new Float64Array(size));
    }
    return slot;
  }
}

function grown<T extends Uint32Array | Uint16Array | Float64Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
