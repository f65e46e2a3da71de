import { fetchFailure } from '../model/fetch-failure';
import { EXIT_FAILED, UsageError } from './command-line';

/** Long enough for an import of 100,000 rows on a busy machine. */
const DEFAULT_TIMEOUT_MS = 280_000;
/** So many findings are told; a file of 100,000 wrong rows is still one line. */
const FINDINGS_TOLD = 5;

export const DEFAULT_SIDECAR = 'http://127.0.0.1:9761';

export interface ApiClientOptions {
  /** Base address of the sidecar, with or without a final slash. */
  url: string;
  /** Bearer token; null: the sidecar asks nobody to log in. */
  token: string | null;
  timeoutMs?: number;
}

export type QueryValue = string | number | boolean | readonly string[] | undefined;

export interface ApiRequest {
  /** Arrays become repeated parameters; undefined ones are left out. */
  query?: Readonly<Record<string, QueryValue>>;
  /** A string, bytes or a stream of bytes are sent as they are (name their content-type in `headers`), anything else as JSON. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

/** The sidecar gave no answer or said no: one line for the person at the terminal, without the token. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly exitCode = EXIT_FAILED;

  constructor(
    message: string,
    /** HTTP status; undefined: no answer came. */
    readonly status?: number,
    /** Body of the answer where it is a problem of RFC 9457. */
    readonly problem?: Readonly<Record<string, unknown>>,
    options?: ErrorOptions
  ) {
    super(message, options);
  }
}

/** The sidecar's HTTP API as the command line uses it. */
export class ApiClient {
  private readonly url: string;

  /** @throws UsageError when the address or the token cannot be right */
  constructor(private readonly options: ApiClientOptions) {
    if (!/^https?:$/.test(URL.canParse(options.url) ? new URL(options.url).protocol : '')) {
      throw new UsageError(`${options.url} is no address of the sidecar; it must be like ${DEFAULT_SIDECAR}`);
    }
    // fetch would refuse such a header with a message that quotes it.
    if (options.token !== null && !/^[\x21-\x7e]+$/.test(options.token)) {
      throw new UsageError('the token is not right: it must be one word of ASCII characters');
    }
    this.url = options.url.replace(/\/+$/, '');
  }

  /**
   * Sends a request, such as `('GET', '/api/v1/bundles')`, and reads the answer: parsed JSON, else its text, undefined
   * when it is empty.
   *
   * @throws ApiError when the sidecar does not answer or answers with anything but 2xx
   */
  async request(method: string, path: string, request: ApiRequest = {}): Promise<unknown> {
    const response = await this.open(method, path, request);
    const what = describe(method, this.url, path);
    const text = await response.text().catch((err: unknown) => {
      throw new ApiError(`${what}: the answer broke off: ${fetchFailure(err)}`, undefined, undefined, { cause: err });
    });
    if (text === '') {
      return undefined;
    }
    if (!isJson(response)) {
      return text;
    }
    const body = parseJson(text);
    if (body === undefined) {
      throw new ApiError(`${what}: the answer is no JSON although it says so`, response.status);
    }
    return body;
  }

  /** As request, for answers that are read piece by piece. */
  async open(method: string, path: string, request: ApiRequest = {}): Promise<Response> {
    const what = describe(method, this.url, path);
    const { body, query = {}, headers = {}, signal } = request;
    const { token, timeoutMs = DEFAULT_TIMEOUT_MS } = this.options;
    const stream = body instanceof ReadableStream;
    const asItIs = body === undefined || typeof body === 'string' || body instanceof Uint8Array || stream;
    const timeout = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`${this.url}${path}${queryText(query)}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(asItIs ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: asItIs ? (body as RequestInit['body']) : JSON.stringify(body),
      ...(stream ? { duplex: 'half' } : {}),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    }).catch((err: unknown) => {
      throw new ApiError(`${what}: ${fetchFailure(err)}; is the sidecar running there?`, undefined, undefined, {
        cause: err,
      });
    });
    if (!response.ok) {
      throw await refusal(what, response);
    }
    return response;
  }
}

const describe = (method: string, url: string, path: string): string => `${method} ${url}${path}`;

function queryText(query: NonNullable<ApiRequest['query']>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as readonly string[]) : value === undefined ? [] : [value]) {
      params.append(name, String(one));
    }
  }
  return params.size === 0 ? '' : `?${params}`;
}

async function refusal(what: string, response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  const body = isJson(response) ? parseJson(text) : undefined;
  const problem = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : undefined;
  const said = problem ? [problem.title, problem.detail].filter((part) => typeof part === 'string') : [];
  const told = said.length > 0 ? said.join(': ') : `the answer was ${response.status} ${response.statusText}`;
  const hint = response.status === 401 ? '; give a token with --token-file or in ISPMON_TOKEN' : '';
  return new ApiError(
    `${what}: ${told}${findings(problem?.errors, told)}${hint}`.replace(/\s*[\r\n]+\s*/g, ' '),
    response.status,
    problem
  );
}

/** What the problem lists, as far as its detail does not say it already. */
function findings(errors: unknown, told: string): string {
  const texts = (Array.isArray(errors) ? errors : []).map(findingText).filter((text) => !told.includes(text));
  const more = texts.length > FINDINGS_TOLD ? `; and ${texts.length - FINDINGS_TOLD} more` : '';
  return texts.length === 0 ? '' : ` (${texts.slice(0, FINDINGS_TOLD).join('; ')}${more})`;
}

function findingText(error: unknown): string {
  if (typeof error !== 'object' || error === null) {
    return String(error);
  }
  const { line, column, detail } = error as Record<string, unknown>;
  const place = [
    line === undefined ? '' : `line ${String(line)}`,
    column === undefined ? '' : `column ${String(column)}`,
  ];
  return [place.filter(Boolean).join(', '), String(detail ?? '')].filter(Boolean).join(': ');
}

const isJson = (response: Response): boolean =>
  /^application\/([\w.-]+\+)?json\b/.test(response.headers.get('content-type') ?? '');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
