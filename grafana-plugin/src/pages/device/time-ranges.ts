import { dateTime, type TimeRange } from '@grafana/data';

/** Spans that the device page offers, in seconds, by the name in its URL. */
export const SPANS = {
  '30m': 1800,
  '1h': 3600,
  '6h': 6 * 3600,
  '24h': 24 * 3600,
  '7d': 7 * 24 * 3600,
  '30d': 30 * 24 * 3600,
} as const;
export type SpanName = keyof typeof SPANS;

export function parseSpan(text: string | null): SpanName {
  return text !== null && Object.hasOwn(SPANS, text) ? (text as SpanName) : '1h';
}

export interface Grid {
  range: TimeRange;
  stepSeconds: number;
  /** Unix ms of every point, oldest first, a step apart. */
  times: number[];
}

/** About 240 points, on whole steps, so that a refresh does not move the points under the eye. */
export function gridOf(span: SpanName, nowMs: number): Grid {
  const stepSeconds = Math.max(15, Math.ceil(SPANS[span] / 240));
  const stepMs = stepSeconds * 1000;
  const to = Math.floor(nowMs / stepMs) * stepMs;
  const from = to - Math.floor(SPANS[span] / stepSeconds) * stepMs;
  const times: number[] = [];
  for (let time = from; time <= to; time += stepMs) {
    times.push(time);
  }
  const range = { from: dateTime(from), to: dateTime(to) };
  return { range: { ...range, raw: range }, stepSeconds, times };
}
