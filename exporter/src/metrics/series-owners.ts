/** No series, at either end of a device's chain. */
const NONE = -1;

interface Owner {
  deviceId: string;
  first: number;
  count: number;
}

/**
 * Which series a device has: a chain through numbers beside the other columns of a series. As an array for each device
 * they cost three times the memory, and the garbage collector reads all of them.
 */
export class SeriesOwners {
  private readonly byDevice = new Map<string, number>();
  private readonly owners: (Owner | undefined)[] = [];
  private readonly free: number[] = [];
  /** By series. */
  private owner = new Uint32Array(1024);
  private next = new Int32Array(1024);
  private previous = new Int32Array(1024);

  /** `series` has no owner yet. */
  add(deviceId: string, series: number): void {
    this.reach(series);
    const number = this.numberOf(deviceId);
    const owner = this.owners[number]!;
    this.owner[series] = number;
    this.next[series] = owner.first;
    this.previous[series] = NONE;
    if (owner.first !== NONE) {
      this.previous[owner.first] = series;
    }
    owner.first = series;
    owner.count++;
  }

  remove(series: number): void {
    const number = this.owner[series]!;
    const owner = this.owners[number]!;
    const next = this.next[series]!;
    const previous = this.previous[series]!;
    if (previous === NONE) {
      owner.first = next;
    } else {
      this.next[previous] = next;
    }
    if (next !== NONE) {
      this.previous[next] = previous;
    }
    if (--owner.count === 0) {
      this.byDevice.delete(owner.deviceId);
      this.owners[number] = undefined;
      this.free.push(number);
    }
  }

  /** Of a series that has an owner. */
  deviceOf(series: number): string {
    return this.owners[this.owner[series]!]!.deviceId;
  }

  /** All series of a device, in no order; a copy. */
  seriesOf(deviceId: string): number[] {
    const all: number[] = [];
    const number = this.byDevice.get(deviceId);
    if (number !== undefined) {
      for (let series = this.owners[number]!.first; series !== NONE; series = this.next[series]!) {
        all.push(series);
      }
    }
    return all;
  }

  countOf(deviceId: string): number {
    const number = this.byDevice.get(deviceId);
    return number === undefined ? 0 : this.owners[number]!.count;
  }

  private numberOf(deviceId: string): number {
    let number = this.byDevice.get(deviceId);
    if (number === undefined) {
      number = this.free.pop() ?? this.owners.length;
      this.owners[number] = { deviceId, first: NONE, count: 0 };
      this.byDevice.set(deviceId, number);
    }
    return number;
  }

  private reach(series: number): void {
    if (series >= this.owner.length) {
      const size = this.owner.length * 2;
      this.owner = enlarged(this.owner, new Uint32Array(size));
      this.next = enlarged(this.next, new Int32Array(size));
      this.previous = enlarged(this.previous, new Int32Array(size));
    }
  }
}

function enlarged<T extends Uint32Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
