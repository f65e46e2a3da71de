import { BUCKETS, bucketOf, type Shard } from './bucket';
import { FAMILIES, type Family } from './families';
import { isTimestamp, isTimestamped, lineTail, renderLabels, type Labels } from './line';
import { LineMemory } from './line-memory';
import { isLive, isVisible, Page } from './page';
import { hashText, mixHashes, SeriesIndex } from './series-index';
import { SeriesOwners } from './series-owners';
import { CHANGED, HIDDEN, SeriesTable, WRITTEN } from './series-table';

/** Handle of a series, valid from `add` to `remove`. */
export type SeriesId = number;

export interface SeriesCount {
  family: string;
  /** Lines that a scrape of everything contains. */
  visible: number;
  /** Series without a value now. */
  hidden: number;
}

interface FamilyPages {
  family: Family;
  timestamped: boolean;
  tail: string;
  /** Of its name. */
  hash: number;
  /** By bucket; a page exists from its first line on, for most of the families of modules are few devices'. */
  pages: (Page | undefined)[];
  dropped: number;
}

/** A line that is looked for: its family, name and labels as they stand on it, and the series that has it. */
interface Wanted {
  entry: FamilyPages;
  text: string;
  hash: number;
  found: SeriesId | undefined;
}

/**
 * The newest value of every device series, beside its ready line of exposition text: setting stores a number, the
 * first scrape after it writes the digits into the line, and every scrape copies lines out. No objects per series. That
 * a set does not touch the line matters: the lines of a fleet are far larger than the processor's caches, and writing
 * them in the order of polls costs three times as much as in the order of the page.
 */
export class SeriesStore {
  private readonly table = new SeriesTable();
  private readonly index = new SeriesIndex((series) => this.table.hash[series]!);
  private readonly families = new Map<string, FamilyPages>();
  private readonly memory = new LineMemory();
  private readonly pages: Page[] = [];
  private readonly familyOfPage: FamilyPages[] = [];
  private readonly owners = new SeriesOwners();
  /** The labels rendered last: the eleven families of an interface are added one after the other with the same ones. */
  private rendered: { labels: Labels; names: readonly string[]; text: string; hash: number } | undefined;

  constructor(families: readonly Family[] = FAMILIES) {
    families.forEach((family) => this.define(family));
  }

  /**
   * Adds a family, or gives one that has no lines another type and help. False when its type is another and there are
   * lines of it: the lines of one family must agree.
   */
  define(family: Family): boolean {
    const known = this.families.get(family.name);
    if (known && known.family.type === family.type) {
      return true;
    }
    if (known?.pages.some((page) => page !== undefined && page.lines > 0)) {
      return false;
    }
    const timestamped = isTimestamped(family);
    const pages = new Array<Page | undefined>(BUCKETS).fill(undefined);
    this.families.set(family.name, {
      family,
      timestamped,
      tail: lineTail(timestamped),
      hash: hashText(family.name),
      pages,
      dropped: known?.dropped ?? 0,
    });
    return true;
  }

  /** In the order in which they are served. */
  allFamilies(): Family[] {
    return [...this.families.values()].map(({ family }) => family);
  }

  /**
   * A new series, hidden until it is set. `labels` holds the identity of the device and the family's labels, all of
   * them and nothing else; the object must not be changed afterwards. Throws when the family has a series with the
   * same labels already, naming both.
   */
  add(familyName: string, deviceId: string, labels: Labels): SeriesId {
    const wanted = this.find(familyName, labels);
    const { text, found } = wanted;
    if (found !== undefined) {
      throw new Error(
        `adding ${text} for device ${deviceId}: device ${this.owners.deviceOf(found)} has the series ${this.textOf(found)} already; the labels of two series must differ`
      );
    }
    return this.insert(wanted, deviceId);
  }

  /** The series with these labels, a new one where there is none yet. */
  obtain(familyName: string, deviceId: string, labels: Labels): SeriesId {
    const wanted = this.find(familyName, labels);
    return wanted.found ?? this.insert(wanted, deviceId);
  }

