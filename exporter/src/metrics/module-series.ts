import type { DeviceIdentity } from '../model/device';
import type { Sample } from '../model/sample';
import type { ModuleSnapshot } from '../model/snapshot';
import { moduleFamily } from './families';
import { IDENTITY_LABELS, type Labels } from './line';
import type { SeriesId, SeriesStore } from './store';

/** Why series were left out. */
export const DROP_REASONS = ['max_interfaces', 'max_series', 'duplicate', 'type'] as const;
export type DropReason = (typeof DROP_REASONS)[number];
export type CountDropped = (reason: DropReason, series: number) => void;

const PREFIX = 'snmp_';
/** What every series of a module has; a row label of such a name is renamed, as Prometheus does it. */
const TAKEN: ReadonlySet<string> = new Set([...IDENTITY_LABELS, 'vendor']);

type Tier = ModuleSnapshot['tier'];

/** The series that the modules of one device give: they come and go with its rows. */
export class ModuleSeries {
  private readonly shown: Record<Tier, Set<SeriesId>> = { standard: new Set(), slow: new Set() };
  private readonly leftOut: Record<Tier, number> = { standard: 0, slow: 0 };

  constructor(
    private readonly store: SeriesStore,
    private readonly identity: DeviceIdentity
  ) {}

  /** Series now, of both tiers. */
  get size(): number {
    return this.shown.standard.size + this.shown.slow.size;
  }

  /** Series for which there was no room. */
  get overBudget(): number {
    return this.leftOut.standard + this.leftOut.slow;
  }

  has(series: SeriesId): boolean {
    return this.shown.standard.has(series) || this.shown.slow.has(series);
  }

  belongsTo(identity: DeviceIdentity): boolean {
    return IDENTITY_LABELS.every((label) => this.identity[label] === identity[label]);
  }

  /** Replaces what the tier gave before. Of more than `room` series in both tiers the last are left out. */
  publish(snapshot: ModuleSnapshot, room: number, dropped: CountDropped): void {
    const { tier, vendor, normalised, readings } = snapshot;
    const before = this.shown[tier];
    const other = this.shown[tier === 'slow' ? 'standard' : 'slow'];
    const now = new Set<SeriesId>();
    this.leftOut[tier] = 0;
    const put = (family: string, labels: Labels, sample: Sample, polledAt: number | undefined) => {
      if (now.size + other.size >= room) {
        this.leftOut[tier]++;
        dropped('max_series', 1);
        return;
      }
      const series = this.store.obtain(family, this.identity.device_id, labels);
      if (now.has(series) || other.has(series)) {
        dropped('duplicate', 1);
        return;
      }
      now.add(series);
      this.store.set(series, sample.value, polledAt);
    };
    // First: these are what everybody looks for when there is no room for all.
    for (const sample of normalised) {
      put(sample.name, { ...this.identity, ...sample.labels }, sample, undefined);
    }
    const labelled = new LabelMaker(this.identity, vendor);
    for (const { samples, polledAt } of readings) {
      for (const sample of samples) {
        const family = moduleFamily({ ...sample, name: prefixed(sample.name) });
        if (!this.store.define(family)) {
          dropped('type', 1);
          continue;
        }
        put(family.name, labelled.of(sample.labels), sample, sample.type === 'counter' ? polledAt : undefined);
      }
    }
    for (const series of before) {
      if (!now.has(series)) {
        this.store.remove(series);
      }
    }
    this.shown[tier] = now;
  }

  /** What the tier gave is too old. */
  withdraw(tier: Tier): void {
    this.shown[tier].forEach((series) => this.store.remove(series));
    this.shown[tier].clear();
    this.leftOut[tier] = 0;
  }
}

function prefixed(name: string): string {
  return name.startsWith(PREFIX) ? name : PREFIX + name;
}

/** Labels of a line from those of a sample: one object for all samples of a row, which then are rendered once. */
class LabelMaker {
  private row: Labels | undefined;
  private labels: Labels = {};
  private readonly own: Labels;

  constructor(identity: DeviceIdentity, vendor: string) {
    this.own = { ...identity, vendor };
  }

  of(row: Labels): Labels {
    if (row !== this.row) {
      this.row = row;
      this.labels = this.make(row);
    }
    return this.labels;
  }

  private make(row: Labels): Labels {
    for (const name in row) {
      if (TAKEN.has(name)) {
        return this.renamed(row);
      }
    }
    return { ...this.own, ...row };
  }

  private renamed(row: Labels): Labels {
    const labels: Record<string, string> = { ...this.own };
    for (const [name, value] of Object.entries(row)) {
      let free = name;
      while (TAKEN.has(free) || (free !== name && free in row)) {
        free = `exported_${free}`;
      }
      labels[free] = value;
    }
    return labels;
  }
}
