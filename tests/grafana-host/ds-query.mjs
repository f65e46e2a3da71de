import { HttpError } from './answers.mjs';

/**
 * What Grafana's Prometheus backend does on POST /api/ds/query, for instant and range queries of the form that plugins
 * send: one frame a series, labels on the value field.
 * @param {string} prometheusUrl base URL of a Prometheus HTTP API
 * @param {{ queries: Array<{ refId: string, expr: string, instant?: boolean, range?: boolean, intervalMs?: number }>, from: string, to: string }} body
 */
export async function dsQuery(prometheusUrl, body) {
  if (!Array.isArray(body.queries) || body.queries.length === 0) {
    throw new HttpError(400, 'no queries found in the request');
  }
  const answers = await Promise.all(
    body.queries.map(async (query) => [
      query.refId,
      await one(prometheusUrl, query, Number(body.from), Number(body.to)),
    ])
  );
  const failed = answers.some(([, answer]) => answer.error);
  return { status: failed ? 400 : 200, body: { results: Object.fromEntries(answers) } };
}

async function one(prometheusUrl, query, from, to) {
  const stepSeconds = Math.max(1, Math.round((query.intervalMs ?? 15_000) / 1000));
  const instant = Boolean(query.instant) && !query.range;
  const params = instant
    ? { query: query.expr, time: String(to / 1000) }
    : { query: query.expr, start: String(from / 1000), end: String(to / 1000), step: String(stepSeconds) };
  let answer;
  try {
    // POST, as Grafana does by default: expressions may be longer than a URL may be.
    const response = await fetch(new URL(`api/v1/${instant ? 'query' : 'query_range'}`, withSlash(prometheusUrl)), {
      method: 'POST',
      body: new URLSearchParams(params),
    });
    const text = await response.text();
    answer = parse(text) ?? { status: 'error', error: `HTTP ${response.status}: ${text.slice(0, 200)}` };
  } catch (cause) {
    return { status: 502, error: `${prometheusUrl} did not answer: ${cause.cause?.code ?? cause.message}`, frames: [] };
  }
  if (answer.status !== 'success') {
    return { status: 400, error: answer.error ?? 'unknown error', frames: [] };
  }
  const { resultType, result } = answer.data;
  const series = resultType === 'scalar' ? [{ metric: {}, value: result }] : result;
  return { status: 200, frames: series.map((s) => frameOf(s, query.refId, instant, stepSeconds)) };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function frameOf(series, refId, instant, stepSeconds) {
  const points = series.values ?? [series.value];
  return {
    schema: {
      refId,
      meta: { type: instant ? 'numeric-multi' : 'timeseries-multi', typeVersion: [0, 1] },
      fields: [
        { name: 'Time', type: 'time', typeInfo: { frame: 'time.Time' }, config: { interval: stepSeconds * 1000 } },
        {
          name: series.metric.__name__ ?? 'Value',
          type: 'number',
          typeInfo: { frame: 'float64' },
          labels: series.metric,
          config: {},
        },
      ],
    },
    data: {
      // NaN and infinities have no JSON; Grafana sends null with a list of them beside, which plugins see as no value.
      values: [points.map(([time]) => time * 1000), points.map(([, value]) => numberOrNull(value))],
    },
  };
}

function numberOrNull(text) {
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

function withSlash(url) {
  return url.endsWith('/') ? url : `${url}/`;
}