  /**
   * The newest value, with its time (Unix ms) where the family carries one. NaN and infinities are not values: they
   * hide the series and are counted.
   */
  set(series: SeriesId, value: number, timestampMs?: number): void {
    const { table } = this;
    const status = table.status[series];
    const number = table.page[series]!;
    if (!isLive(status)) {
      throw new Error(`setting series ${series}: it was removed`);
    }
    const entry = this.familyOfPage[number]!;
    if (entry.timestamped !== (timestampMs !== undefined)) {
      const what = entry.timestamped ? 'needs the time of the poll' : 'carries no timestamps';
      throw new Error(`setting series ${series} of ${entry.family.name}: this family ${what}`);
    }
    if (!Number.isFinite(value) || (timestampMs !== undefined && !isTimestamp(timestampMs))) {
      entry.dropped++;
      this.hide(series);
      return;
    }
    if (status === WRITTEN && timestampMs === undefined && table.value[series] === value) {
      // Most gauges say the same for weeks: their lines need not be written again.
      return;
    }
    table.value[series] = value;
    if (timestampMs !== undefined) {
      table.time[series] = Math.floor(timestampMs);
    }
    if (status !== CHANGED) {
      const page = this.pages[number]!;
      page.changed = true;
      if (status === HIDDEN) {
        page.visible++;
      }
      table.status[series] = CHANGED;
    }
  }

  /** The series has no value any more. */
  hide(series: SeriesId): void {
    if (isVisible(this.table.status[series])) {
      this.table.status[series] = HIDDEN;
      this.pages[this.table.page[series]!]!.visible--;
    }
  }

  /** The value that is served, undefined while the series has none. */
  value(series: SeriesId): number | undefined {
    return isVisible(this.table.status[series]) ? this.table.value[series] : undefined;
  }

  remove(series: SeriesId): void {
    if (!isLive(this.table.status[series])) {
      throw new Error(`removing series ${series}: it was removed already`);
    }
    this.hide(series);
    this.owners.remove(series);
    this.index.delete(series);
    this.pages[this.table.page[series]!]!.remove(series);
  }

  /** All series of a device, but for those that are to be kept. */
  removeDevice(deviceId: string, keep: (series: SeriesId) => boolean = () => false): void {
    for (const series of this.owners.seriesOf(deviceId)) {
      if (!keep(series)) {
        this.remove(series);
      }
    }
  }

  /** Series of a device, hidden ones included. */
  countOf(deviceId: string): number {
    return this.owners.countOf(deviceId);
  }

  /** Pages of a family that hold the devices of a shard, in the order in which they are served. */
  pagesOf(familyName: string, shard: Shard): Page[] {
    return this.family(familyName).pages.filter(
      (page, bucket): page is Page => page !== undefined && bucket % shard.of === shard.index
    );
  }

  counts(): SeriesCount[] {
    return [...this.families.values()].map(({ family, pages }) => {
      const visible = pages.reduce((sum, page) => sum + (page?.visible ?? 0), 0);
      const lines = pages.reduce((sum, page) => sum + (page?.lines ?? 0), 0);
      return { family: family.name, visible, hidden: lines - visible };
    });
  }

  /** Values that were no finite numbers (or had an impossible time) since the start, by family. */
  dropped(): { family: string; count: number }[] {
    return [...this.families.values()].map(({ family, dropped }) => ({ family: family.name, count: dropped }));
  }

  private find(familyName: string, labels: Labels): Wanted {
    const entry = this.family(familyName);
    const rendered = this.render(entry.family, labels);
    const text = familyName + rendered.text;
    const hash = mixHashes(entry.hash, rendered.hash);
    return { entry, text, hash, found: this.index.find(hash, (other) => this.textOf(other) === text) };
  }

  private insert({ entry, text, hash }: Wanted, deviceId: string): SeriesId {
    const page = this.pageOf(entry, bucketOf(deviceId));
    const series = this.table.take();
    this.table.hash[series] = hash;
    this.table.page[series] = page.number;
    page.append(series, text + entry.tail);
    this.index.add(series);
    this.owners.add(deviceId, series);
    return series;
  }

  private pageOf(entry: FamilyPages, bucket: number): Page {
    let page = entry.pages[bucket];
    if (!page) {
      page = new Page(this.table, this.memory, entry.timestamped, this.pages.length);
      entry.pages[bucket] = page;
      this.pages.push(page);
      this.familyOfPage.push(entry);
    }
    return page;
  }

  private family(name: string): FamilyPages {
    const entry = this.families.get(name);
    if (!entry) {
      throw new Error(`there is no metric family ${name}`);
    }
    return entry;
  }

  private render(family: Family, labels: Labels): { text: string; hash: number } {
    if (this.rendered?.labels !== labels || this.rendered.names !== family.labels) {
      const text = renderLabels(family, labels);
      this.rendered = { labels, names: family.labels, text, hash: hashText(text) };
    }
    return this.rendered;
  }

  /** Name and labels as they stand on the line. */
  private textOf(series: SeriesId): string | undefined {
    const number = this.table.page[series]!;
    return this.pages[number]!.text(series, this.familyOfPage[number]!.tail.length);
  }
}
