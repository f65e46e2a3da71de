import { z } from 'zod';
import { fetchFailure } from '../model/fetch-failure';

/** Where the exporter's values are stored: anything with the HTTP API of Prometheus. */
export interface MetricsDatabase {
  /** Base address, without a final slash. */
  url: string;
  token: string | null;
  timeoutMs: number;
}

/** One series of an instant vector. */
export interface VectorSample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

const answerSchema = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('vector'),
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});

/**
 * Evaluates PromQL at one moment (POST /api/v1/query).
 *
 * @param atMs Unix ms
 * @throws Error of one line: what was asked of whom, what came back, and what would be right
 */
export async function instantQuery(
  { url, token, timeoutMs }: MetricsDatabase,
  query: string,
  atMs: number,
  signal: AbortSignal
): Promise<VectorSample[]> {
  const what = `asking ${url}/api/v1/query`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url}/api/v1/query`, {
      method: 'POST',
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      // nocache: VictoriaMetrics would else leave out the newest seconds. Prometheus knows no such parameter.
      body: new URLSearchParams({ query, time: (atMs / 1000).toFixed(3), nocache: '1' }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    text = await response.text();
  } catch (err) {
    throw new Error(`${what}: ${fetchFailure(err)}`, { cause: err });
  }
  if (!response.ok) {
    const right = response.status === 401 || response.status === 403 ? '; check metrics.token' : '';
    throw new Error(`${what}: the answer was ${response.status} ${response.statusText}${right}`);
  }
  const answer = answerSchema.safeParse(json(text));
  if (!answer.success) {
    throw new Error(`${what}: the answer is no instant vector; metrics.url must be a VictoriaMetrics or a Prometheus`);
  }
  return answer.data.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
