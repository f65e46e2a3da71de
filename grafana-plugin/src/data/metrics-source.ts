import { getDataSourceSrv } from '@grafana/runtime';
import { dateTime, type DataFrame, type DataQueryRequest, type DataSourceApi, type TimeRange } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import { from, lastValueFrom, timeout } from 'rxjs';
import { METRICS_SOURCE_TYPES } from '../config/settings';

interface PromQuery extends DataQuery {
  expr: string;
  instant: boolean;
  range: boolean;
  format: 'time_series';
}

/** PromQL by the name (refId) under which its answer comes back. */
export type Expressions = Record<string, string>;
export type Answers<E extends Expressions> = Record<keyof E, DataFrame[]>;

export interface MetricsSource {
  /** @throws Error saying which data source failed and how */
  instant<E extends Expressions>(expressions: E): Promise<Answers<E>>;
  /** @throws Error saying which data source failed and how */
  range<E extends Expressions>(expressions: E, range: TimeRange, stepSeconds: number): Promise<Answers<E>>;
}

/** Longer than any healthy answer, shorter than an operator's patience with a silent board. */
const TIMEOUT_MS = 20_000;

export interface MetricsSourceChoice {
  uid: string;
  name: string;
}

/** Data sources that can hold our metrics. */
export function listMetricsSources(): MetricsSourceChoice[] {
  return getDataSourceSrv()
    .getList({ type: [...METRICS_SOURCE_TYPES] })
    .map(({ uid, name }) => ({ uid, name }));
}

/**
 * The only place that knows how Grafana hands out data sources: getDataSourceSrv is on its way out.
 * @param uid from the app's settings; empty takes the one of a fitting type, if there is exactly one
 * @throws Error when none or several would do, or the chosen one is gone
 */
export async function openMetricsSource(uid: string): Promise<MetricsSource> {
  const chosen = uid || onlySource();
  let ds: DataSourceApi;
  try {
    ds = await getDataSourceSrv().get({ uid: chosen });
  } catch (cause) {
    throw new Error(
      `The data source with uid "${chosen}", chosen in the app's configuration, was not found: ${messageOf(cause)}. Choose another one.`,
      { cause }
    );
  }
  return {
    instant: (expressions) => {
      const now = dateTime();
      const range = { from: now, to: now, raw: { from: now, to: now } };
      return run(ds, expressions, range, 15, true);
    },
    range: (expressions, range, stepSeconds) => run(ds, expressions, range, stepSeconds, false),
  };
}

function onlySource(): string {
  const [first, ...others] = listMetricsSources();
  if (!first) {
    throw new Error(
      'No data source of type Prometheus was found. Add one for VictoriaMetrics or Prometheus, then choose it in the configuration of this app.'
    );
  }
  if (others.length > 0) {
    throw new Error(
      `${others.length + 1} data sources of type Prometheus were found and none is chosen. Choose the one with the metrics in the configuration of this app.`
    );
  }
  return first.uid;
}

async function run<E extends Expressions>(
  ds: DataSourceApi,
  expressions: E,
  range: TimeRange,
  stepSeconds: number,
  instant: boolean
): Promise<Answers<E>> {
  const targets = Object.entries(expressions).map(([refId, expr]): PromQuery => ({
    refId,
    expr,
    instant,
    range: !instant,
    format: 'time_series',
    datasource: { uid: ds.uid, type: ds.type },
  }));
  const intervalMs = stepSeconds * 1000;
  const request: DataQueryRequest = {
    app: 'ispmonitor-network-app',
    requestId: `ispmonitor-${(requestNumber += 1)}`,
    timezone: 'browser',
    range,
    interval: `${stepSeconds}s`,
    intervalMs,
    maxDataPoints: instant ? 1 : Math.ceil((range.to.valueOf() - range.from.valueOf()) / intervalMs) + 1,
    scopedVars: {},
    targets,
    startTime: Date.now(),
  };
  const answers = Object.fromEntries(targets.map(({ refId }) => [refId, [] as DataFrame[]])) as Answers<E>;
  try {
    const response = await lastValueFrom(from(ds.query(request)).pipe(timeout(TIMEOUT_MS)));
    const error = response.errors?.[0] ?? response.error;
    if (error) {
      throw error;
    }
    for (const frame of response.data as DataFrame[]) {
      answers[(frame.refId ?? '') as keyof E]?.push(frame);
    }
  } catch (cause) {
    throw new Error(`Query to data source "${ds.name}" failed: ${messageOf(cause)}`, { cause });
  }
  return answers;
}

let requestNumber = 0;

/** Grafana throws Errors, FetchErrors ({status, data: {message}}) and DataQueryErrors ({message}). */
export function messageOf(cause: unknown): string {
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    return `no answer within ${TIMEOUT_MS / 1000} s`;
  }
  const { message, status, statusText, data } = (cause ?? {}) as {
    message?: string;
    status?: number;
    statusText?: string;
    data?: { message?: string; error?: string };
  };
  const text = data?.message || data?.error || message || statusText;
  if (text) {
    return status ? `${text} (HTTP ${status})` : text;
  }
  return status ? `HTTP ${status}` : String(cause);
}
