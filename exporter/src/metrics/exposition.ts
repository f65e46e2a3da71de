import type { Writable } from 'node:stream';
import { WHOLE, type Shard } from './bucket';
import { COLLECT_PARTS, type CollectPart, type Family } from './families';
import { header } from './line';
import type { ByteSink } from './page';
import type { SeriesStore } from './store';

/** What is handed to the socket at once. */
const SLICE = 64 * 1024;

/** Text format 0.0.4. */
export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface Scope {
  parts: ReadonlySet<CollectPart>;
  shard: Shard;
}

export const EVERYTHING: Scope = { parts: new Set(COLLECT_PARTS), shard: WHOLE };

export interface Written {
  /** Before compression. */
  bytes: number;
  /** False when the reader went away. */
  complete: boolean;
}

/**
 * Writes the series of a scope, family by family, and ends with `tail` (the exporter's own metrics). A page (one
 * family, one 256th of the devices) is copied without a pause, so that lines removed meanwhile tear nothing; between
 * pages the event loop gets its turn whenever the reader is slower than we are. Does not end the sink.
 */
export async function writeExposition(
  store: SeriesStore,
  families: readonly Family[],
  scope: Scope,
  sink: Writable,
  tail?: () => Promise<string>
): Promise<Written> {
  const slices = new SliceWriter(sink);
  for (const family of families) {
    if (!scope.parts.has(family.part)) {
      continue;
    }
    let first = true;
    for (const page of store.pagesOf(family.name, scope.shard)) {
      if (page.visible === 0) {
        continue;
      }
      if (first) {
        slices.text(header(family));
        first = false;
      }
      page.copyTo(slices);
      if (slices.full && !(await slices.drained())) {
        return { bytes: slices.bytes, complete: false };
      }
    }
  }
  if (tail) {
    slices.text(await tail());
  }
  slices.flush();
  const complete = !slices.full || (await slices.drained());
  return { bytes: slices.bytes, complete };
}

/** Gathers bytes into slices and writes them to a stream, remembering when the stream wants a pause. */
class SliceWriter implements ByteSink {
  bytes = 0;
  full = false;
  private slice: Buffer<ArrayBuffer> = Buffer.allocUnsafeSlow(SLICE);
  private used = 0;
  /** Slices that the stream has sent. */
  private readonly spare: Buffer<ArrayBuffer>[] = [];

  constructor(private readonly sink: Writable) {}

  copy(source: Uint8Array, start: number, end: number): void {
    let from = start;
    while (from < end) {
      const length = Math.min(end - from, SLICE - this.used);
      this.slice.set(source.subarray(from, from + length), this.used);
      this.used += length;
      from += length;
      if (this.used === SLICE) {
        this.flush();
      }
    }
  }

  text(text: string): void {
    const bytes = Buffer.from(text);
    this.copy(bytes, 0, bytes.length);
  }

  flush(): void {
    if (this.used === 0 || this.sink.destroyed) {
      this.full ||= this.sink.destroyed;
      this.used = 0;
      return;
    }
    this.bytes += this.used;
    const { slice } = this;
    const part = this.used === SLICE ? slice : slice.subarray(0, this.used);
    // The stream keeps the slice until it is sent, so the next one is another.
    this.full = !this.sink.write(part, () => this.spare.push(slice)) || this.full;
    this.slice = this.spare.pop() ?? Buffer.allocUnsafeSlow(SLICE);
    this.used = 0;
  }

  /**
   * Waits until the stream takes more; false when the reader is gone. On loopback `drain` fires within the same turn
   * of the event loop, again and again: going on from there would keep every timer and every reply waiting until the
   * whole answer is sent, hence setImmediate.
   */
  drained(): Promise<boolean> {
    this.full = false;
    const { sink } = this;
    if (sink.destroyed) {
      return Promise.resolve(false);
    }
    if (!sink.writableNeedDrain) {
      return new Promise((resolve) => setImmediate(() => resolve(!sink.destroyed)));
    }
    return new Promise((resolve) => {
      const settle = (more: boolean): void => {
        sink.off('drain', onDrain).off('close', onClose);
        setImmediate(() => resolve(more && !sink.destroyed));
      };
      const onDrain = (): void => settle(true);
      const onClose = (): void => settle(false);
      sink.on('drain', onDrain).on('close', onClose);
    });
  }
}
