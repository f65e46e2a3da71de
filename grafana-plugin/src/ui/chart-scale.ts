import type { Series } from '../data/samples';

/** Values of a series on the points of a grid; null where it has none, so that a gap stays a gap. */
export function onGrid(series: Series, times: readonly number[]): Array<number | null> {
  const byTime = new Map(series.times.map((time, index) => [time, series.values[index] ?? null]));
  return times.map((time) => byTime.get(time) ?? null);
}

/** SVG path through the points, lifted from the paper at every gap. A point alone becomes a short stroke. */
export function pathOf(
  values: ReadonlyArray<number | null>,
  x: (index: number) => number,
  y: (value: number) => number
): string {
  let path = '';
  values.forEach((value, index) => {
    if (value === null) {
      return;
    }
    const point = `${x(index).toFixed(1)},${y(value).toFixed(1)}`;
    const begins = values[index - 1] == null;
    const alone = begins && values[index + 1] == null;
    path += alone ? `M${point}h0.1` : `${begins ? 'M' : 'L'}${point}`;
  });
  return path;
}

/** Upper end of an axis that starts at 0: 1, 2 or 5 times a power of ten, at least `least`. */
export function niceMax(values: ReadonlyArray<number | null>, least: number): number {
  const max = Math.max(least, ...values.map((value) => value ?? 0));
  const power = 10 ** Math.floor(Math.log10(max));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= max) ?? max;
}
