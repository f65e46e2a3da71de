import type { Sample } from '../model/sample';
import type { Aggregate, Source } from './profile';

export interface Row {
  labels: Sample['labels'];
  value: number;
}

/** The samples of one device by family, and the row of a family that belongs to a row of another one. */
export class DeviceRows {
  private readonly families = new Map<string, Sample[]>();
  private readonly joined = new Map<string, Map<string, number>>();

  constructor(samples: Iterable<readonly Sample[]>) {
    for (const some of samples) {
      for (const sample of some) {
        const family = this.families.get(sample.name);
        if (family) {
          family.push(sample);
        } else {
          this.families.set(sample.name, [sample]);
        }
      }
    }
  }

  /** The rows that a source chooses, in its unit. */
  choose(source: Source): Row[] {
    const rows: Row[] = [];
    for (const sample of this.families.get(source.metric) ?? []) {
      if (isChosen(source, sample) && this.isValid(source, sample)) {
        const value = this.inUnit(source, sample);
        if (value !== undefined && Number.isFinite(value)) {
          rows.push({ labels: sample.labels, value });
        }
      }
    }
    return rows;
  }

  /** The only value of a family without rows. */
  single(name: string): number | undefined {
    return this.families.get(name)?.[0]?.value;
  }

  private isValid({ status }: Source, sample: Sample): boolean {
    if (status === null) {
      return true;
    }
    const says = this.sameRow(status.metric, sample);
    return says !== undefined && (status.is?.includes(says) ?? true) && !status.isnt.includes(says);
  }

  private inUnit({ times, scaled, scale, remainder }: Source, sample: Sample): number | undefined {
    const factor = times === null ? 1 : this.sameRow(times, sample);
    if (factor === undefined) {
      return undefined;
    }
    const exponent =
      scaled === null ? 0 : decimalExponent(sample.labels[scaled.scale], sample.labels[scaled.precision]);
    if (exponent === undefined) {
      return undefined;
    }
    // A division by a power of ten rounds once; a multiplication with 0.1 would round twice.
    const value = (exponent < 0 ? sample.value / 10 ** -exponent : sample.value * 10 ** exponent) * factor * scale;
    return remainder ? 100 - value : value;
  }

  private sameRow(name: string, { labels }: Sample): number | undefined {
    let rows = this.joined.get(name);
    if (!rows) {
      rows = new Map((this.families.get(name) ?? []).map((s) => [labelKey(s.labels), s.value]));
      this.joined.set(name, rows);
    }
    return rows.get(labelKey(labels));
  }
}

function isChosen({ where, unless, absent }: Source, { labels, value }: Sample): boolean {
  if (absent.includes(value)) {
    return false;
  }
  for (const [label, pattern] of where) {
    if (!pattern.test(labels[label] ?? '')) {
      return false;
    }
  }
  for (const [label, pattern] of unless) {
    if (pattern.test(labels[label] ?? '')) {
      return false;
    }
  }
  return true;
}

const labelKey = (labels: Sample['labels']) => JSON.stringify(Object.entries(labels).sort());

/** SensorDataScale counts in steps of a thousand from yocto(1) over units(9) to yotta(17); RFC 3433 section 4. */
function decimalExponent(scale: string | undefined, precision: string | undefined): number | undefined {
  if (!scale || !precision) {
    return undefined;
  }
  const exponent = 3 * (Number(scale) - 9) - Number(precision);
  return Number.isInteger(exponent) ? exponent : undefined;
}

/** Of no values nothing is known. */
export function aggregate(how: Aggregate, values: readonly number[]): number | undefined {
  if (values.length === 0) {
    return undefined;
  }
  const sum = values.reduce((a, b) => a + b, 0);
  switch (how) {
    case 'max':
      return Math.max(...values);
    case 'sum':
      return sum;
    case 'mean':
      return sum / values.length;
  }
}
