import { FieldType, type DataFrame, type Labels } from '@grafana/data';

/** The newest value of one series. */
export interface Sample {
  labels: Labels;
  value: number;
}

/** Values of one series over time, oldest first. */
export interface Series {
  labels: Labels;
  /** Unix ms. */
  times: number[];
  /** null where there is no value. */
  values: Array<number | null>;
}

/** Newest value of every numeric field. NaN and null are no value and are left out. */
export function samplesOf(frames: readonly DataFrame[]): Sample[] {
  const samples: Sample[] = [];
  for (const frame of frames) {
    for (const field of frame.fields) {
      if (field.type !== FieldType.number) {
        continue;
      }
      const value: unknown = field.values[field.values.length - 1];
      if (typeof value === 'number' && Number.isFinite(value)) {
        samples.push({ labels: field.labels ?? {}, value });
      }
    }
  }
  return samples;
}

export function seriesOf(frames: readonly DataFrame[]): Series[] {
  return frames.flatMap((frame) => {
    const time = frame.fields.find((field) => field.type === FieldType.time);
    if (!time) {
      return [];
    }
    return frame.fields
      .filter((field) => field.type === FieldType.number)
      .map((field) => ({
        labels: field.labels ?? {},
        times: [...time.values] as number[],
        values: (field.values as unknown[]).map((v) => (typeof v === 'number' && Number.isFinite(v) ? v : null)),
      }));
  });
}
